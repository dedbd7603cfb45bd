"""Read text files as other programs write them, and the TOML and JSON in them.

Notepad and PowerShell begin UTF-8 with a byte order mark, and PowerShell's `>` writes
UTF-16 with one. All of these are read. An error names the line that cannot be read.
"""

from __future__ import annotations

import codecs
import json
import re
import tomllib
from typing import Any, Final

from .errors import DecodeError

_PLACE: Final = re.compile(r"\(at line (?P<line>\d+), column (?P<column>\d+)\)")
"""How `tomllib` ends its messages, unless the error is at the end of the text."""

_TOLD: Final = (
    (
        re.compile(r"Cannot (declare|overwrite|mutate|redefine)|Duplicate"),
        "this key or table is set a second time",
    ),
    (
        re.compile(r"Unescaped|Invalid hex value"),
        "in double quotes a backslash must be doubled; or write the text in single "
        r"quotes, as in 'C:\me.toml'",
    ),
    (
        re.compile(""),
        'expected a [table] or a line such as key = 1.5 or key = "text", with every '
        "quote and bracket closed",
    ),
)
"""How `tomllib` begins its messages, and the sentence that replaces each."""


def decode_text(data: bytes) -> str:
    """Return a file's text without its byte order mark.

    Raises:
        DecodeError: it is neither UTF-8 nor UTF-16 with a mark.
    """
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if wide and len(data) == 2:
        raise DecodeError("it contains only a byte order mark")
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
        at = text.find("\0")
        line = text.count("\n", 0, at) + 1 if at >= 0 else 0
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    if line:
        raise DecodeError(f"line {line} cannot be read as text; save the file as UTF-8")
    return text


def decode_toml(data: bytes) -> dict[str, Any]:
    """Return the tables of a TOML file, or raise DecodeError with the line."""
    text = decode_text(data)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = str(error)
    except ValueError:
        raise DecodeError("a number in it has too many digits") from None
    except RecursionError:
        raise DecodeError("its lists or tables are nested too deep") from None
    at = _PLACE.search(said)
    place = f"line {at['line']}, column {at['column']}" if at else "at its end"
    told = next(ours for theirs, ours in _TOLD if theirs.match(said))
    raise DecodeError(f"{place}: {told}")


def decode_json(data: bytes) -> Any:
    """Return the contents of a JSON file, or raise DecodeError with the line."""
    text = decode_text(data)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        told = f"it is not JSON, from {place} on" if text.strip() else "it is empty"
        raise DecodeError(told) from None
    except (ValueError, RecursionError):
        raise DecodeError(
            "a number in it is too long, or it is nested too deep"
        ) from None
