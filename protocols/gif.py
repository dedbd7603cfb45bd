"""GIF 89a: an animation of pictures that share 255 colours.

    "GIF89a", width, height (u16, little-endian), flags, background, aspect
    global palette      256 x (red, green, blue); the last entry is transparent
    "NETSCAPE2.0"       plays for ever
    each frame          graphic control (delay in 1/100 s, transparent index), image
                        descriptor (left, top, width, height), LZW data in blocks of at
                        most 255 bytes
    0x3B

A frame holds the rectangle that changed; pixels in it that did not change are
transparent. A delay below 2/100 s is shown much slower by browsers, so 50 frames per
second are the most.

Source: CompuServe, Graphics Interchange Format 89a (1990), with LZW as in appendix F.
"""

from __future__ import annotations

import itertools
import struct
from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
"""(H, W, 3) red, green, blue."""
Palette = npt.NDArray[np.uint8]
"""(255, 3) red, green, blue."""

COLOURS: Final = 255
CLEAR: Final = 255
"""Index of the transparent colour."""
FASTEST: Final = 50.0
"""Frames per second."""
LARGEST: Final = 65_535
"""Pixels of a side."""
TAIL: Final = b";"
"""The last byte of a file."""

_BITS: Final = 6
"""Bits of each primary that are looked at when a pixel gets its colour."""
_MOST: Final = 4096
"""LZW codes have 12 bits at most."""
_RESET: Final = 256
_END: Final = 257


def head(width: int, height: int, palette: Palette) -> bytes:
    """Return the first bytes of a file.

    Raises:
        ValueError: a side is not 1 to 65535 pixels.
    """
    if not (0 < width <= LARGEST and 0 < height <= LARGEST):
        raise ValueError(f"a GIF of {width} x {height}, expected 1 to {LARGEST} each")
    colours = np.zeros((256, 3), dtype=np.uint8)
    colours[: len(palette)] = palette
    screen = struct.pack("<HHBBB", width, height, 0xF7, 0, 0)
    loops = b"!\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
    return b"GIF89a" + screen + colours.tobytes() + loops


def frame(indices: Picture, before: Picture | None, hundredths: int) -> bytes:
    """Return the bytes of one picture.

    Args:
        indices: (H, W) places in the palette.
        before: of the picture before; None for the first.
        hundredths: how long it is shown, 1/100 s.
    """
    top, left, part = 0, 0, indices
    if before is not None:
        changed = indices != before
        rows, columns = np.flatnonzero(changed.any(1)), np.flatnonzero(changed.any(0))
        if not len(rows):
            rows = columns = np.zeros(1, dtype=np.int64)
        top, left = int(rows[0]), int(columns[0])
        inside = np.s_[top : int(rows[-1]) + 1, left : int(columns[-1]) + 1]
        part = np.where(changed[inside], indices[inside], np.uint8(CLEAR))
    height, width = part.shape
    control = struct.pack("<4sHBB", b"!\xf9\x04\x05", hundredths, CLEAR, 0)
    place = struct.pack("<cHHHHB", b",", left, top, width, height, 0)
    data = compressed(part.tobytes())
    blocks = b"".join(
        bytes((len(block),)) + block
        for block in (data[at : at + 255] for at in range(0, len(data), 255))
    )
    return control + place + b"\x08" + blocks + b"\0"


def delays(count: int, fps: float) -> list[int]:
    """Return how long each frame is shown, 1/100 s; together they keep the rate."""
    ends = [round(100.0 * k / min(fps, FASTEST)) for k in range(count + 1)]
    return [after - before for before, after in itertools.pairwise(ends)]


