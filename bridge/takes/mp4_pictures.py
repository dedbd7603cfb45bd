"""Single pictures of a reference video, in any order, without decoding them."""

from __future__ import annotations

from array import array
from pathlib import Path

from bridge.errors import TakeError
from protocols.errors import DecodeError
from protocols.mp4 import FRAGMENT_SIZE, HEAD_SIZE, Track, decode_fragment, decode_head


class Pictures:
    """The JPEGs of an MP4 that facewire wrote. Not thread-safe."""

    def __init__(self, path: Path) -> None:
        """Open the file and find its pictures; a damaged end is left out.

        Raises:
            TakeError: it cannot be read, or facewire did not write it.
        """
        self._path = path
        self._places = array("Q")
        self._sizes = array("Q")
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise self._unread(error) from None
        try:
            end = path.stat().st_size
            self._track, _ = decode_head(self._file.read(HEAD_SIZE))
            self._find(end)
        except OSError as error:
            self._file.close()
            raise self._unread(error) from None
        except DecodeError as error:
            self._file.close()
            raise TakeError(f"{path}: {error}") from None

    def __len__(self) -> int:
        return len(self._places)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, pixels."""
        return self._track.width, self._track.height

    @property
    def track(self) -> Track:
        """Size and rate."""
        return self._track

    def picture(self, at: int) -> bytes:
        """Return a JPEG.

        Args:
            at: its number, from 0.

        Raises:
            TakeError: it cannot be read.
        """
        try:
            self._file.seek(self._places[at])
            return self._file.read(self._sizes[at])
        except OSError as error:
            raise self._unread(error) from None

    def close(self) -> None:
        """Close the file. Safe to call twice."""
        self._file.close()

    def _find(self, end: int) -> None:
        place = HEAD_SIZE
        while place + FRAGMENT_SIZE < end:
            self._file.seek(place)
            try:
                head = self._file.read(FRAGMENT_SIZE)
                size = decode_fragment(self._track, len(self._places), head)
            except DecodeError:
                # A file ends with its index, or with what a killed process left.
                return
            place += FRAGMENT_SIZE
            if place + size > end:
                return
            self._places.append(place)
            self._sizes.append(size)
            place += size

    def _unread(self, error: OSError) -> TakeError:
        return TakeError(f"{self._path}: cannot be read ({error.strerror or error})")
