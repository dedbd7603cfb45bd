"""Make standard output and error accept any text, whatever their encoding.

Windows gives a redirected stream its legacy code page, such as cp1252, which has no
check mark. On Linux a file name may hold bytes that are not text. In both cases Python
would raise an error in the middle of a command.
"""

from __future__ import annotations

import codecs
import io
import sys
from typing import Final

STAND_INS: Final = {
    "✓": "+", "✗": "x", "·": ".", "█": "#", "→": "->", "…": "...", "━": "-", "─": "-",
}  # fmt: skip
"""Replacements for our signs that an encoding lacks; "?" replaces any other
character."""

_ERRORS: Final = "facewire-stand-ins"
"""The name under which `_stand_in` is registered as an error handler."""


def accept_any_text() -> None:
    """Make stdout and stderr print a replacement for characters that their encoding
    lacks."""
    codecs.register_error(_ERRORS, _stand_in)
    for stream in (sys.stdout, sys.stderr):
        # The stream is None without a console, and a test may have replaced it.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_ERRORS)


def _stand_in(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    return "".join(STAND_INS.get(letter, "?") for letter in lost), error.end
