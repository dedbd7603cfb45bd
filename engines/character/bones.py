"""Which nodes of a file are the ten bones, by the names of every family and by VRM."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from protocols.gltf.scene import Scene

from .character import downward
from .names import plain, side, words

_NOISE: Final = {
    *("joint", "jnt", "bone", "armature", "bip", "base", "adj", "def", "org", "rig"),
    *("grp", "facial", "b", "c", "cc", "j", "m", "mixamorig"),
}
"""Words that say nothing about which bone it is."""

_NOT_EYE: Final = {
    *("brow", "brows", "lid", "lids", "lash", "lashes", "eyebrow", "eyelid", "eyelids"),
    *("end", "eff", "target", "aim", "look", "corner", "bag", "socket", "blink"),
    *("upper", "lower", "top", "bottom", "inner", "outer", "in", "out", "master"),
}
_NOT_JAW: Final = {"upper", "end", "eff", "teeth", "tongue", "tip", "ctrl", "corner"}
_SHOULDERS: Final = {"shoulder", "clavicle", "collar"}
_TRUNK: Final = {"chest", "waist", "abdomen", "torso", "tummy"}

_HEADS: Final = ("head", "頭", "spine006")
_NECKS: Final = (
    *("neck", "neck01", "neck1", "necktwist01", "necklower", "首"),
    *("spine004", "spine005"),
)
_HIPS: Final = {"hips", "hip", "pelvis", "下半身", "センター"}
_JAPANESE: Final = {
    "左目": "leftEye",
    "右目": "rightEye",
    "左肩": "leftShoulder",
    "右肩": "rightShoulder",
    "あご": "jaw",
    "顎": "jaw",
}


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
        bone = _bone(scene.nodes[at].name)
        if bone is not None:
            found.setdefault(bone, at)
    cores = {at: _core(scene.nodes[at].name) for at in nodes}
    for bone, names in (("head", _HEADS), ("neck", _NECKS)):
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


def _bone(name: str) -> str | None:
    """Return the eye, shoulder or jaw that a name says."""
    text = plain(name)
    if text in _JAPANESE:
        return _JAPANESE[text]
    found, where = set(words(name)), side(name)
    if where is not None:
        if "eye" in found and not found & _NOT_EYE:
            return f"{where}Eye"
        if found & _SHOULDERS and not found & {"end", "eff", "twist", "pad"}:
            return f"{where}Shoulder"
    elif found & {"jaw", "lowerjaw"} and not found & _NOT_JAW:
        return "jaw"
    return None


def _core(name: str) -> str:
    """Return a name without the words that say nothing."""
    text = plain(name)
    if not text.isascii():
        return text
    return "".join(word for word in words(name) if word not in _NOISE)


def _trunk(scene: Scene, found: dict[str, int]) -> dict[str, int]:
    """Return spine, chest and upper chest: the chain below the neck, by its order.

    Programs number it upward or downward, so numbers do not count.
    """
    start = found.get("neck", found.get("head"))
    if start is None:
        return {}
    chain = []
    for at in _above(scene, start):
        core = _core(scene.nodes[at].name)
        if core in _HIPS or "hips" in core:
            break
        if core.startswith(("spine", "上半身")) or any(word in core for word in _TRUNK):
            chain.append(at)
        elif chain:
            break
    if not chain:
        return {}
    if len(chain) == 1:
        core = _core(scene.nodes[chain[0]].name)
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
