"""What a video file holds, from its own description.

OpenCV opens a file or does not, and never says why. What stands here is read from the
container itself: which tracks there are, how the pictures are coded, how many there
are, how they are to be turned, and whether the file is whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

Read = Callable[[int, int], bytes]
"""Takes an offset and a number of bytes; returns them, fewer at the end of the file."""

HEAD: Final = 4096
"""Bytes at the start of a file that tell its kind."""


@dataclass(frozen=True, slots=True)
class Turn:
    """How a coded picture becomes the shown one: first mirrored, then turned."""

    degrees: int
    """Clockwise: 0, 90, 180 or 270."""
    mirrored: bool = False
    """Left and right change places."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file says of itself. None is "it does not say"."""

    kind: str
    """Name of the container or of the kind of file; empty where it is unknown."""
    video: bool | None = None
    """Whether there is a video track."""
    sound: bool | None = None
    """Whether there is a sound track."""
    codec: str = ""
    """Of the first video track: four letters, or Matroska's name such as V_AV1."""
    pictures: int | None = None
    """How many pictures of that track are to be shown, exactly."""
    length_s: float = 0.0
    """Of the longest track; 0 where it does not say."""
    turn: Turn | None = None
    """How they are shown; None also for an angle that is no quarter turn."""
    indexed: bool = True
    """False where the part is missing without which nothing can be read."""
    missing_bytes: int = 0
    """How much the file is shorter than it says."""


UNKNOWN: Final = Contents("")
