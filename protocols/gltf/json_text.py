"""Takes JSON apart into the texts of its values, so that an edit keeps the others.

Parsing a whole document and writing it again would change how numbers are written.
Here every value that is not edited stays the text that it was, byte for byte.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from json.decoder import JSONDecodeError, JSONDecoder

from protocols.errors import DecodeError

_SPACE = " \t\r\n"
_DECODER = JSONDecoder()


def members(text: str, what: str) -> dict[str, str]:
    """Return the members of an object: names, and the texts of their values.

    Args:
        text: of the object.
        what: its name in errors.

    Raises:
        DecodeError: the text is not one JSON object.
    """
    out: dict[str, str] = {}
    at = _open(text, "{", what)
    while text[at : at + 1] != "}":
        if text[at : at + 1] != '"':
            raise _wrong(what, at)
        name, at = _value(text, at, what)
        at = _skip(text, at)
        if text[at : at + 1] != ":":
            raise _wrong(what, at)
        out[json.loads(name)], at = _value(text, _skip(text, at + 1), what)
        at = _next(text, at, "}", what)
    _end(text, at, what)
    return out


def elements(text: str, what: str) -> list[str]:
    """Return the texts of an array's elements; arguments and errors as for
    `members`."""
    out: list[str] = []
    at = _open(text, "[", what)
    while text[at : at + 1] != "]":
        element, at = _value(text, at, what)
        out.append(element)
        at = _next(text, at, "]", what)
    _end(text, at, what)
    return out


def as_object(values: Mapping[str, str]) -> str:
    """Return the text of an object with these texts as values."""
    pairs = (
        f"{json.dumps(name, ensure_ascii=False)}:{text}"
        for name, text in values.items()
    )
    return "{" + ",".join(pairs) + "}"


def as_array(values: Iterable[str]) -> str:
    """Return the text of an array with these texts as elements."""
    return "[" + ",".join(values) + "]"


def _open(text: str, bracket: str, what: str) -> int:
    at = _skip(text, 0)
    if text[at : at + 1] != bracket:
        raise _wrong(what, at)
    return _skip(text, at + 1)


def _value(text: str, at: int, what: str) -> tuple[str, int]:
    try:
        _, end = _DECODER.raw_decode(text, at)
    except (JSONDecodeError, RecursionError):
        raise _wrong(what, at) from None
    return text[at:end], end


def _next(text: str, at: int, bracket: str, what: str) -> int:
    """Return the place of the next item, or of the closing bracket."""
    at = _skip(text, at)
    if text[at : at + 1] == bracket:
        return at
    if text[at : at + 1] != ",":
        raise _wrong(what, at)
    at = _skip(text, at + 1)
    if text[at : at + 1] == bracket:
        raise _wrong(what, at)
    return at


def _end(text: str, at: int, what: str) -> None:
    if _skip(text, at + 1) != len(text):
        raise _wrong(what, at + 1)


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at


def _wrong(what: str, at: int) -> DecodeError:
    return DecodeError(f"glb: {what} is not valid JSON at character {at}")
