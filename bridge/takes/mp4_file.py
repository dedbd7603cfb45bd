"""An MP4 that grows picture by picture and opens at any moment.

What the bytes are is told in `protocols/mp4.py`.
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
    """Pictures on their way into a file. The caller closes the file."""

    def __init__(self, file: File, track: Track) -> None:
        """Begin an empty file; raises OSError."""
        self.track = track
        self._file = file
        self._sizes = array("I")
        self._end = HEAD_SIZE
        put(file, encode_head(track))

    def add(self, picture: bytes) -> None:
        """Put a JPEG at the end, for the system to keep if this process dies.

        Raises:
            OSError: it cannot be written; the file then ends with the one before.
        """
        self._put(encode_fragment(self.track, len(self._sizes), picture))
        self._sizes.append(len(picture))
        self._end += FRAGMENT_SIZE + len(picture)

    def close(self) -> None:
        """Write where each picture is, so that the file can be searched.

        Raises:
            OSError: there is no room for it; the file opens all the same.
        """
        self._put(encode_index(self.track, self._sizes))
        # If power fails, what covers the fragments must not be there without it.
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
    """What can be read of a mp4: its track, and the pictures that are whole."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        """Take a file at its beginning.

        Args:
            file: read in one go, from front to back.
            size: bytes of the whole file.

        Raises:
            DecodeError: it is none of ours.
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
    """Return True for a mp4 of ours that has pictures, but no end."""
    try:
        with path.open("rb") as file:
            reader = Mp4Reader(file, path.stat().st_size)
            return not reader.whole and any(True for _ in reader)
    except (OSError, DecodeError):
        return False


def finish(path: Path, out: File) -> int:
    """Write a mp4 again with its end, and return the number of its pictures.

    Raises:
        DecodeError: it is none of ours.
        OSError: it cannot be read, or the new one not written.
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
