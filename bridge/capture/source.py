"""The interface of all image sources, and the image that they deliver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
"""(height, width, 3) uint8, BGR, as OpenCV decodes it."""


@dataclass(frozen=True, slots=True)
class CaptureSettings:
    """Settings of all sources. Each source uses those that apply to it."""

    width: int = 640
    """Requested width in pixels; a camera gives its nearest. 0 keeps its default."""

    height: int = 480

    fps: float = 30.0
    """Requested camera rate, and the rate of an image folder. 0 keeps the camera's
    default, and plays a folder at 30."""

    fourcc: str = "MJPG"
    """Requested pixel format of a camera, as four letters. Uncompressed 720p over USB 2
    is limited to 10 fps. Empty keeps the camera's default."""

    pace: Literal["real", "fast"] = "real"
    """Plays a file in real time, or as fast as it is read."""

    loop: bool | None = None
    """Start a file again at its end; None loops the demo only."""

    open_timeout_s: float = 5.0
    """Time limit for one attempt to open a stream."""

    read_timeout_s: float = 3.0
    """A stream without a picture for this long has stalled and is reopened."""

    retry_first_s: float = 0.25
    """Pause before a lost camera or stream is first reopened; doubled each time."""

    retry_longest_s: float = 4.0
    """The longest such pause."""


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """One picture and its capture time."""

    index: int
    """Counts every picture of the source; a gap downstream is a dropped frame."""

    captured_ns: int
    """Monotonic ns of arrival; for a file, its own timeline from 0."""

    arrived_ns: int
    """Monotonic ns of arrival for every source; latency is counted from here."""

    pixels: Pixels

    after_gap: bool = False
    """For a file: True if it has no pictures for so long before this one that the face
    is held meanwhile, as for a lost camera."""


class Source(Protocol):
    """A source of images. One thread reads; any thread may close."""

    name: str
    """Display name: `camera:0`, `video:clip.mp4`."""

    own_time: bool
    """True if `captured_ns` is a file's own timeline from 0, not the clock's."""

    @property
    def dropped(self) -> int:
        """Images that were replaced by a newer one before they were read."""

    @property
    def missing(self) -> int:
        """Images that are known to be absent or could not be decoded."""

    @property
    def ended(self) -> bool:
        """True once no more images will come: the file has ended or was closed."""

    def read(self, timeout_s: float | None = None) -> Image | None:
        """Return the newest unread image, as soon as it is due.

        Returns None after `timeout_s` without an image, within 100 ms after `close`,
        and at the end. Newest wins: a slow reader misses images but does not fall
        behind. A lost camera is reopened with back-off meanwhile. A file at pace "fast"
        gives every image.
        """

    def close(self) -> None:
        """End a waiting `read` and release the device. Safe to call twice."""