def palette_of(pictures: Iterable[Picture]) -> Palette:
    """Return the colours that fit pictures best, by median cut.

    Source: P. Heckbert, Color image quantization for frame buffer display (1982).
    """
    counts = np.zeros(1 << (3 * _BITS), dtype=np.int64)
    for picture in pictures:
        counts += np.bincount(_cells(picture).ravel(), minlength=len(counts))
    cells = np.flatnonzero(counts)
    if not len(cells):
        return np.zeros((COLOURS, 3), dtype=np.uint8)
    points = _colours(cells)
    boxes = [np.arange(len(cells))]
    # A large even background should not get all colours: weights grow more slowly.
    weights = np.sqrt(counts[cells])
    spreads = [_spread(points, weights)]
    while len(boxes) < COLOURS:
        at = int(np.argmax([spread for spread, _ in spreads]))
        spread, axis = spreads[at]
        if spread <= 0.0:
            break
        box = boxes[at][np.argsort(points[boxes[at], axis], kind="stable")]
        share = np.cumsum(weights[box])
        cut = int(np.searchsorted(share, 0.5 * share[-1])) + 1
        cut = min(max(cut, 1), len(box) - 1)
        for place, half in ((at, box[:cut]), (len(boxes), box[cut:])):
            boxes[place : place + 1] = [half]
            spreads[place : place + 1] = [_spread(points[half], weights[half])]
    means = [np.average(points[box], axis=0, weights=weights[box]) for box in boxes]
    out = np.zeros((COLOURS, 3), dtype=np.uint8)
    out[: len(means)] = np.round(means)
    out[len(means) :] = out[0]
    return out


class Painter:
    """Gives each pixel the nearest colour of a palette."""

    def __init__(self, palette: Palette) -> None:
        self._palette = palette.astype(np.float64)
        self._squares = (self._palette**2).sum(axis=1)
        self._nearest = np.full(1 << (3 * _BITS), CLEAR, dtype=np.uint8)
        """By cell; `CLEAR` until a picture has that colour."""

    def __call__(self, picture: Picture) -> Picture:
        """Return (H, W) places in the palette."""
        cells = _cells(picture)
        out = self._nearest[cells]
        new = np.unique(cells[out == CLEAR])
        if len(new):
            products = _colours(new) @ self._palette.T
            self._nearest[new] = np.argmin(self._squares - 2.0 * products, axis=1)
            out = self._nearest[cells]
        return out


def compressed(data: bytes) -> bytes:
    """Return bytes as LZW codes of 9 to 12 bits, least significant bit first."""
    out = bytearray()
    waiting, bits = _RESET, 9
    known: dict[int, int] = {}
    following, size = _END + 1, 9
    prefix = data[0]
    for byte in data[1:]:
        key = prefix << 8 | byte
        code = known.get(key)
        if code is not None:
            prefix = code
            continue
        waiting |= prefix << bits
        bits += size
        while bits >= 8:
            out.append(waiting & 255)
            waiting >>= 8
            bits -= 8
        if following < _MOST:
            known[key] = following
            if following == 1 << size:
                size += 1
            following += 1
        else:
            waiting |= _RESET << bits
            bits += size
            known.clear()
            following, size = _END + 1, 9
        prefix = byte
    for code in (prefix, _END):
        waiting |= code << bits
        bits += size
        if code == prefix and following == 1 << size and size < 12:
            size += 1
    while bits > 0:
        out.append(waiting & 255)
        waiting >>= 8
        bits -= 8
    return bytes(out)


def _cells(picture: Picture) -> npt.NDArray[np.int64]:
    """Return (...) numbers of the cells in which the colours of pixels are."""
    parts = (picture >> (8 - _BITS)).astype(np.int64)
    cells: npt.NDArray[np.int64] = (
        parts[..., 0] << (2 * _BITS) | parts[..., 1] << _BITS | parts[..., 2]
    )
    return cells


def _colours(cells: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return (n, 3): the middles of cells."""
    mask = (1 << _BITS) - 1
    parts = np.stack([cells >> (2 * _BITS), cells >> _BITS & mask, cells & mask], 1)
    out: npt.NDArray[np.float64] = (parts + 0.5) * (256 >> _BITS) - 0.5
    return out


def _spread(
    points: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]
) -> tuple[float, int]:
    """Return the weighted spread of a box along its longest axis, and that axis."""
    if len(points) < 2:
        return 0.0, 0
    mean = np.average(points, axis=0, weights=weights)
    spread = (weights[:, None] * (points - mean) ** 2).sum(axis=0)
    axis = int(spread.argmax())
    return float(spread[axis]), axis
