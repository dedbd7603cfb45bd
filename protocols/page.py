"""The binary messages between the daemon and its monitor page, version 1.

All numbers are little-endian. The first byte is the kind. "ms" are milliseconds of the
daemon's monotonic clock, as a float64. Blocks of float32 begin at a multiple of 4.

    1 FRAME, daemon to page, 812 bytes: one face as it was sent
        u8 u8 u8 u8    kind, version 1, face (its place, from 0), flags: 1 tracked,
                       2 the doubt is known, 4 the raw weights are known,
                       8 of a take that is played
        u32            number of this face's frame; a gap is a frame that the page lost
        f64 f64        ms when the image arrived, ms when the frame was sent
        f32[85]        as sent, in `CHANNELS` order: weights, radians, metres
        f32[8]         probabilities in `EXPRESSIONS` order
        f32[52]        doubt of each weight; zeros if unknown
        f32[52]        weights before motion and ranges; zeros if unknown

    2 PICTURE, daemon to page: what the camera saw
        u8 u8 u8 u8    kind, version 1, number of faces F, flags: 1 of a take
        u32 f64        number of the image, ms when it arrived
        u16 u16 u32    width and height in pixels, bytes of the JPEG
        F faces:       u8 face, u8 flags (1 turned too far, 2 partly covered),
                       u16 number of points
        F faces:       for each point u16 u16: x and y, as shares of width and height,
                       65535 is 1
        bytes          the JPEG

    3 POSTURE, daemon to page: see `page_posture.py`

    9 CLOCK, page to daemon, 9 bytes:   u8 f64      kind, the page's ms
            daemon to page, 17 bytes:   u8 f64 f64  kind, the page's ms, the daemon's ms

    10 PART, page to daemon: a part of an uploaded file
        u8 u8 u16 u32  kind, 0, number of the upload, offset in the file
        bytes          1 to 262,144
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from .arrays import Floats
from .channels import ARKIT, CHANNELS, EXPRESSIONS, Vector
from .errors import DecodeError
from .frame import FaceFrame

VERSION: Final = 1

FRAME: Final = 1
PICTURE: Final = 2
POSTURE: Final = 3
CLOCK: Final = 9
PART: Final = 10

TRACKED: Final = 1
DOUBT_KNOWN: Final = 2
RAW_KNOWN: Final = 4
PLAYED: Final = 8
"""Of a take that is played; a FRAME."""
OF_A_TAKE: Final = 1
"""PICTURE."""
TURNED: Final = 1
"""Turned too far; a face of a PICTURE."""
COVERED: Final = 2
"""Partly covered; a face of a PICTURE."""

MOST_FACES: Final = 8
MOST_POINTS: Final = 1024
LONGEST_PART: Final = 262_144
"""Bytes of a file in one PART."""

_FRAME: Final = struct.Struct("<BBBBIdd")
_PICTURE: Final = struct.Struct("<BBBBIdHHI")
_FACE: Final = struct.Struct("<BBH")
_CLOCK: Final = struct.Struct("<Bd")
_CLOCK_BACK: Final = struct.Struct("<Bdd")
_PART: Final = struct.Struct("<BBHI")

LONGEST: Final = _PART.size + LONGEST_PART
"""Bytes of the longest binary message that a page may send."""

_F4: Final = np.dtype("<f4")
_U2: Final = np.dtype("<u2")
_UNKNOWN: Final = np.zeros(len(ARKIT), dtype=_F4)
_COUNT: Final = len(CHANNELS) + len(EXPRESSIONS) + 2 * len(ARKIT)


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """The landmarks of one face of a picture."""

    place: int
    """The face, from 0."""
    points: Floats
    """(N, 2 or more) x and y in pixels, at most 1024 points; only x and y are sent."""
    turned: bool = False
    """Turned too far for good curves."""
    covered: bool = False
    """Partly covered."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an uploaded file."""

    upload: int
    """Number of the upload, 0 to 65535."""
    offset: int
    """Of the first byte in the file."""
    data: bytes


