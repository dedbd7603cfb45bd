"""How large a picture says that it is, before it is decoded.

A file of a few kilobytes may claim billions of pixels, which a decoder would fill.
"""

from __future__ import annotations

import struct

_JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a frame header; the three others in between are tables."""


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Return width and height in pixels of a PNG, JPEG or WebP file, None of others."""
    try:
        if content[:8] == b"\x89PNG\r\n\x1a\n":
            width, height = struct.unpack_from(">II", content, 16)
            return width, height
        if content[:2] == b"\xff\xd8":
            return _jpeg(content)
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            return _webp(content)
    except (struct.error, IndexError):
        return None
    return None


def _jpeg(content: bytes) -> tuple[int, int] | None:
    at = 2
    while content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:  # filling
            at += 1
            continue
        if marker in _JPEG_SIZES:
            height, width = struct.unpack_from(">HH", content, at + 5)
            return width, height
        (length,) = struct.unpack_from(">H", content, at + 2)
        at += 2 + length
    return None


def _webp(content: bytes) -> tuple[int, int] | None:
    kind = content[12:16]
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", content, 26)
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", content, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8X":
        width, height = (
            int.from_bytes(content[at : at + 3], "little") + 1 for at in (24, 27)
        )
        return width, height
    return None
