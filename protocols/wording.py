"""Format text for users: counts, and text from other sources.

A name from the network or from a file may contain anything. Printed to a terminal
unchanged, it could move the cursor, clear the screen, change the window's title or
reverse the reading direction. `shown` removes all of that.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

LONGEST: Final = 80
"""Longest name in characters; sentences may be longer."""

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"

_CUT: Final = "…"


def counted(number: int, noun: str, form: str = "") -> str:
    """Return "1 frame", "2 frames", "0 frames".

    Args:
        number: how many.
        noun: singular; its plural ends in s, or in es after an s.
        form: the number's format; "," gives 1,200 for 1200.
    """
    ending = "" if number == 1 else "es" if noun.endswith("s") else "s"
    return f"{number:{form}} {noun}{ending}"


def either(words: Iterable[str]) -> str:
    """Return "a, b or c"; at least one word."""
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last


def shown(text: str, longest: int | None = LONGEST) -> str:
    """Return text as one line that has no effect on a terminal, a log or a page.

    Every character that is not printable becomes U+FFFD: controls (line ends, ESC and
    the 8-bit CSI among them), marks that change the reading direction, half surrogates
    and characters unknown to Unicode. A space of another width becomes a plain one.

    Args:
        text: from another source.
        longest: characters; longer text is cut and ends in "…". None keeps all.
    """
    if longest is not None and len(text) > longest:
        text = text[: longest - 1] + _CUT
    if text.isprintable():
        return text
    return "".join(map(_printable, text))


def _printable(letter: str) -> str:
    if letter.isprintable():
        return letter
    return " " if unicodedata.category(letter) == "Zs" else REPLACEMENT
