"""Writes an MP4 picture by picture; the file can be opened at any moment.

`protocols/mp4.py` describes the bytes.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from protocols.errors import DecodeError
from protocols.mp4 import (
    COVER_AT,
    FRAGMENT_SIZE,
    HEAD_SIZE,
    Track,
    decode_fragment,
    decode_head,
    encode_cover,
    encode_fragment,
    encode_head,
    encode_index,
)

from .disk import File, put


class Mp4File:
    """Writes pictures to an MP4 file. The caller closes the file."""

    def __init__(self, file: File, track: Track) -> None:
        """Write the header to an empty file; raises OSError."""
        self.track = track
        self._file = file
        self._sizes = array("I")
        self._end = HEAD_SIZE
        put(file, encode_head(track))

    def add(self, picture: bytes) -> None:
        """Append a JPEG. It survives the end of this process.

        Raises:
            OSError: it cannot be written; the file then ends with the picture before.
        """
        self._put(encode_fragment(self.track, len(self._sizes), picture))
        self._sizes.append(len(picture))
        self._end += FRAGMENT_SIZE + len(picture)

    def close(self) -> None:
        """Write the index of all pictures, so that players can seek.

        Raises:
            OSError: the disk has no space for it; the file still opens without it.
        """
        self._put(encode_index(self.track, self._sizes))
        # The cover hides the fragments, so the index must reach the disk before it.
        self._file.sync()
        self._file.seek(COVER_AT)
        put(self._file, encode_cover(self._end))
        self._file.sync()

    def _put(self, data: bytes) -> None:
        try:
            put(self._file, data)
        except OSError:
            with suppress(OSError):
                self._file.seek(self._end)
                self._file.truncate(self._end)
            raise


class Mp4Reader:
    """Reads the track and the complete pictures of an MP4 that facewire wrote."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        """Read the header.

        Args:
            file: at its beginning; it is read once, from front to back.
            size: bytes of the whole file.

        Raises:
            DecodeError: facewire did not write this file.
            OSError: the disk cannot be read.
        """
        self.track, self.whole = decode_head(file.read(HEAD_SIZE))
        self._file = file
        self._left = size - HEAD_SIZE

    def __iter__(self) -> Iterator[bytes]:
        """Yield the JPEGs, once; raises OSError."""
        place = 0
        while self._left > FRAGMENT_SIZE:
            try:
                head = self._file.read(FRAGMENT_SIZE)
                size = decode_fragment(self.track, place, head)
            except DecodeError:
                return
            self._left -= FRAGMENT_SIZE + size
            if self._left < 0:
                return
            yield self._file.read(size)
            place += 1


def is_unfinished(path: Path) -> bool:
    """Return True for an MP4 of facewire that has pictures but was not finished."""
    try:
        with path.open("rb") as file:
            reader = Mp4Reader(file, path.stat().st_size)
            return not reader.whole and any(True for _ in reader)
    except (OSError, DecodeError):
        return False


def finish(path: Path, out: File) -> int:
    """Write a complete copy of an unfinished MP4; return its number of pictures.

    Raises:
        DecodeError: facewire did not write this file.
        OSError: the file cannot be read, or the copy cannot be written.
    """
    with path.open("rb") as file:
        reader = Mp4Reader(file, path.stat().st_size)
        mp4 = Mp4File(out, reader.track)
        count = 0
        for picture in reader:
            mp4.add(picture)
            count += 1
        mp4.close()
    return count
