"""One question to a time server (SNTP version 4, RFC 4330), and its answer.

    u8 leap 2 bits, version 3, mode 3   u8 stratum   i8 poll   i8 precision
    u32 root delay   u32 root dispersion   u32 reference id
    u64 reference, originate, receive, transmit time

Everything is big-endian. A time is seconds since 1900 in UTC, 32 bits, and a fraction,
32 bits; it starts again in 2036, so times before 1968 are read as after 2036. We send
a random number as our transmit time: the server returns it as originate time, so an
answer without it is not for us, and our clock stays ours.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from .errors import DecodeError
from .wording import shown

SIZE: Final = 48
UNIX_1900_S: Final = 2_208_988_800
ERA_S: Final = 1 << 32
NS: Final = 1_000_000_000
SERVER: Final = 4
UNSYNCHRONISED: Final = 3
LAST_STRATUM: Final = 15

_ANSWER: Final = struct.Struct(">BBbbII4s4Q")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server says, in ns since 1970, UTC."""

    received_ns: int
    """When our question reached it."""
    sent_ns: int
    """When it answered."""
    stratum: int
    """1 has a clock of its own; each server between adds 1."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The difference between a server's clock and ours."""

    offset_ns: int
    """Added to our clock at the middle of the exchange, it gives the server's."""
    delay_ns: int
    """The way there and back. The offset is wrong by half of it at most."""


class KissError(DecodeError):
    """The server refuses to answer; `code` says why: RATE, DENY or RSTR."""

    def __init__(self, code: str) -> None:
        super().__init__(f"ntp: the server refuses ({shown(code, 8)})")
        self.code = code


def question(nonce: int) -> bytes:
    """Return the request; the nonce has 64 bits."""
    return bytes([4 << 3 | 3]) + bytes(39) + nonce.to_bytes(8, "big")


def answer(data: bytes, nonce: int) -> Answer:
    """Parse a server's answer.

    Raises:
        KissError: the server does not want to be asked.
        DecodeError: it is no answer to this question, or the server does not know the
            time; nothing else is ever raised.
    """
    if len(data) < SIZE:
        raise DecodeError(f"ntp: {len(data)} bytes, expected {SIZE}")
    first, stratum, _, _, _, _, name, _, origin, received, sent = _ANSWER.unpack_from(
        data
    )
    if first & 7 != SERVER:
        raise DecodeError(f"ntp: mode {first & 7}, expected {SERVER}")
    if origin != nonce:
        raise DecodeError("ntp: an answer to another question")
    if stratum == 0:
        raise KissError(name.decode("ascii", "replace").rstrip("\0"))
    if first >> 6 == UNSYNCHRONISED or stratum > LAST_STRATUM or not sent:
        raise DecodeError("ntp: the server does not know the time")
    return Answer(unix_ns(received), unix_ns(sent), stratum)


def measured(answered: Answer, asked_ns: int, heard_ns: int) -> Measured:
    """Return the offset of the server's clock.

    Args:
        answered: by the server.
        asked_ns: our clock when the question left.
        heard_ns: our clock when the answer came.
    """
    there = answered.received_ns - asked_ns
    back = answered.sent_ns - heard_ns
    delay = (heard_ns - asked_ns) - (answered.sent_ns - answered.received_ns)
    return Measured((there + back) // 2, max(delay, 0))


def unix_ns(time: int) -> int:
    """Return ns since 1970 of a 64-bit time."""
    seconds, fraction = time >> 32, time & 0xFFFF_FFFF
    if seconds < ERA_S // 2:
        seconds += ERA_S
    return (seconds - UNIX_1900_S) * NS + (fraction * NS + (1 << 31) >> 32)


def ntp_time(unix: int) -> int:
    """Return the 64-bit time of ns since 1970."""
    seconds, rest = divmod(unix, NS)
    return (seconds + UNIX_1900_S) % ERA_S << 32 | (rest << 32) // NS
