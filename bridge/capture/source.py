"""What every source of images gives, and promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
"""(height, width, 3) uint8, BGR, as OpenCV decodes it."""


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """One picture and when it was taken."""

    index: int
    """Counts every picture the source gave; a gap downstream is a dropped frame."""

    captured_ns: int
    """Monotonic ns when it reached us; for a file, its own timeline from 0."""

    arrived_ns: int
    """Monotonic ns when it reached us, whatever the source: latency starts here."""

    pixels: Pixels


class Source(Protocol):
    """Somewhere images come from. One thread reads; any thread may close."""

    name: str
    """As a person would say it: `camera:0`, `video:clip.mp4`."""

    live: bool
    """True where images come whether they are read or not, so that the newest must
    win; False where every image may be waited for (a file read at full speed)."""

    def read(self) -> Image | None:
        """Return the next image, blocking until it is due; None at the end.

        A live source that vanishes is reopened with back-off inside this call. It
        returns None within 100 ms after `close`.
        """

    def close(self) -> None:
        """Stop a waiting `read` and release the device. Safe to call twice."""
