# A copy of engines/character/names.py, made by plugins/blender/copies.py.
"""Which ARKit curve a morph target is, by its name.

Programs write `eyeBlinkLeft`, `EyeBlinkLeft`, `eyeBlink_L`, `shapes.eyeBlink_L`,
`Head_blendShape.eyeBlink L` or `A14_Eye_Blink_Left`, and mean the same.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from .channels import ARKIT

LONGEST: Final = 256
"""Characters of a name; a longer one says nothing, and would take long to read."""

_NUMBERED: Final = re.compile(r"^(?:[A-Z]{1,2}|AA_VI)_?\d\d_")
"""Character Creator's `A14_`, Rocketbox's `AK_09_` and `AA_VI_10_`."""
_DAZ: Final = re.compile(r"^facs_(?:[a-z]+_)?|_div\d$")
"""Daz Genesis 9 writes `facs_bs_EyeBlinkLeft_div2`."""
_OBJECT: Final = re.compile(r"[.:](?=.*[A-Za-z]{3})|__")
"""What stands between the name of an object and the morph target's own."""
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SIDES: Final = {"l": "left", "r": "right"}

_SYNONYMS: Final = {
    "brows": "brow",
    "eyes": "eye",
    "foreward": "forward",
    "lookat": "look",
    "scrunch": "sneer",
    "wrinkle": "sneer",
}


def plain(name: str) -> str:
    """Return a name in one form of Unicode, without the prefix of its object.

    Half-width kana become full-width ones. A name longer than `LONGEST` is empty.
    """
    if len(name) > LONGEST:
        return ""
    text = unicodedata.normalize("NFKC", name)
    parts = [part for part in _OBJECT.split(text) if part.strip()]
    return _DAZ.sub("", parts[-1].strip()) if parts else ""


def words(name: str) -> list[str]:
    """Return a name's words in small letters, without the prefix of its object.

    A last `L` or `R` is `left` or `right`. Letters that are not Latin are left out.
    """
    found = [
        word.lower() for word in _WORD.findall(_NUMBERED.sub("", plain(name)).strip())
    ]
    if found:
        found[-1] = _SIDES.get(found[-1], found[-1])
    return found


def key(name: str) -> str:
    """Return what names that mean the same have in common.

    Case, separators and the spelling of sides do not count.
    """
    text = plain(name)
    if not text.isascii():
        return re.sub(r"[\s_\-]+", "", text.lower())
    return "".join(_SIDES.get(word, word) for word in words(name))


def _bag(found: list[str]) -> tuple[str, ...]:
    """Return words in an order of their own, so that theirs does not count."""
    return tuple(sorted(_SYNONYMS.get(word, _SIDES.get(word, word)) for word in found))


_CURVES: Final = {"".join(words(name)): at for at, name in enumerate(ARKIT)}
_BAGS: Final = {_bag(words(name)): at for at, name in enumerate(ARKIT)}


def curve(name: str) -> int | None:
    """Return the place in `ARKIT` of the curve that a morph target is named for.

    The order of the words does not count (`Mouth_Up_Upper_L`), nor does a prefix of
    its object (`Body_eyeBlinkLeft`). Both halves of browInnerUp and cheekPuff, which
    some programs keep apart, are that curve. None where the name is no ARKit curve's.
    """
    found = words(name)
    at = _curve(found)
    if at is None and found and found[-1] in _SIDES.values():
        at = _curve(found[:-1])
    return at


def _curve(found: list[str]) -> int | None:
    at = _CURVES.get("".join(found))
    if at is None:
        at = _BAGS.get(_bag(found))
    for start in range(1, len(found) - 1):
        if at is not None:
            break
        at = _CURVES.get("".join(found[start:]))
    return at


def side(name: str) -> str | None:
    """Return `left` or `right` if a name says so anywhere."""
    found = [_SIDES.get(word, word) for word in words(name)]
    return next((word for word in found if word in _SIDES.values()), None)
