"""Which bones of an armature are the ten bones of a face, by the names of every family.

The rules are those of facewire's engines/character/bones.py, and Rigify's controls.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ..shared.channels import BONES
from ..shared.names import plain, side, words

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
        bone = _bone(joint.name)
        if bone is not None:
            found.setdefault(bone, at)
    cores = [_core(joint.name) for joint in joints]
    for bone, spellings in (("head", _HEADS), ("neck", _NECKS)):
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
        if core in _HIPS or "hips" in core:
            break
        if core.startswith(("spine", "上半身")) or any(word in core for word in _TRUNK):
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
