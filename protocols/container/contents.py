"""The contents of a video file, from its container's own description.

OpenCV opens a file or does not, and never gives a reason. These facts are read from the
container itself: which tracks there are, how the pictures are coded, how many there
are, how to rotate them, and whether the file is whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

Read = Callable[[int, int], bytes]
"""Takes an offset and a number of bytes; returns them, or fewer at the end of the
file."""

HEAD: Final = 4096
"""Bytes at the start of a file that identify its kind."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The change from a coded picture to the shown one: first mirrored, then
    rotated."""

    degrees: int
    """Clockwise: 0, 90, 180 or 270."""
    mirrored: bool = False
    """Left and right are swapped."""


@dataclass(frozen=True, slots=True)
class Contents:
    """A file's description of itself. None means that it does not say."""

    kind: str
    """Name of the container or of the kind of file; empty if unknown."""
    video: bool | None = None
    """True if there is a video track."""
    sound: bool | None = None
    """True if there is a sound track."""
    codec: str = ""
    """Codec of the first video track: four letters, or Matroska's name such as
    V_AV1."""
    pictures: int | None = None
    """Exact number of pictures of that track that are shown."""
    length_s: float = 0.0
    """Length of the longest track; 0 if it does not say."""
    turn: Turn | None = None
    """How pictures are shown; None also for an angle that is not a quarter turn."""
    indexed: bool = True
    """False if the index is missing, without which nothing can be read."""
    missing_bytes: int = 0
    """Bytes that the file lacks compared with its stated size."""


UNKNOWN: Final = Contents("")
