"""Standard output and error that take any text, whatever their encoding is.

Windows gives a redirected stream its legacy code page, such as cp1252, which has no
check mark; and on Linux a file's name may hold bytes that are no text at all. Left to
itself Python raises there, in the middle of a command.
"""

from __future__ import annotations

import codecs
import io
import sys
from typing import Final

STAND_INS: Final = {
    "✓": "+", "✗": "x", "·": ".", "█": "#", "→": "->", "…": "...", "━": "-", "─": "-",
}  # fmt: skip
"""What is printed for a sign of ours that an encoding lacks; "?" for any other."""

_ERRORS: Final = "facewire-stand-ins"
"""The name under which Python's encoders know `_stand_in`."""


def accept_any_text() -> None:
    """Have stdout and stderr print something alike for what their encoding lacks."""
    codecs.register_error(_ERRORS, _stand_in)
    for stream in (sys.stdout, sys.stderr):
        # Without a console there is none, and a test may have put another in its place.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_ERRORS)


def _stand_in(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    return "".join(STAND_INS.get(letter, "?") for letter in lost), error.end
