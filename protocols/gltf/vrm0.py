"""Reads VRM 0.x: expressions, humanoid and gaze of the extension `VRM`.

Source: vrm-c/vrm-specification, specification/0.0.
"""

from __future__ import annotations

from typing import Final

from protocols.arrays import Numbers

from .checks import (
    GltfError,
    Table,
    as_index,
    as_list,
    as_number,
    as_numbers,
    as_table,
    as_text,
    part,
)
from .gaze import limited, look_of
from .humanoid import BONES, OLD_BONES, OLD_PRESETS
from .scene import Mesh, Node
from .terms import terms0
from .vrm import Bind, Clip, Look, Range, Vrm

CLIPS: Final = 4096
"""Expressions of a file, and binds of an expression."""
BINDS: Final = 1 << 16
"""Of all expressions together; a bind counts for each node of its mesh."""
KEYS: Final = 256
"""Numbers of a curve of the gaze; four to a key."""

_MAPS: Final = (
    *("lookAtHorizontalInner", "lookAtHorizontalOuter"),
    *("lookAtVerticalDown", "lookAtVerticalUp"),
)


def read_vrm0(table: Table, nodes: tuple[Node, ...], meshes: tuple[Mesh, ...]) -> Vrm:
    """Return what the extension says; errors as `read_vrm`."""
    master = part(table, "blendShapeMaster")
    groups = as_list(master.get("blendShapeGroups"), "blendShapeGroups", CLIPS)
    owners: dict[int, list[int]] = {}
    for at, node in enumerate(nodes):
        owners.setdefault(node.mesh, []).append(at)
    clips, room = [], BINDS
    for i, group in enumerate(groups):
        what = f"blendShapeGroups[{i}]"
        clip = _clip(as_table(group, what), what, owners, meshes)
        room -= len(clip.binds)
        if room < 0:
            raise GltfError(f"its expressions move over {BINDS} morph targets")
        clips.append(clip)
    return Vrm(
        version=0,
        bones=_bones(table, len(nodes)),
        clips=tuple(clips),
        look=_look(table),
        licence=terms0(part(table, "meta")),
    )


def _bones(table: Table, count: int) -> dict[str, int]:
    humanoid = part(table, "humanoid")
    bones: dict[str, int] = {}
    for i, item in enumerate(as_list(humanoid.get("humanBones"), "humanBones", CLIPS)):
        bone = as_table(item, f"humanBones[{i}]")
        name = as_text(bone.get("bone"))
        node = bone.get("node", -1)
        # Unity's exporters have written -1 for a bone that is not there.
        if node == -1:
            continue
        name = OLD_BONES.get(name, name)
        if name in bones:
            raise GltfError(f"humanBones names {name} twice")
        if name in BONES:
            bones[name] = as_index(node, count, f"the bone {name}")
    return bones


def _clip(
    group: Table, what: str, owners: dict[int, list[int]], meshes: tuple[Mesh, ...]
) -> Clip:
    key = as_text(group.get("presetName")).lower()
    own = as_text(group.get("name"))
    name, preset = OLD_PRESETS.get(key, (own, ""))
    binds: list[Bind] = []
    for item in as_list(group.get("binds"), f"{what}, binds", CLIPS):
        bind = as_table(item, f"a bind of {what}")
        mesh, target = bind.get("mesh", -1), bind.get("index", -1)
        # Unity's exporters have written -1 for a mesh that was deleted.
        if mesh == -1 or target == -1:
            continue
        at = as_index(mesh, len(meshes), f"the mesh of a bind of {what}")
        target = as_index(
            target, len(meshes[at].targets), f"the morph target of {what}"
        )
        weight = as_number(bind.get("weight", 100.0), f"the weight of {what}") / 100.0
        weight = min(max(weight, 0.0), 1.0)
        binds += [Bind(node, target, weight) for node in owners.get(at, ())]
        if len(binds) > BINDS:
            raise GltfError(f"{what} moves over {BINDS} morph targets")
    values = as_list(group.get("materialValues"), f"{what}, materialValues")
    return Clip(
        name=name,
        preset=preset,
        binds=tuple(binds),
        binary=group.get("isBinary") is True,
        other=bool(values),
    )


def _look(table: Table) -> Look | None:
    first = part(table, "firstPerson")
    kind = as_text(first.get("lookAtTypeName"))
    if kind not in ("Bone", "BlendShape"):
        return None
    by = "bone" if kind == "Bone" else "expression"
    ranges = [_range(first.get(name), by, name) for name in _MAPS]
    return look_of(by, ranges)


def _range(item: object, by: str, what: str) -> Range | None:
    if item is None:
        return None
    table = as_table(item, what)
    width = as_number(table.get("xRange", 90.0), f"xRange of {what}")
    height = as_number(
        table.get("yRange", 10.0 if by == "bone" else 1.0), f"yRange of {what}"
    )
    end = _end(table.get("curve"), what)
    return limited(width * float(end[0]), height * float(end[1]), by)


def _end(curve: object, what: str) -> Numbers:
    """Return the last key of a curve: shares of xRange and yRange.

    A curve has time, value, and tangent in and out of each key. We keep to a straight
    line to its last key; the curves seen in files bend little.
    """
    keys = as_list(curve, f"the curve of {what}", KEYS)
    if len(keys) >= 4 and len(keys) % 4 == 0:
        end = as_numbers(keys, len(keys), f"the curve of {what}")[-4:-2]
        if end[0] > 0.0 and end[1] > 0.0:
            return end
    return as_numbers([1.0, 1.0], 2, what)
