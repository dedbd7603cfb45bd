"""Which ARKit curve a morph target is, by its name.

Programs write `eyeBlinkLeft`, `EyeBlinkLeft`, `eyeBlink_L`, `shapes.eyeBlink_L`,
`Head_blendShape.eyeBlink L` or `A14_Eye_Blink_Left`, and mean the same.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from protocols.channels import ARKIT

_NUMBERED: Final = re.compile(r"^[A-Z]{1,2}_?\d\d_")
"""Character Creator's `A14_`, Rocketbox's `AK_09_`."""
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SIDES: Final = {"l": "left", "r": "right"}


def words(name: str) -> list[str]:
    """Return a name's words in small letters, without the prefix of its object.

    A last `L` or `R` is `left` or `right`.
    """
    plain = unicodedata.normalize("NFKC", name)
    plain = re.split(r"[.:](?=.*[A-Za-z]{3})|__", plain)[-1]
    found = [word.lower() for word in _WORD.findall(_NUMBERED.sub("", plain))]
    if found:
        found[-1] = _SIDES.get(found[-1], found[-1])
    return found


_CURVES: Final = {"".join(words(name)): at for at, name in enumerate(ARKIT)}


def curve(name: str) -> int | None:
    """Return the place in `ARKIT` of the curve that a morph target is named for.

    Both halves of browInnerUp and cheekPuff, which some programs keep apart, are that
    curve. None where the name is no ARKit curve's.
    """
    found = words(name)
    at = _CURVES.get("".join(found))
    if at is None and found and found[-1] in _SIDES.values():
        at = _CURVES.get("".join(found[:-1]))
    return at


def side(name: str) -> str | None:
    """Return `left` or `right` if a name says so anywhere."""
    found = [_SIDES.get(word, word) for word in words(name)]
    return next((word for word in found if word in _SIDES.values()), None)
