"""Which bones of an armature are the ten bones of a face, by the names of every family.

The rules are those of facewire's engines/character/bones.py, and Rigify's controls.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ..shared.bone_names import HEADS, HIPS, NECKS, TRUNK, name_core, named_bone
from ..shared.channels import BONES
from ..shared.names import side, words

_RIGIFY: Final = {
    "head": "head",
    "neck": "neck",
    "upperChest": "chest",
    "leftShoulder": "shoulder.L",
    "rightShoulder": "shoulder.R",
    "jaw": "jaw_master",
}
"""The controls of a generated Rigify rig; its other bones follow them, and writing to
those does nothing. Its eyes look at a target, so no bone turns them."""
_RIGIFY_INNER: Final = re.compile(r"^(DEF|ORG|MCH)-")


@dataclass(frozen=True, slots=True)
class Joint:
    """A bone of an armature."""

    name: str
    parent: int
    """Place of the bone above; -1 for none. Parents stand before their children."""


def find_bones(joints: Sequence[Joint]) -> dict[str, str]:
    """Return the name of the bone for each of `BONES` that an armature has."""
    names = {joint.name for joint in joints}
    if "head" in names and any(map(_RIGIFY_INNER.match, names)):
        return {bone: name for bone, name in _RIGIFY.items() if name in names}
    found: dict[str, int] = {}
    for at, joint in enumerate(joints):
        bone = named_bone(joint.name)
        if bone is not None:
            found.setdefault(bone, at)
    cores = [name_core(joint.name) for joint in joints]
    for bone, spellings in (("head", HEADS), ("neck", NECKS)):
        for spelling in spellings:
            if spelling in cores:
                found[bone] = cores.index(spelling)
                break
    found |= _trunk(joints, cores, found)
    return {bone: joints[found[bone]].name for bone in BONES if bone in found}


@functools.lru_cache(maxsize=16)
def pairs(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return bones of the right and the left side that have one name but for that.

    Answers are kept, because a character asks the same for every frame.
    """
    sided: dict[tuple[str, ...], dict[str, str]] = {}
    for name in names:
        where = side(name)
        if where is not None:
            rest = tuple(w for w in words(name) if w not in ("l", "r", "left", "right"))
            sided.setdefault(rest, {}).setdefault(where, name)
    return tuple(
        (both["right"], both["left"]) for both in sided.values() if len(both) == 2
    )


def _trunk(
    joints: Sequence[Joint], cores: Sequence[str], found: dict[str, int]
) -> dict[str, int]:
    """Return spine, chest and upper chest: the chain below the neck, by its order.

    Programs number it upward or downward, so numbers do not count.
    """
    start = found.get("neck", found.get("head"))
    if start is None:
        return {}
    chain: list[int] = []
    for at in _above(joints, start):
        core = cores[at]
        if core in HIPS or "hips" in core:
            break
        if core.startswith(("spine", "上半身")) or any(word in core for word in TRUNK):
            chain.append(at)
        elif chain:
            break
    if not chain:
        return {}
    if len(chain) == 1:
        return {"chest" if "chest" in cores[chain[0]] else "spine": chain[0]}
    if len(chain) == 2:
        return {"chest": chain[0], "spine": chain[1]}
    return {"upperChest": chain[0], "chest": chain[len(chain) // 2], "spine": chain[-1]}


def _above(joints: Sequence[Joint], at: int) -> Iterator[int]:
    at = joints[at].parent
    while at >= 0:
        yield at
        at = joints[at].parent
