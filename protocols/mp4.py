"""The reference video: an MP4 of JPEG pictures that opens even if recording was killed.

MP4 is ISO/IEC 14496-12, its sample entry 14496-14. A picture is a JPEG (object type
0x6C), and every picture can be shown by itself. All numbers are big-endian. While it is
recorded, the file is fragmented, with one fragment per picture:

    ftyp
    free                16 bytes in all
    moov                the track, with no picture yet
    moof, mdat          a picture
    moof, mdat          ...

A process that is killed leaves a file that may end anywhere; players show it up to the
last whole fragment. When recording ends normally, the file becomes an ordinary one that
can be searched:

    ftyp
    mdat                replaces `free`, 64-bit size: it covers everything ...
    moov                ... up to here: the track, with the place of each picture

The frame rate is constant; the take says which picture belongs to which frame.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from .errors import DecodeError

LARGEST_SIDE: Final = 65_500
"""Pixels; JPEG's own limit."""
LARGEST_PICTURE: Final = 1 << 30
"""Bytes."""
FINEST: Final = 1000
"""Lowest clock rate of a track, in ticks per second."""

_JPEG: Final = 0x6C
_ALONE: Final = 0x0200_0000
"""Flags of a sample that does not depend on others."""
_MATRIX: Final = struct.pack(">9I", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)


@dataclass(frozen=True, slots=True)
class Track:
    """Properties that all pictures of a file share."""

    width: int
    """Pixels, 1 to `LARGEST_SIDE`."""
    height: int
    ticks: int
    """Ticks per second."""
    step: int
    """Ticks from one picture to the next."""


