"""Matroska and WebM: nested elements, each with a number, a size and a content.

RFC 8794 (EBML) and RFC 9559 (Matroska). The name of the format, its length, whether the
segment is whole, and the kind and codec of each track are read.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import isfinite
from typing import Final

from .contents import Contents, Read, Turn

MAGIC: Final = b"\x1a\x45\xdf\xa3"

DOCUMENT_TYPE: Final = 0x4282
SEGMENT: Final = 0x1853_8067
INFORMATION: Final = 0x1549_A966
TICK_NS: Final = 0x2A_D7B1
TICKS: Final = 0x4489
TRACKS: Final = 0x1654_AE6B
TRACK: Final = 0xAE
TRACK_TYPE: Final = 0x83
CODEC: Final = 0x86
PICTURE: Final = 0xE0
PROJECTION: Final = 0x7670
YAW: Final = 0x7673
PITCH: Final = 0x7674
ROLL: Final = 0x7675
CLUSTER: Final = 0x1F43_B675

VIDEO: Final = 1
SOUND: Final = 2

ELEMENTS: Final = 1000
"""Largest number of elements read at one level."""
TEXT: Final = 64
"""Largest size of a name in bytes."""


@dataclass(frozen=True, slots=True)
class _Track:
    """A track's description."""

    kind: int = 0
    codec: str = ""
    turn: Turn | None = None


def look_at_matroska(read: Read, size: int) -> Contents:
    """Return the contents of a Matroska or WebM file.

    Args:
        read: of the file.
        size: of the file in bytes.
    """
    kind, missing, length_s = "Matroska", 0, 0.0
    tracks: list[_Track] = []
    described = False
    for number, start, end in _elements(read, 0, size):
        if number == int.from_bytes(MAGIC, "big"):
            for inner, at, stop in _elements(read, start, end):
                if inner == DOCUMENT_TYPE and _text(read, at, stop) == "webm":
                    kind = "WebM"
        elif number == SEGMENT:
            missing = max(0, end - size)
            for inner, at, stop in _elements(read, start, min(end, size)):
                if inner == INFORMATION:
                    length_s = _length_s(read, at, min(stop, size))
                if inner == TRACKS:
                    described = True
                    tracks += _tracks(read, at, min(stop, size))
                if inner == CLUSTER:  # pictures; all descriptions come before
                    break
            break
    video = next((track for track in tracks if track.kind == VIDEO), None)
    return Contents(
        kind,
        video=video is not None if described else None,
        sound=any(track.kind == SOUND for track in tracks) if described else None,
        codec="" if video is None else video.codec,
        length_s=length_s,
        turn=None if video is None else video.turn,
        indexed=described,
        missing_bytes=missing,
    )


def _length_s(read: Read, start: int, end: int) -> float:
    """Return the length of the segment in seconds; 0 if it does not say."""
    tick_ns, ticks = 1_000_000, 0.0
    for number, at, stop in _elements(read, start, end):
        if number == TICK_NS:
            tick_ns = int.from_bytes(read(at, min(stop - at, 8)), "big")
        elif number == TICKS:
            ticks = _number(read, at, stop)
    return ticks * tick_ns / 1e9 if 0.0 < ticks < 1e15 else 0.0


def _tracks(read: Read, start: int, end: int) -> Iterator[_Track]:
    for number, at, stop in _elements(read, start, end):
        if number != TRACK:
            continue
        track = _Track()
        for inner, where, to in _elements(read, at, min(stop, end)):
            if inner == TRACK_TYPE:
                kind = int.from_bytes(read(where, min(to - where, 8)), "big")
                track = replace(track, kind=kind)
            elif inner == CODEC:
                track = replace(track, codec=_text(read, where, to))
            elif inner == PICTURE:
                for deep, place, last in _elements(read, where, min(to, end)):
                    if deep == PROJECTION:
                        turn = _turn(read, place, min(last, end))
                        track = replace(track, turn=turn)
        yield track


def _turn(read: Read, start: int, end: int) -> Turn | None:
    """Return the quarter turn of a projection; None if it is not a quarter turn.

    The roll is counter-clockwise; a yaw of 180 degrees is a mirror.
    """
    angles = {YAW: 0.0, PITCH: 0.0, ROLL: 0.0}
    for number, at, stop in _elements(read, start, end):
        if number in angles:
            angles[number] = _number(read, at, stop)
    mirrored = abs(angles[YAW]) == 180.0
    if angles[PITCH] or (angles[YAW] and not mirrored):
        return None  # a spherical picture
    roll = angles[ROLL]
    if not abs(roll) <= 360.0 or roll % 90.0:
        return None
    return Turn(round(-roll) % 360, mirrored)


def _number(read: Read, start: int, end: int) -> float:
    """Return a float of 4 or 8 bytes, 0 for anything else."""
    data = read(start, min(end - start, 8))
    if len(data) not in (4, 8) or len(data) != end - start:
        return 0.0
    value: float = struct.unpack(">f" if len(data) == 4 else ">d", data)[0]
    return value if isfinite(value) else 0.0


def _text(read: Read, start: int, end: int) -> str:
    data = read(start, min(end - start, TEXT))
    return "".join(chr(byte) for byte in data if 32 <= byte < 127)


def _elements(read: Read, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield number, start and end of the elements in a place; the last may end beyond
    it.

    An element of unknown size takes the rest. Stops at anything that is not an element.
    """
    for _ in range(ELEMENTS):
        head = read(at, 12) if at < end else b""
        width = _width(head)
        if not 1 <= width <= 4 or len(head) <= width:
            return
        number = int.from_bytes(head[:width], "big")
        length = _width(head[width:])
        start = at + width + length
        if not 1 <= length <= 8 or len(head) < width + length:
            return
        marked = int.from_bytes(head[width : width + length], "big")
        size = marked & ((1 << 7 * length) - 1)
        unknown = size == (1 << 7 * length) - 1
        yield number, start, end if unknown else start + size
        if unknown:
            return
        at = start + size


def _width(head: bytes) -> int:
    """Return the size in bytes of the number that begins here: leading zero bits plus
    one."""
    return 9 - head[0].bit_length() if head else 0
