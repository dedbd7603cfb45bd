"""MP4 and MOV: nested boxes, each with a size, a name and a content.

ISO/IEC 14496-12, and Apple's QuickTime File Format. Numbers are big-endian. These boxes
are read:

    moov / mvhd                       the movie's clock and matrix
    moov / mvex                       the pictures are in fragments, not counted here
    moov / trak / tkhd                the track's matrix
    moov / trak / edts / elst         which part of it is shown
    moov / trak / mdia / mdhd, hdlr   its clock; "vide" or "soun"
    ... / minf / stbl / stsd          how it is coded
    ... / stbl / stts, ctts, stsz     when each picture is shown, and how many there are
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from .contents import Contents, Read, Turn

FIRST: Final = frozenset(
    (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"styp")
)
"""Boxes with which such a file may begin."""

BOXES: Final = 1000
"""Largest number of boxes read at one level; a file of fragments has more."""
PICTURES: Final = 1 << 22
"""Largest number of pictures counted: a day and a half at 30 per second."""
TABLE: Final = 8 * PICTURES + 8
"""Largest size of a table in bytes."""

Matrix = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
Place = tuple[int, int]
"""Start and end offset of a box's content."""


def look_at_boxes(read: Read, size: int) -> Contents:
    """Return the contents of an MP4 or MOV; a damaged part counts as missing.

    Args:
        read: of the file.
        size: of the file in bytes.
    """
    kind = "MOV" if read(8, 4) == b"qt  " or read(4, 4) != b"ftyp" else "MP4"
    movie: Place | None = None
    end = count = 0
    for name, place in _boxes(read, (0, size)):
        count, end = count + 1, place[1]
        if name == b"moov" and movie is None:
            movie = (place[0], min(place[1], size))
    if movie is None:
        return Contents(kind, indexed=count >= BOXES)
    top = dict(_boxes(read, movie))
    scale, matrix = _movie(read, top.get(b"mvhd"))
    tracks = [
        _Track(read, place) for name, place in _boxes(read, movie) if name == b"trak"
    ]
    video = next((track for track in tracks if track.holds == b"vide"), None)
    return Contents(
        kind,
        video=video is not None,
        sound=any(track.holds == b"soun" for track in tracks),
        codec="" if video is None else video.codec(),
        pictures=None if video is None or b"mvex" in top else video.shown(scale),
        turn=None if video is None else turn_of(video.matrix() @ matrix),
        missing_bytes=max(0, end - size) if count < BOXES else 0,
    )


def turn_of(matrix: Matrix) -> Turn | None:
    """Return the quarter turn of a (2, 2) matrix; None if it is not a quarter turn.

    The matrix is applied to (x to the right, y down) from the right, as the format
    defines.
    """
    largest = np.abs(matrix).max()
    if not np.isfinite(largest) or largest <= 0.0:
        return None
    # The smaller elements are rounding: a picture scaled by less than that in one
    # direction would not be usable.
    signs = np.where(np.abs(matrix) > 0.1 * largest, np.sign(matrix), 0.0)
    mirrored = bool(np.linalg.det(signs) < 0.0)
    if mirrored:
        signs[0] = -signs[0]
    for quarter in range(4):
        cos, sin = ((1, 0), (0, 1), (-1, 0), (0, -1))[quarter]
        if (signs == [[cos, sin], [-sin, cos]]).all():
            return Turn(90 * quarter, mirrored)
    return None


