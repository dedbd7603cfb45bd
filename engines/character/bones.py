"""Which nodes of a file are the ten bones, by the names of every family and by VRM."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from protocols.gltf.scene import Scene

from .bone_names import HEADS, HIPS, NECKS, TRUNK, name_core, named_bone
from .character import downward


def find_bones(scene: Scene) -> dict[str, int]:
    """Return the node of each of `protocols.channels.BONES` that a file has.

    What a VRM says of its humanoid goes before names. Eyes may be on the wrong side:
    see `sides.py`.
    """
    found = _by_name(scene)
    if scene.vrm is not None:
        said = {
            bone: node
            for bone, node in scene.vrm.bones.items()
            if bone in _BY_VRM and 0 <= node < len(scene.nodes)
        }
        # A VRM tells its whole trunk: names would add twists and helpers to it.
        trunk = {"head", "neck", "upperChest", "chest", "spine"}
        kept = {bone: at for bone, at in found.items() if bone not in trunk}
        found = {**(kept if "head" in said else found), **said}
    return {bone: found[bone] for bone in _BY_VRM if bone in found}


_BY_VRM: Final = (
    *("head", "neck", "upperChest", "chest", "spine"),
    *("leftShoulder", "rightShoulder", "leftEye", "rightEye", "jaw"),
)


def bone_name(scene: Scene, node: int) -> str:
    """Return what a mapping calls a node: its name, or `#12` where that is not one's
    own."""
    name = scene.nodes[node].name
    shared = sum(other.name == name for other in scene.nodes) > 1
    return f"#{node}" if shared or not name or re.fullmatch(r"#\d+", name) else name


def _by_name(scene: Scene) -> dict[str, int]:
    found: dict[str, int] = {}
    # A mesh that bones carry is no bone, whatever its name: `EyeLeft`.
    nodes = [at for at in downward(scene) if scene.nodes[at].skin < 0]
    joints = {joint for skin in scene.skins for joint in skin.joints}
    nodes.sort(key=lambda at: at not in joints)
    for at in nodes:
        bone = named_bone(scene.nodes[at].name)
        if bone is not None:
            found.setdefault(bone, at)
    cores = {at: name_core(scene.nodes[at].name) for at in nodes}
    for bone, names in (("head", HEADS), ("neck", NECKS)):
        for name in names:
            fits = [at for at in nodes if cores[at] == name]
            if fits:
                found[bone] = fits[0]
                break
    if "head" in found and not _carries(scene, found):
        del found["head"]
    return {**found, **_trunk(scene, found)}


def _carries(scene: Scene, found: dict[str, int]) -> bool:
    """Return False for a head that is one mesh beside the eyes: it would leave them."""
    eyes = [found[eye] for eye in ("leftEye", "rightEye") if eye in found]
    above = [set(_above(scene, eye)) for eye in eyes]
    return scene.nodes[found["head"]].mesh < 0 or all(
        found["head"] in line for line in above
    )


def _trunk(scene: Scene, found: dict[str, int]) -> dict[str, int]:
    """Return spine, chest and upper chest: the chain below the neck, by its order.

    Programs number it upward or downward, so numbers do not count.
    """
    start = found.get("neck", found.get("head"))
    if start is None:
        return {}
    chain = []
    for at in _above(scene, start):
        core = name_core(scene.nodes[at].name)
        if core in HIPS or "hips" in core:
            break
        if core.startswith(("spine", "上半身")) or any(word in core for word in TRUNK):
            chain.append(at)
        elif chain:
            break
    if not chain:
        return {}
    if len(chain) == 1:
        core = name_core(scene.nodes[chain[0]].name)
        return {"chest" if "chest" in core else "spine": chain[0]}
    if len(chain) == 2:
        return {"chest": chain[0], "spine": chain[1]}
    return {"upperChest": chain[0], "chest": chain[len(chain) // 2], "spine": chain[-1]}


def _above(scene: Scene, node: int) -> Iterator[int]:
    at = scene.nodes[node].parent
    for _ in scene.nodes:
        if at < 0:
            return
        yield at
        at = scene.nodes[at].parent
