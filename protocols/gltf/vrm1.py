"""Reads VRM 1.0: expressions, humanoid and gaze of the extension `VRMC_vrm`.

Source: vrm-c/vrm-specification, specification/VRMC_vrm-1.0.
"""

from __future__ import annotations

from typing import Final

from .checks import (
    GltfError,
    Table,
    as_index,
    as_list,
    as_number,
    as_table,
    as_text,
    part,
)
from .gaze import USUAL, limited, look_of
from .humanoid import BONES, PRESETS
from .scene import Mesh, Node
from .terms import terms1
from .vrm import Bind, Clip, Look, Range, Vrm

CLIPS: Final = 4096
"""Expressions of a file, and binds of an expression."""

_MAPS: Final = (
    *("rangeMapHorizontalInner", "rangeMapHorizontalOuter"),
    *("rangeMapVerticalDown", "rangeMapVerticalUp"),
)
_OTHERS: Final = ("materialColorBinds", "textureTransformBinds")
_OVERRIDES: Final = ("overrideBlink", "overrideLookAt", "overrideMouth")


def read_vrm1(table: Table, nodes: tuple[Node, ...], meshes: tuple[Mesh, ...]) -> Vrm:
    """Return what the extension says; errors as `read_vrm`."""
    expressions = part(table, "expressions")
    clips = []
    for kind in ("preset", "custom"):
        what = f"expressions.{kind}"
        items = part(expressions, kind)
        if len(items) > CLIPS:
            raise GltfError(f"{what} has {len(items)} items, expected at most {CLIPS}")
        for name, item in items.items():
            # Presets of later versions are none that we know how to drive.
            preset = name if kind == "preset" and name in PRESETS else ""
            clips.append(_clip(as_text(name), preset, item, nodes, meshes))
    return Vrm(
        version=1,
        bones=_bones(table, len(nodes)),
        clips=tuple(clips),
        look=_look(table),
        licence=terms1(part(table, "meta")),
    )


def _bones(table: Table, count: int) -> dict[str, int]:
    humanoid = part(table, "humanoid")
    items = part(humanoid, "humanBones")
    bones = {}
    for name, item in items.items():
        if name in BONES:
            node = as_table(item, f"the bone {name}").get("node")
            bones[name] = as_index(node, count, f"the bone {name}")
    return bones


def _clip(
    name: str,
    preset: str,
    item: object,
    nodes: tuple[Node, ...],
    meshes: tuple[Mesh, ...],
) -> Clip:
    what = f"the expression {name[:40]!a}" if not preset else f"the expression {name}"
    table = as_table(item, what)
    binds = []
    for entry in as_list(table.get("morphTargetBinds"), f"{what}, binds", CLIPS):
        bind = as_table(entry, f"a bind of {what}")
        node = as_index(bind.get("node"), len(nodes), f"the node of {what}")
        mesh = nodes[node].mesh
        count = len(meshes[mesh].targets) if mesh >= 0 else 0
        target = as_index(bind.get("index"), count, f"the morph target of {what}")
        weight = as_number(bind.get("weight", 1.0), f"the weight of {what}")
        binds.append(Bind(node, target, min(max(weight, 0.0), 1.0)))
    blink, look, mouth = (_override(table.get(key)) for key in _OVERRIDES)
    return Clip(
        name=name,
        preset=preset,
        binds=tuple(binds),
        binary=table.get("isBinary") is True,
        overrides=(blink, look, mouth),
        other=any(as_list(table.get(key), f"{what}, {key}") for key in _OTHERS),
    )


def _override(value: object) -> str:
    return value if isinstance(value, str) and value in ("block", "blend") else "none"


def _look(table: Table) -> Look | None:
    if table.get("lookAt") is None:
        return None
    gaze = as_table(table["lookAt"], "lookAt")
    by = "expression" if gaze.get("type") == "expression" else "bone"
    return look_of(by, [_range(gaze.get(name), by, name) for name in _MAPS])


def _range(item: object, by: str, what: str) -> Range | None:
    if item is None:
        return None
    table, usual = as_table(item, what), USUAL[by]
    width = as_number(table.get("inputMaxValue", usual.input), f"{what}, inputMaxValue")
    height = as_number(table.get("outputScale", usual.output), f"{what}, outputScale")
    return limited(width, height, by)
