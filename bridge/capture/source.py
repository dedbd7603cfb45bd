"""What every source of images gives, and promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
"""(height, width, 3) uint8, BGR, as OpenCV decodes it."""


@dataclass(frozen=True, slots=True)
class CaptureSettings:
    """What a user may ask of a source. Each source takes what concerns it."""

    width: int = 640
    """Pixels asked of a camera, which gives its nearest; 0 leaves its own."""

    height: int = 480

    fps: float = 30.0
    """Asked of a camera, and the rate of an image folder; 0 leaves the camera's own,
    and plays a folder at 30."""

    fourcc: str = "MJPG"
    """Four letters asked of a camera: over USB 2, raw pictures of 720p come at 10 fps.
    Empty leaves the camera's own."""

    pace: Literal["real", "fast"] = "real"
    """A file at its own pace, or as fast as it is read."""

    loop: bool | None = None
    """Start a file again at its end; None does so for the demo only."""

    open_timeout_s: float = 5.0
    """A stream that has not opened after so long is given up, until the next try."""

    read_timeout_s: float = 3.0
    """A stream without a picture for so long has stalled, and is opened again."""

    retry_first_s: float = 0.25
    """Pause before a lost camera or stream is first opened again; doubled each time."""

    retry_longest_s: float = 4.0
    """The longest such pause."""


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

    after_gap: bool = False
    """Of a file: it has nothing to show for so long before this picture that the face
    is to be held meanwhile, as while a camera is away."""


class Source(Protocol):
    """Somewhere images come from. One thread reads; any thread may close."""

    name: str
    """As a person would say it: `camera:0`, `video:clip.mp4`."""

    own_time: bool
    """True where `captured_ns` is a file's own timeline from 0, not the clock's."""

    @property
    def dropped(self) -> int:
        """Images passed over because a newer one had come before anybody read them."""

    @property
    def missing(self) -> int:
        """Images that should have come and could not be decoded, as far as is known."""

    @property
    def ended(self) -> bool:
        """True once no more images will come: the file is over, or it was closed."""

    def read(self, timeout_s: float | None = None) -> Image | None:
        """Return the newest image not yet read, as soon as it is due.

        None after `timeout_s` without one, within 100 ms after `close`, and at the end.
        Newest wins: whoever reads slowly misses images and never lags. A camera that
        vanishes is opened again with back-off meanwhile. A file at full speed gives
        every image.
        """

    def close(self) -> None:
        """Stop a waiting `read` and release the device. Safe to call twice."""