def track_of(width: int, height: int, fps: float) -> Track:
    """Return the track for pictures of a size and a rate.

    Raises:
        ValueError: a side or the rate is out of range.
    """
    if not (0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE):
        raise ValueError(
            f"a picture of {width} x {height}, expected 1 to {LARGEST_SIDE} each"
        )
    if not 0.01 <= fps <= 1000.0:
        raise ValueError(f"{fps:g} pictures a second, expected 0.01 to 1000")
    rate = Fraction(fps).limit_denominator(1001)
    finer = -(-FINEST // rate.numerator)
    return Track(width, height, rate.numerator * finer, rate.denominator * finer)


def encode_head(track: Track) -> bytes:
    """Return the first `HEAD_SIZE` bytes of a file."""
    extends = _full("trex", 0, 0, struct.pack(">5I", 1, 1, track.step, 0, _ALONE))
    empty = (
        *(_full("stts", 0, 0, bytes(4)), _full("stsc", 0, 0, bytes(4))),
        *(_full("stsz", 0, 0, bytes(8)), _full("stco", 0, 0, bytes(4))),
    )
    moov = _moov(track, 0, empty, _box("mvex", extends))
    return _FTYP + _box("free", bytes(8)) + moov


def encode_fragment(track: Track, place: int, picture: bytes) -> bytes:
    """Return the fragment of a picture: `FRAGMENT_SIZE` bytes, then the JPEG.

    Args:
        track: of the head.
        place: of the picture, from 0.
        picture: a whole JPEG.
    """
    return _fragment_head(track, place, len(picture)) + picture


def encode_index(track: Track, sizes: Sequence[int]) -> bytes:
    """Return the last box of a complete file.

    Args:
        track: of the head.
        sizes: of each picture in bytes, in order.
    """
    count = len(sizes)
    heads = HEAD_SIZE + FRAGMENT_SIZE * np.arange(1, count + 1)
    offsets = heads + np.cumsum([0, *sizes], dtype=np.int64)[:count]
    tables = (
        _full("stts", 0, 0, struct.pack(">3I", 1, count, track.step)),
        _full("stsc", 0, 0, struct.pack(">4I", 1, 1, 1, 1)),
        _full(
            *("stsz", 0, 0),
            struct.pack(">2I", 0, count) + np.array(sizes, ">u4").tobytes(),
        ),
        _full(
            *("co64", 0, 0),
            struct.pack(">I", count) + offsets.astype(">u8").tobytes(),
        ),
    )
    return _moov(track, count * track.step, tables, b"")


def encode_cover(end: int) -> bytes:
    """Return the bytes that replace `free` at `COVER_AT` after the index is written.

    Args:
        end: offset at which the index begins.
    """
    return struct.pack(">I4sQ", 1, b"mdat", end - COVER_AT)


def decode_head(data: bytes) -> tuple[Track, bool]:
    """Return the track, and True if the file is complete.

    Raises:
        DecodeError: this is not the head of a reference video of facewire.
    """
    if len(data) != HEAD_SIZE:
        raise DecodeError(f"mp4: {len(data)} bytes, a head has {HEAD_SIZE}")
    whole = data[COVER_AT + 4 : COVER_AT + 8] == b"mdat"
    track = Track(
        *(value >> 16 for value in struct.unpack_from(">2I", data, _SIDES_AT)),
        *struct.unpack_from(">I", data, _TICKS_AT),
        *struct.unpack_from(">I", data, _STEP_AT),
    )
    rest = slice(COVER_AT + 16, None)
    if data[:COVER_AT] != _FTYP or data[rest] != encode_head(track)[rest]:
        raise DecodeError("mp4: this is not a reference video of facewire")
    return track, whole


def decode_fragment(track: Track, place: int, data: bytes) -> int:
    """Return the size in bytes of the picture that follows the head of a fragment.

    Args:
        track: of the head.
        place: of the picture, from 0.
        data: `FRAGMENT_SIZE` bytes.

    Raises:
        DecodeError: this is not the head of that fragment.
    """
    if len(data) != FRAGMENT_SIZE:
        raise DecodeError(f"mp4: {len(data)} bytes, expected {FRAGMENT_SIZE}")
    size = int.from_bytes(data[-8:-4], "big") - 8
    if not 0 < size <= LARGEST_PICTURE:
        raise DecodeError(f"mp4: picture {place} of {size} bytes")
    if data != _fragment_head(track, place, size):
        raise DecodeError(f"mp4: the head of picture {place} is damaged")
    return size


def _fragment_head(track: Track, place: int, size: int) -> bytes:
    def moof(length: int) -> bytes:
        traf = (
            # Offsets count from the moof; there is one track.
            _full("tfhd", 0, 0x02_0000, struct.pack(">I", 1)),
            _full("tfdt", 1, 0, struct.pack(">Q", place * track.step)),
            # One sample: its offset and its size.
            _full("trun", 0, 0x0201, struct.pack(">IiI", 1, length + 8, size)),
        )
        sequence = _full("mfhd", 0, 0, struct.pack(">I", (place + 1) & 0xFFFF_FFFF))
        return _box("moof", sequence, _box("traf", *traf))

    return moof(len(moof(0))) + struct.pack(">I4s", 8 + size, b"mdat")


def _moov(track: Track, ticks: int, tables: Sequence[bytes], extends: bytes) -> bytes:
    """Return the track's description; all times have 64 bits."""
    movie = _full(
        *("mvhd", 1, 0),
        struct.pack(">QQIQIH10x", 0, 0, track.ticks, ticks, 1 << 16, 1 << 8)
        + _MATRIX
        + struct.pack(">24xI", 2),
    )
    # Flags: enabled, in the movie, in the preview.
    head = _full(
        *("tkhd", 1, 7),
        struct.pack(">QQI4xQ8xhhHH", 0, 0, 1, ticks, 0, 0, 0, 0)
        + _MATRIX
        + struct.pack(">2I", track.width << 16, track.height << 16),
    )
    media = (
        # Language: undetermined.
        _full("mdhd", 1, 0, struct.pack(">QQIQHH", 0, 0, track.ticks, ticks, 21956, 0)),
        _full("hdlr", 0, 0, struct.pack(">4x4s12x", b"vide") + b"video\0"),
        _box(
            "minf",
            _full("vmhd", 0, 1, bytes(8)),
            # The pictures are in this same file.
            _box(
                "dinf",
                _full("dref", 0, 0, struct.pack(">I", 1), _full("url ", 0, 1, b"")),
            ),
            _box("stbl", _description(track), *tables),
        ),
    )
    return _box("moov", movie, _box("trak", head, _box("mdia", *media)), extends)


def _description(track: Track) -> bytes:
    # 14496-1: an elementary stream, its decoder, and its packaging.
    decoder = struct.pack(">BB3x8x", _JPEG, 0x11)
    stream = (
        struct.pack(">HB", 1, 0) + _descriptor(4, decoder) + _descriptor(6, b"\x02")
    )
    entry = _box(
        "mp4v",
        struct.pack(">6xH16xHH", 1, track.width & 0xFFFF, track.height & 0xFFFF),
        # 72 dots per inch, one picture per sample, no name, 24 bits.
        struct.pack(">II4xH32xHh", 72 << 16, 72 << 16, 1, 24, -1),
        _full("esds", 0, 0, _descriptor(3, stream)),
    )
    return _full("stsd", 0, 0, struct.pack(">I", 1), entry)


def _box(name: str, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), name.encode()) + body


def _full(name: str, version: int, flags: int, *parts: bytes) -> bytes:
    return _box(name, struct.pack(">I", version << 24 | flags), *parts)


def _descriptor(tag: int, body: bytes) -> bytes:
    return bytes((tag, len(body))) + body


_FTYP: Final = _box("ftyp", b"iso5", struct.pack(">I", 512), b"iso5iso6mp41")
COVER_AT: Final = len(_FTYP)
"""Offset of `free`, or of the `mdat` that replaced it."""

_ANY: Final = Track(16, 16, FINEST, 1)
HEAD_SIZE: Final = len(encode_head(_ANY))
FRAGMENT_SIZE: Final = len(_fragment_head(_ANY, 0, 1))
_MOOV_AT: Final = COVER_AT + 16
_TICKS_AT: Final = _MOOV_AT + 8 + 12 + 16
"""In mvhd, after both dates."""
_SIDES_AT: Final = encode_head(_ANY).index(b"mdia") - 4 - 8
"""The end of tkhd."""
_STEP_AT: Final = HEAD_SIZE - 12
