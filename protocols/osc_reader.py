"""Read OSC packets leniently: an invalid message in a bundle is skipped, the rest is
read.

The layout is in osc.py. Every tag of OSC 1.0 and 1.1 is understood:

    i h  int          f d  float         s S  string     c  a string of one character
    t    int          b    bytes         T F  bool       N I  None, no bytes
    r m  four bytes (a colour, a MIDI message)           [ ]  no value: the arguments
                                                              between them are read

Tolerated: a message without tags (it has no arguments), padding that is not zero.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from .errors import DecodeError
from .osc import BUNDLE, IMMEDIATELY, Arg, Message, padded
from .wording import counted

MAX_PACKET: Final = 65_535
MAX_DEPTH: Final = 8
"""Deepest nesting of bundles. Senders in this field do not nest them."""

GROUPING: Final = "[]"


_INT, _UNSIGNED = struct.Struct(">i"), struct.Struct(">I")
_FLOAT, _DOUBLE = struct.Struct(">f"), struct.Struct(">d")
_LONG, _TIME = struct.Struct(">q"), struct.Struct(">Q")

LeftOut = Callable[[str, str], None]
"""Called for each message that a receiver does not use, with its address and the
reason."""


def ignore_left_out(address: str, why: str) -> None:
    """Ignore messages that are left out; the default `LeftOut`."""


@dataclass(frozen=True, slots=True)
class Packet:
    """The contents of one datagram."""

    messages: tuple[Message, ...]
    """Bundles flattened, in order."""
    unread: tuple[str, ...]
    """One sentence for every message of a bundle that cannot be read."""


def read(data: bytes) -> Packet:
    """Return everything in a packet that can be read.

    Raises:
        DecodeError: it is not an OSC packet, its bundle is broken, or it is a single
            message that cannot be read; nothing else is ever raised.
    """
    if len(data) > MAX_PACKET:
        raise DecodeError(f"osc: {len(data)} bytes, at most {MAX_PACKET}")
    if not data.startswith(BUNDLE):
        return Packet((_message(data),), ())
    messages: list[Message] = []
    unread: list[str] = []
    for element in _elements(data, 0):
        try:
            messages.append(_message(element))
        except DecodeError as error:
            unread.append(str(error))
    return Packet(tuple(messages), tuple(unread))


def decode(data: bytes) -> list[Message]:
    """Return the messages of one packet that can be read, in order.

    Raises:
        DecodeError: see `read`.
    """
    return list(read(data).messages)


def number(arg: Arg) -> float | None:
    """Return a finite number, sent as float or int; None for anything else.

    Some senders let their language choose the tag and send whole numbers as int.
    """
    if isinstance(arg, bool) or not isinstance(arg, int | float):
        return None
    return float(arg) if math.isfinite(arg) else None


def tags_of(args: Iterable[Arg]) -> str:
    """Return the type tags of arguments, for messages about arguments that do not
    fit."""
    letters = {str: "s", bytes: "b", int: "i", float: "f", type(None): "N"}
    return "".join(letters.get(type(arg), "T" if arg else "F") for arg in args)


def _elements(data: bytes, depth: int) -> Iterator[bytes]:
    """Yield the messages of a bundle and of nested bundles, as bytes."""
    if depth == MAX_DEPTH:
        raise DecodeError(f"osc: bundles nested deeper than {MAX_DEPTH}")
    at = len(BUNDLE) + len(IMMEDIATELY)
    if len(data) < at:
        raise DecodeError(
            f"osc: bundle header has {counted(len(data), 'byte')}, expected {at}"
        )
    while at < len(data):
        size, at = _number(_INT, data, at)
        if size <= 0 or size % 4 or at + size > len(data):
            raise DecodeError(
                f"osc: element of {counted(size, 'byte')}, {len(data) - at} left"
            )
        element = data[at : at + size]
        if element.startswith(BUNDLE):
            yield from _elements(element, depth + 1)
        else:
            yield element
        at += size


def _message(data: bytes) -> Message:
    if not data.startswith(b"/"):
        raise DecodeError(f"osc: address starts with {data[:8]!r}, expected '/'")
    address, at = _string(data, 0)
    if at == len(data):
        return Message(address)
    tags, at = _string(data, at)
    if not tags.startswith(","):
        raise DecodeError(f"osc: {address!r:.60}: tags {tags[:8]!r}, expected ','")
    args: list[Arg] = []
    for tag in tags[1:]:
        if tag in GROUPING:
            continue
        read = _READERS.get(tag)
        if read is None:
            raise DecodeError(f"osc: {address!r:.60}: unknown tag {tag!r}")
        arg, at = read(data, at)
        args.append(arg)
    if at != len(data):
        raise DecodeError(
            f"osc: {address!r:.60}: {counted(len(data) - at, 'byte')} after its "
            "arguments"
        )
    return Message(address, tuple(args))


def _string(data: bytes, at: int) -> tuple[str, int]:
    end = data.find(b"\0", at)
    after = at + padded(end - at)
    if end < 0 or after > len(data):
        raise DecodeError(
            f"osc: string at {at} does not end within {counted(len(data), 'byte')}"
        )
    try:
        return data[at:end].decode(), after
    except UnicodeDecodeError:
        raise DecodeError(f"osc: string at {at} is not UTF-8") from None


def _blob(data: bytes, at: int) -> tuple[bytes, int]:
    size, at = _number(_INT, data, at)
    after = at + (size + 3) // 4 * 4
    if size < 0 or after > len(data):
        raise DecodeError(
            f"osc: blob of {counted(size, 'byte')}, {len(data) - at} left"
        )
    return data[at : at + size], after


def _character(data: bytes, at: int) -> tuple[str, int]:
    code, at = _number(_UNSIGNED, data, at)
    try:
        return chr(code), at
    except (ValueError, OverflowError):
        raise DecodeError(
            f"osc: character {code} at {at - 4} is not in Unicode"
        ) from None


def _four(data: bytes, at: int) -> tuple[bytes, int]:
    _number(_UNSIGNED, data, at)
    return data[at : at + 4], at + 4


def _number(form: struct.Struct, data: bytes, at: int) -> tuple[int, int]:
    after = at + form.size
    if after > len(data):
        raise DecodeError(f"osc: number at {at} exceeds {counted(len(data), 'byte')}")
    return form.unpack_from(data, at)[0], after


_READERS: Final[dict[str, Callable[[bytes, int], tuple[Arg, int]]]] = {
    "i": lambda data, at: _number(_INT, data, at),
    "f": lambda data, at: _number(_FLOAT, data, at),
    "h": lambda data, at: _number(_LONG, data, at),
    "d": lambda data, at: _number(_DOUBLE, data, at),
    "t": lambda data, at: _number(_TIME, data, at),
    "s": _string,
    "S": _string,
    "c": _character,
    "b": _blob,
    "r": _four,
    "m": _four,
    "T": lambda _, at: (True, at),
    "F": lambda _, at: (False, at),
    "N": lambda _, at: (None, at),
    "I": lambda _, at: (None, at),
}