class _Track:
    """One track; its parts are read when they are needed."""

    def __init__(self, read: Read, place: Place) -> None:
        self._read = read
        self._parts = dict(_boxes(read, place))
        self._media = dict(_boxes(read, self._parts.get(b"mdia")))
        information = dict(_boxes(read, self._media.get(b"minf")))
        self._tables = dict(_boxes(read, information.get(b"stbl")))
        handler = self._content(self._media, b"hdlr", 12)
        self.holds = handler[8:12]

    def codec(self) -> str:
        """Return the four letters of the first sample entry."""
        description = self._content(self._tables, b"stsd", 16)
        return "".join(chr(b) if 32 < b < 127 else "" for b in description[12:16])

    def matrix(self) -> Matrix:
        """Return the track's (2, 2) matrix."""
        head = self._content(self._parts, b"tkhd", 100)
        return _matrix(head, 52 if head[:1] == b"\1" else 40)

    def shown(self, movie_scale: int) -> int | None:
        """Return how many pictures the edit list shows; None if that is unknown.

        Args:
            movie_scale: ticks per second of the movie's clock.
        """
        times = self._times()
        if times is None:
            return None
        edits = self._edits()
        scale = self._scale()
        if not edits or not movie_scale or not scale or not len(times):
            return len(times)
        there = np.zeros(len(times), dtype=bool)
        for length, start in edits:
            if start < 0:  # nothing is shown for this time
                continue
            last = start + -(-length * scale // movie_scale) if length else 1 << 62
            there |= (times >= start) & (times < last)
        return int(there.sum()) or None

    def _times(self) -> Numbers | None:
        """Return (n,) when each picture is shown, in ticks of the track's clock."""
        sizes = self._content(self._tables, b"stsz", 12)
        steps = self._runs(b"stts")
        if len(sizes) < 12 or steps is None:
            return None
        count = int.from_bytes(sizes[8:12], "big")
        if count > PICTURES or int(steps[:, 0].sum()) != count:
            return None
        after = np.cumsum(np.repeat(steps[:, 1], steps[:, 0]))
        times = np.concatenate([[0], after])[:count]
        delays = self._runs(b"ctts")
        if delays is not None and int(delays[:, 0].sum()) == count:
            # Unsigned in version 0, but many programs write it signed.
            signed = (delays[:, 1] + (1 << 31)) % (1 << 32) - (1 << 31)
            times = times + np.repeat(signed, delays[:, 0])
        return times

    def _edits(self) -> list[tuple[int, int]]:
        """Return (ticks of the movie, first tick of the track) of each part shown."""
        edits = self._content(self._parts_of(b"edts"), b"elst", 1 << 16)
        long = edits[:1] == b"\1"
        entry = struct.Struct(">Qq4x" if long else ">Ii4x")
        whole = (len(edits) - 8) // entry.size * entry.size if len(edits) > 8 else 0
        return list(entry.iter_unpack(edits[8 : 8 + whole]))

    def _scale(self) -> int:
        head = self._content(self._media, b"mdhd", 24)
        at = 20 if head[:1] == b"\1" else 12
        return int.from_bytes(head[at : at + 4], "big")

    def _runs(self, name: bytes) -> Numbers | None:
        """Return (n, 2) of a table of (how many, value); None if there is no such
        table."""
        table = self._content(self._tables, name, TABLE)
        if len(table) < 8:
            return None
        count = int.from_bytes(table[4:8], "big")
        rows = np.frombuffer(table, ">u4", offset=8, count=(len(table) - 8) // 4)
        if len(rows) < 2 * count:
            return None
        runs: Numbers = rows[: 2 * count].reshape(-1, 2).astype(np.int64)
        return runs

    def _parts_of(self, name: bytes) -> dict[bytes, Place]:
        return dict(_boxes(self._read, self._parts.get(name)))

    def _content(self, parts: dict[bytes, Place], name: bytes, most: int) -> bytes:
        start, end = parts.get(name, (0, 0))
        return self._read(start, min(end - start, most)) if end > start else b""


def _movie(read: Read, place: Place | None) -> tuple[int, Matrix]:
    """Return the movie's ticks per second and its (2, 2) matrix."""
    head = b"" if place is None else read(place[0], min(place[1] - place[0], 120))
    long = head[:1] == b"\1"
    at = 20 if long else 12
    return int.from_bytes(head[at : at + 4], "big"), _matrix(head, 48 if long else 36)


def _matrix(head: bytes, at: int) -> Matrix:
    """Return the (2, 2) part of a matrix of 9 numbers; the identity if there is
    none."""
    if len(head) < at + 36:
        return np.eye(2)
    a, b, c, d = struct.unpack_from(">ii4xii", head, at)
    return np.array([[a, b], [c, d]], dtype=np.float64) / (1 << 16)


def _boxes(read: Read, place: Place | None) -> Iterator[tuple[bytes, Place]]:
    """Yield the name and content of the boxes in a place; the last may end beyond it.

    Stops at anything that is not a box.
    """
    at, end = place or (0, 0)
    for _ in range(BOXES):
        if at + 8 > end:
            return
        head = read(at, 16)
        if len(head) < 8:
            return
        size, name = struct.unpack_from(">I4s", head)
        start = at + 8
        if size == 1 and len(head) == 16:
            start, size = at + 16, int.from_bytes(head[8:], "big")
        elif size == 0:
            size = end - at
        if size < start - at or not all(32 <= letter < 127 for letter in name):
            return
        yield name, (start, at + size)
        at += size
