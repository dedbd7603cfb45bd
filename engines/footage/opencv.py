"""The edge to OpenCV's VideoCapture: quiet, and with failures as values.

Left to itself OpenCV writes to stderr for every camera that is not there, and FFmpeg
for every damaged packet; a sentence of ours says what matters.
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
        """Take the next picture, waiting for it; False where none comes any more."""

    def retrieve(self) -> tuple[bool, Any]:
        """Return whether the picture taken can be decoded, and its pixels."""

    def get(self, prop: int, /) -> float:
        """Return one of OpenCV's CAP_PROP_ values, 0 or -1 where it is unknown."""

    def set(self, prop: int, value: float, /) -> bool:
        """Ask for a value; True does not mean that it was taken."""

    def release(self) -> None:
        """Close the device, file or connection."""


def open_capture(
    target: int | str, backend: int, parameters: Sequence[int] = ()
) -> Capture | None:
    """Open a device number, path or address, or return None where it does not open.

    Args:
        target: what OpenCV is to open.
        backend: one of OpenCV's CAP_ numbers.
        parameters: CAP_PROP_, value, CAP_PROP_, value, ...
    """
    quiet()
    # OpenCV takes so many packets of sound in a row for the end of the file: a minute
    # and a half. It has no other setting, and reads this one with each capture.
    os.environ.setdefault("OPENCV_FFMPEG_READ_ATTEMPTS", str(1 << 20))
    try:
        if isinstance(target, str):
            target.encode()  # of what is no text OpenCV would die, without a word
        # The stubs know the path and the number apart, not their union.
        capture = cv2.VideoCapture(cast(Any, target), backend, list(parameters))
    except (cv2.error, UnicodeEncodeError):
        return None
    return cast(Capture, capture) if capture.isOpened() else None


def quiet() -> None:
    """Keep OpenCV and FFmpeg off stderr, unless the user has asked for their words."""
    if "OPENCV_LOG_LEVEL" not in os.environ:
        cv2.setLogLevel(SILENT)
    # FFmpeg's AV_LOG_QUIET. OpenCV reads it once, when it first opens a file.
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")


def grab(capture: Capture) -> bool:
    """Take the next picture; False at the end, or where the device is gone."""
    try:
        return capture.grab()
    except cv2.error:
        return False


def retrieve(capture: Capture) -> Pixels | None:
    """Return the picture last taken as BGR, or None where it is damaged."""
    try:
        ok, pixels = capture.retrieve()
    except cv2.error:
        return None
    if not ok or pixels is None or pixels.size == 0:
        return None
    if pixels.ndim == 2:  # an infrared camera
        pixels = cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR)
    return cast(Pixels, np.ascontiguousarray(pixels))
