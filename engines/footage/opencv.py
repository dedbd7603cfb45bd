"""A thin layer over OpenCV's VideoCapture: quiet, and failures are return values.

By default OpenCV writes to stderr for every missing camera, and FFmpeg for every
damaged packet. facewire reports these cases in its own sentences.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Protocol, cast

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
"""(height, width, 3) uint8, BGR, as OpenCV decodes it."""

SILENT = 0
"""cv::utils::logging::LOG_LEVEL_SILENT"""


class Capture(Protocol):
    """The part of `cv2.VideoCapture` that sources use. One thread at a time."""

    def grab(self) -> bool:
        """Fetch the next picture, waiting for it; False if no more come."""

    def retrieve(self) -> tuple[bool, Any]:
        """Return whether the fetched picture can be decoded, and its pixels."""

    def get(self, prop: int, /) -> float:
        """Return one of OpenCV's CAP_PROP_ values, 0 or -1 if it is unknown."""

    def set(self, prop: int, value: float, /) -> bool:
        """Request a value; True does not mean that the device accepted it."""

    def release(self) -> None:
        """Close the device, file or connection."""


def open_capture(
    target: int | str, backend: int, parameters: Sequence[int] = ()
) -> Capture | None:
    """Open a device number, path or address; return None if that fails.

    Args:
        target: what OpenCV opens.
        backend: one of OpenCV's CAP_ numbers.
        parameters: CAP_PROP_, value, CAP_PROP_, value, ...
    """
    quiet()
    # After this many packets of sound in a row OpenCV assumes the end of the file; its
    # default is a minute and a half of sound. This variable is the only setting, and
    # OpenCV reads it with each capture.
    os.environ.setdefault("OPENCV_FFMPEG_READ_ATTEMPTS", str(1 << 20))
    try:
        if isinstance(target, str):
            target.encode()  # OpenCV ends the process without a message on a name that
            # is not text
        # The stubs accept a path or a number, but not their union.
        capture = cv2.VideoCapture(cast(Any, target), backend, list(parameters))
    except (cv2.error, UnicodeEncodeError):
        return None
    return cast(Capture, capture) if capture.isOpened() else None


def quiet() -> None:
    """Silence OpenCV and FFmpeg on stderr, unless the user has asked for their
    messages."""
    if "OPENCV_LOG_LEVEL" not in os.environ:
        # OpenCV 4.14 has moved the function.
        places: Any = cv2
        place = places if hasattr(cv2, "setLogLevel") else places.utils.logging
        place.setLogLevel(SILENT)
    # -8 is FFmpeg's AV_LOG_QUIET. OpenCV reads it once, when it first opens a file.
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")


def grab(capture: Capture) -> bool:
    """Fetch the next picture; False at the end, or if the device is gone."""
    try:
        return capture.grab()
    except cv2.error:
        return False


def retrieve(capture: Capture) -> Pixels | None:
    """Return the last fetched picture as BGR, or None if it is damaged."""
    try:
        ok, pixels = capture.retrieve()
    except cv2.error:
        return None
    if not ok or pixels is None or pixels.size == 0:
        return None
    if pixels.ndim == 2:  # an infrared camera
        pixels = cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR)
    return cast(Pixels, np.ascontiguousarray(pixels))
