"""Short texts on pictures.

OpenCV draws ASCII alone. Kana and Hangul are spelled by their Unicode names (`まばたき`
becomes `mabataki`), accents are left out, and every other letter becomes `?`. A legend
has the names in full, by their number.
"""

from __future__ import annotations

import unicodedata
from typing import Final

import cv2
import numpy as np

from .develop import Picture

FONT: Final = cv2.FONT_HERSHEY_SIMPLEX
LARGE: Final = 0.5
"""OpenCV's scale of a label that is short enough."""
SMALL: Final = 0.36
"""Smaller ones cannot be read; what is too long then is cut off."""
LINE: Final = 20
"""Pixels of height that a label has."""
INK: Final = (235, 235, 235)
PAPER: Final = (32, 30, 28)
_MARKS: Final = {"ー": "-", "・": " ", "、": ",", "。": "."}
_SOUNDS: Final = ("HIRAGANA LETTER", "KATAKANA LETTER", "HANGUL SYLLABLE")


def spelled(text: str) -> str:
    """Return a text in printable ASCII, `?` for each letter that cannot be spelled."""
    wide = unicodedata.normalize("NFKC", text)
    return "".join(_spell(letter) for letter in wide)


def legend(names: list[str]) -> list[str]:
    """Return `12 まばたき` for each name that labels cannot say in full.

    Args:
        names: of the cells, from number 0 on.
    """
    return [
        f"{number} {name}" for number, name in enumerate(names) if spelled(name) != name
    ]


def label(text: str, width: int) -> Picture:
    """Return (LINE, width, 3): a text on a dark strip, as large as it fits.

    Args:
        text: ASCII; letters beyond are `?`.
        width: pixels.
    """
    strip = np.full((LINE, width, 3), PAPER, dtype=np.uint8)
    text = text.encode("ascii", "replace").decode()
    scale = LARGE
    while _width(text, scale) > width - 8 and scale > SMALL:
        scale -= 0.02
    if _width(text, scale) > width - 8:
        while len(text) > 1 and _width(f"{text}..", scale) > width - 8:
            text = text[:-1]
        text += ".."
    cv2.putText(strip, text, (4, LINE - 6), FONT, scale, INK, 1, cv2.LINE_AA)
    return strip


def _width(text: str, scale: float) -> int:
    return int(cv2.getTextSize(text, FONT, scale, 1)[0][0])


def _spell(letter: str) -> str:
    if letter.isascii():
        return letter if letter.isprintable() else "?"
    if letter in _MARKS:
        return _MARKS[letter]
    plain = unicodedata.normalize("NFKD", letter)[0]
    if plain.isascii() and plain.isprintable():
        return plain
    # `HIRAGANA LETTER SMALL YA`, `KATAKANA LETTER MA`, `HANGUL SYLLABLE GA`
    name = unicodedata.name(letter, "")
    return name.split(" ")[-1].lower() if name.startswith(_SOUNDS) else "?"
