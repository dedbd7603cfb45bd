"""Writes WebM films, which browsers play, with the encoder that OpenCV has.

OpenCV writes only to a path that ends in .webm and does not report a full disk. So a
film is made in a temporary folder, its pictures are counted, and then it is copied.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import cv2

from bridge.errors import BridgeError, TakeError
from bridge.takes.disk import File, put
from engines.footage.opencv import Pixels, grab, open_capture, quiet
from engines.stderr import muted

CODEC: Final = "VP80"
"""VP8. At the same quality and size of file, VP9 takes four times as long here."""
SMALLEST: Final = 16
"""Pixels of a film's sides when the encoder is tried."""
PIECE: Final = 1 << 20
"""Bytes that are copied at once."""


class WebmFile:
    """Encodes pictures to a WebM in a temporary folder; see `webm`."""

    def __init__(self, path: Path, width: int, height: int, fps: float) -> None:
        """Begin a file.

        Raises:
            BridgeError: this OpenCV has no encoder for WebM.
        """
        self._path, self._count = path, 0
        quiet()
        # FFmpeg's table of WebM has no four letters, and OpenCV says so each time.
        with muted():
            self._writer = cv2.VideoWriter(
                *(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*CODEC)),
                *(fps, (width, height)),
            )
        if not self._writer.isOpened():
            raise BridgeError(
                "this installation of OpenCV cannot write .webm; write an .mp4 or .gif"
            )

    def add(self, picture: Pixels) -> None:
        """Encode a picture, (height, width, 3) BGR."""
        self._writer.write(picture)
        self._count += 1

    def finish(self, file: File) -> None:
        """Copy the whole film to a file.

        Raises:
            TakeError: the temporary folder's disk is full.
            OSError: the file cannot be written.
        """
        self.close()
        if _pictures(self._path) != self._count:
            raise TakeError(
                f"{self._path.parent}: the film could not be kept there while it was "
                "made; is that disk full? TMPDIR names another folder"
            )
        with self._path.open("rb") as film:
            while piece := film.read(PIECE):
                put(file, piece)

    def close(self) -> None:
        """Close OpenCV's file. Safe to call twice."""
        self._writer.release()


@contextmanager
def webm(width: int, height: int, fps: float) -> Iterator[WebmFile]:
    """Begin a film; what is not finished leaves nothing behind.

    Args:
        width: pixels; the last column of an odd width is left out, as is an odd row.
        height: pixels.
        fps: pictures per second.

    Raises:
        BridgeError: this OpenCV has no encoder for WebM.
        OSError: there is no temporary folder.
    """
    with TemporaryDirectory(prefix="facewire-") as folder:
        film = WebmFile(Path(folder) / "film.webm", width, height, fps)
        try:
            yield film
        finally:
            film.close()


def check_encoder() -> None:
    """Raise BridgeError if this machine cannot write WebM."""
    try:
        with webm(SMALLEST, SMALLEST, 30.0):
            pass
    except OSError as error:
        raise BridgeError(
            f"a .webm needs a temporary folder ({error.strerror}); TMPDIR names one"
        ) from None


def _pictures(path: Path) -> int:
    """Return how many pictures a film has, without decoding them."""
    capture, count = open_capture(str(path), cv2.CAP_FFMPEG), 0
    if capture is None:
        return 0
    capture.set(cv2.CAP_PROP_FORMAT, -1)
    while grab(capture):
        count += 1
    capture.release()
    return count
