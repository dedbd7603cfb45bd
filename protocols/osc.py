"""Write OSC 1.0 packets, which VMC and plain OSC consist of. osc_reader.py reads them.

    message   string address, string tags (a comma, then one letter per argument),
              then the arguments
    bundle    "#bundle" 00, u64 time tag, then elements: i32 size, message or bundle

    i i32 · f f32 · s string · b blob (i32 length, bytes) · T, F true, false, no bytes

Everything is big-endian. A string is UTF-8 and ends with one to four zero bytes, a blob
with none to three, so that every field starts at a multiple of four. The time tag is
always "immediately" (1). Most receivers ignore it; the others would wait until that
time.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Arg = int | float | str | bytes | bool | None
"""None may be read, but is never written."""

BUNDLE: Final = b"#bundle\0"
IMMEDIATELY: Final = (1).to_bytes(8, "big")
MTU: Final = 1472
"""Bytes of UDP payload that fit one Ethernet frame; larger datagrams are fragmented."""


def padded(length: int) -> int:
    """Return the size in bytes of a string of this length, with its zeros."""
    return length // 4 * 4 + 4


@dataclass(frozen=True, slots=True)
class Message:
    """One address and its arguments; the Python types give the tags."""

    address: str
    args: tuple[Arg, ...] = ()


def encode(message: Message) -> bytes:
    """Return one message: int -> i, float -> f, str -> s, bytes -> b, bool -> T or F.

    Raises:
        ValueError: a number beyond 32 bits, text with a NUL or not UTF-8, or None.
    """
    tags, body = ",", b""
    for arg in message.args:
        tag, data = _encoded(arg)
        tags += tag
        body += data
    return _text(message.address) + _text(tags) + body


def bundle(elements: Iterable[bytes]) -> bytes:
    """Return the elements (messages or bundles) as one bundle."""
    sized = (len(element).to_bytes(4, "big") + element for element in elements)
    return BUNDLE + IMMEDIATELY + b"".join(sized)


def grouped(messages: Iterable[Message], limit: int = MTU) -> list[list[Message]]:
    """Return the messages in order, in as few bundles of at most `limit` bytes."""
    groups: list[list[Message]] = []
    room = 0
    for message in messages:
        size = 4 + len(encode(message))
        if size > room:
            groups.append([])
            room = limit - len(BUNDLE) - len(IMMEDIATELY)
        groups[-1].append(message)
        room -= size
    return groups


class Template:
    """Packets that are built once; every `f` and `i` argument in them is a slot to
    fill.

    All fields start at multiples of four. So the whole buffer is an array of words, and
    one assignment writes all floats.
    """

    def __init__(
        self, packets: Sequence[Sequence[Message]], *, bundles: bool = True
    ) -> None:
        """Lay out the packets.

        Args:
            packets: the messages of each datagram. Their numbers are the values until
                the first `fill`.
            bundles: False sends each message as a separate datagram.
        """
        datagrams: list[bytes] = []
        floats: list[int] = []
        ints: list[int] = []
        start = 0
        for messages in packets:
            parts = [encode(message) for message in messages]
            at = start + (len(BUNDLE) + len(IMMEDIATELY) + 4 if bundles else 0)
            for message, part in zip(messages, parts, strict=True):
                found_floats, found_ints = _slots(message)
                floats += [(at + offset) // 4 for offset in found_floats]
                ints += [(at + offset) // 4 for offset in found_ints]
                at += len(part) + (4 if bundles else 0)
            whole = [bundle(parts)] if bundles else parts
            datagrams += whole
            start += sum(map(len, whole))
        self._data = bytearray(b"".join(datagrams))
        ends = np.cumsum([len(datagram) for datagram in datagrams]).tolist()
        self._spans = list(zip([0, *ends[:-1]], ends, strict=True))
        self._float_at: npt.NDArray[np.intp] = np.array(floats, dtype=np.intp)
        self._int_at: npt.NDArray[np.intp] = np.array(ints, dtype=np.intp)
        self._float_words = np.frombuffer(self._data, dtype=">f4")
        self._int_words = np.frombuffer(self._data, dtype=">i4")
        self.floats = len(floats)
        """Number of `f` arguments in all packets."""
        self.ints = len(ints)
        """Number of `i` arguments in all packets."""

    def fill(
        self, floats: npt.ArrayLike, ints: Sequence[int] | None = None
    ) -> list[bytes]:
        """Return the datagrams with new numbers, in the order of the layout.

        Args:
            floats: (floats,), or a value that broadcasts to it.
            ints: (ints,), each within 32 bits; None keeps the previous ones.
        """
        self._float_words[self._float_at] = floats
        if ints is not None:
            self._int_words[self._int_at] = ints
        return [bytes(self._data[start:end]) for start, end in self._spans]


def _slots(message: Message) -> tuple[list[int], list[int]]:
    """Return the byte offsets of the floats and of the ints in a message."""
    at = len(encode(Message(message.address))) - 4
    at += padded(len(message.args) + 1)
    floats: list[int] = []
    ints: list[int] = []
    for arg in message.args:
        tag, data = _encoded(arg)
        {"f": floats, "i": ints}.get(tag, []).append(at)
        at += len(data)
    return floats, ints


def _text(value: str) -> bytes:
    data = value.encode()
    if b"\0" in data:
        raise ValueError(f"osc: NUL in {value!r}")
    return data.ljust(padded(len(data)), b"\0")


def _encoded(arg: Arg) -> tuple[str, bytes]:
    if isinstance(arg, bool):
        return ("T" if arg else "F"), b""
    if isinstance(arg, str):
        return "s", _text(arg)
    if isinstance(arg, bytes):
        padded = arg.ljust((len(arg) + 3) // 4 * 4, b"\0")
        return "b", len(arg).to_bytes(4, "big") + padded
    if arg is None:
        raise ValueError("osc: None is never written")
    try:
        if isinstance(arg, int):
            return "i", struct.pack(">i", arg)
        return "f", struct.pack(">f", arg)
    except (struct.error, OverflowError):
        raise ValueError(f"osc: {arg} does not fit 32 bits") from None
