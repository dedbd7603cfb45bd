"""MP4 files as phones, camcorders and broken disks leave them, made of OpenCV's own."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np

from bridge.capture.source import Pixels

Change = Callable[[bytes], bytes]
"""Takes the content of a box, returns another."""

MATRICES = {
    0: (1, 0, 0, 1),
    90: (0, 1, -1, 0),
    180: (-1, 0, 0, -1),
    270: (0, -1, 1, 0),
}
"""By degrees clockwise: a, b, c and d of ISO/IEC 14496-12, section 6.2.2."""


def write_mp4(path: Path, pictures: Sequence[Pixels], fourcc: str = "mp4v") -> Path:
    """Write pictures of one size at 30 a second, and return the path."""
    height, width = pictures[0].shape[:2]
    code = cv2.VideoWriter.fourcc(*fourcc)
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, code, 30.0, (width, height))
    assert writer.isOpened()
    for picture in pictures:
        writer.write(picture)
    writer.release()
    return path


def edit(path: Path, names: str, change: Change) -> None:
    """Change the content of the box at a place such as "moov/trak/tkhd"."""
    path.write_bytes(_edited(path.read_bytes(), names.encode().split(b"/"), change))


def _edited(data: bytes, names: list[bytes], change: Change) -> bytes:
    out, at = b"", 0
    while at < len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + size]
        if name == names[0]:
            rest = names[1:]
            body = _edited(body, rest, change) if rest else change(body)
        out += struct.pack(">I4s", 8 + len(body), name) + body
        at += size
    return out


def turn(path: Path, degrees: int, *, mirrored: bool = False) -> None:
    """Say in an MP4 that its pictures are shown mirrored, then turned clockwise."""
    a, b, c, d = MATRICES[degrees]
    if mirrored:
        a, b = -a, -b
    one = 1 << 16
    matrix = struct.pack(">9i", a * one, b * one, 0, c * one, d * one, 0, 0, 0, 1 << 30)
    edit(path, "moov/trak/tkhd", lambda body: body[:40] + matrix + body[76:])


def shape_pixels(path: Path, wide: int, high: int) -> None:
    """Say in an MP4 that a pixel is `wide` to `high`."""
    data = path.read_bytes()
    at = data.index(b"btrt") - 4  # of the same size, and of no use
    shape = struct.pack(">I4sIII", 20, b"pasp", wide, high, 0)
    path.write_bytes(data[:at] + shape + data[at + 20 :])


def leave_gap(path: Path, after: int, seconds: float) -> None:
    """Show the picture before `after` that much longer; 30 pictures a second."""

    def longer(body: bytes) -> bytes:
        count, pictures, step = struct.unpack(">4xIII", body)
        assert count == 1
        ticks = round(seconds * 30 * step)
        runs = [(after - 1, step), (1, step + ticks), (pictures - after, step)]
        return struct.pack(">II6I", 0, 3, *(value for run in runs for value in run))

    edit(path, "moov/trak/mdia/minf/stbl/stts", longer)
    edit(path, "moov/trak/edts", lambda body: body[:4] + b"free" + body[8:])


def pieces(path: Path) -> list[tuple[int, int]]:
    """Return (offset, size) of each picture in an MP4 of OpenCV's."""
    data = path.read_bytes()
    at = data.index(b"stsz") + 8
    size, count = struct.unpack_from(">II", data, at)
    sizes = [size] * count if size else struct.unpack_from(f">{count}I", data, at + 8)
    start = data.index(b"mdat") + 4
    ends = np.cumsum([0, *sizes]).tolist()
    return [(start + end, size) for end, size in zip(ends, sizes, strict=False)]


def damage(path: Path, pictures: Sequence[int]) -> None:
    """Overwrite pictures with zeros, as a bad disk does."""
    data = bytearray(path.read_bytes())
    places = pieces(path)
    for picture in pictures:
        at, size = places[picture]
        data[at : at + size] = bytes(size)
    path.write_bytes(data)