def encode_frame(
    frame: FaceFrame,
    place: int,
    *,
    seq: int,
    captured_ms: float,
    sent_ms: float,
    raw: Vector | None = None,
    played: bool = False,
) -> bytes:
    """Return a FRAME.

    Args:
        frame: as it was sent.
        place: the face, from 0.
        seq: number of this face's frame; its lowest 32 bits are sent.
        captured_ms: when the image arrived, daemon's clock.
        sent_ms: when the frame was sent, daemon's clock.
        raw: (52,) weights before motion; None if they are unknown.
        played: True if it is of a take.
    """
    flags = TRACKED if frame.tracked else 0
    flags |= DOUBT_KNOWN if frame.doubt is not None else 0
    flags |= RAW_KNOWN if raw is not None else 0
    flags |= PLAYED if played else 0
    head = _FRAME.pack(
        FRAME, VERSION, place, flags, seq & 0xFFFFFFFF, captured_ms, sent_ms
    )
    doubt = _UNKNOWN if frame.doubt is None else frame.doubt
    weights = _UNKNOWN if raw is None else raw
    numbers = np.concatenate((frame.vector, frame.expression, doubt, weights))
    if len(numbers) != _COUNT:
        raise ValueError(f"page: {len(numbers)} numbers in a frame, expected {_COUNT}")
    return head + numbers.astype(_F4, copy=False).tobytes()


def encode_picture(
    jpeg: bytes,
    size: tuple[int, int],
    faces: Sequence[Outline] = (),
    *,
    seq: int,
    captured_ms: float,
    of_a_take: bool = False,
) -> bytes:
    """Return a PICTURE.

    Args:
        jpeg: the compressed picture.
        size: width and height of the image of the points, pixels, at most 65535.
        faces: the found faces; those after the eighth are left out.
        seq: number of the image; its lowest 32 bits are sent.
        captured_ms: when the image arrived, daemon's clock.
        of_a_take: True if it is of a take.
    """
    faces = faces[:MOST_FACES]
    flags = OF_A_TAKE if of_a_take else 0
    head = [
        _PICTURE.pack(
            *(PICTURE, VERSION, len(faces), flags, seq & 0xFFFFFFFF, captured_ms),
            *(*size, len(jpeg)),
        )
    ]
    points = []
    for face in faces:
        shares = face.points[:MOST_POINTS, :2] * (65535.0 / np.array(size))
        # A point may lie outside the picture; NaN would have no meaning as a number.
        shares = np.nan_to_num(np.clip(shares, 0.0, 65535.0))
        points.append(np.rint(shares).astype(_U2).tobytes())
        marks = (TURNED if face.turned else 0) | (COVERED if face.covered else 0)
        head.append(_FACE.pack(face.place, marks, len(shares)))
    return b"".join((*head, *points, jpeg))


def encode_clock(page_ms: float, daemon_ms: float) -> bytes:
    """Return the daemon's answer to a CLOCK."""
    return _CLOCK_BACK.pack(CLOCK, page_ms, daemon_ms)


def decode_clock(data: bytes) -> float:
    """Return the page's ms of a CLOCK.

    Raises:
        DecodeError: it is no CLOCK, or its time is not finite.
    """
    if len(data) != _CLOCK.size:
        raise DecodeError(f"page clock: {len(data)} bytes, expected {_CLOCK.size}")
    kind, page_ms = _CLOCK.unpack(data)
    if kind != CLOCK:
        raise DecodeError(f"page clock: kind {kind}, expected {CLOCK}")
    if not math.isfinite(page_ms):
        raise DecodeError(f"page clock: {page_ms} ms, expected a finite number")
    return float(page_ms)


def decode_part(data: bytes) -> Part:
    """Parse a PART.

    Raises:
        DecodeError: it is no PART, is empty or too long, or reaches beyond 4 GiB.
    """
    if not _PART.size < len(data) <= LONGEST:
        raise DecodeError(
            f"page part: {len(data)} bytes, expected {_PART.size + 1} to {LONGEST}"
        )
    kind, zero, upload, offset = _PART.unpack_from(data)
    if kind != PART:
        raise DecodeError(f"page part: kind {kind}, expected {PART}")
    if zero != 0:
        raise DecodeError(f"page part: second byte {zero}, expected 0")
    body = bytes(data[_PART.size :])
    if offset + len(body) > 1 << 32:
        raise DecodeError(f"page part: ends at byte {offset + len(body)} of a file")
    return Part(upload, offset, body)
