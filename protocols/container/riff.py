"""AVI and WAV: chunks with a name, a size and a content; little-endian.

Microsoft's RIFF and AVI RIFF File Reference. The headers of the streams are read:

    RIFF "AVI " / LIST "hdrl" / LIST "strl" / strh    "vids" or "auds", codec
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from .contents import Contents, Read

MAGIC: Final = b"RIFF"
CHUNKS: Final = 1000
"""Largest number of chunks read at one level."""


def look_at_riff(read: Read, size: int) -> Contents | None:
    """Return the contents of an AVI or WAV; None if the file is neither.

    Args:
        read: of the file.
        size: of the file in bytes.
    """
    head = read(0, 12)
    if head[8:] == b"WAVE":
        return Contents("WAV", video=False, sound=True)
    if head[8:] != b"AVI ":
        return None
    stated = 8 + int.from_bytes(head[4:8], "little")
    streams = list(_streams(read, size))
    codecs = [codec for holds, codec in streams if holds == b"vids"]
    return Contents(
        "AVI",
        video=bool(codecs) if streams else None,
        sound=any(holds == b"auds" for holds, _ in streams) if streams else None,
        codec=codecs[0] if codecs else "",
        indexed=bool(streams),
        missing_bytes=max(0, stated - size),
    )


def _streams(read: Read, size: int) -> Iterator[tuple[bytes, str]]:
    """Yield kind and codec of each stream."""
    for name, start, end in _lists(read, 12, size):
        if name != b"hdrl":
            continue
        for inner, at, _ in _lists(read, start, min(end, size)):
            header = read(at, 16)
            if inner == b"strl" and header[:4] == b"strh" and len(header) == 16:
                codec = "".join(chr(b) for b in header[12:] if 32 < b < 127)
                yield header[8:12], codec


def _lists(read: Read, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, start and end of the lists among the chunks in a place."""
    for _ in range(CHUNKS):
        head = read(at, 12) if at + 12 <= end else b""
        if len(head) < 12:
            return
        name, size, kind = struct.unpack("<4sI4s", head)
        if name == b"LIST":
            yield kind, at + 12, at + 8 + size
        # A chunk begins at an even offset.
        at += 8 + size + size % 2
