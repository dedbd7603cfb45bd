"""Words for people: counts, and text that somebody else wrote.

A name from the network or from a file may hold anything. Sent to a terminal as it is,
it can move the cursor, clear the screen, retitle the window or turn the reading
direction of what follows. `shown` leaves nothing of that.
"""

from __future__ import annotations

import unicodedata
from typing import Final

LONGEST: Final = 80
"""Characters of a name; sentences get more."""

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"

_CUT: Final = "…"


def counted(number: int, noun: str, form: str = "") -> str:
    """Return "1 frame", "2 frames", "0 frames".

    Args:
        number: how many.
        noun: of one; its plural ends in s, or in es after an s.
        form: how the number is written; "," makes 1,200 of 1200.
    """
    ending = "" if number == 1 else "es" if noun.endswith("s") else "s"
    return f"{number:{form}} {noun}{ending}"


def shown(text: str, longest: int | None = LONGEST) -> str:
    """Return text in one line that does nothing to a terminal, a log or a page.

    Every character that does not print becomes U+FFFD: controls (line ends, ESC and
    the 8-bit CSI among them), marks that turn the reading direction, half surrogates
    and what Unicode does not know. A space of another width becomes a plain one.

    Args:
        text: what somebody else wrote.
        longest: characters; what is longer is cut, and ends in "…". None keeps all.
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
