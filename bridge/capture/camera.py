"""Images from a camera on this machine."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import cv2

from bridge.clock import ClockNs, Wait, monotonic_ns
from bridge.errors import CaptureError, ConfigError
from engines.footage.opencv import Capture, open_capture

from .backoff import Backoff
from .live import LiveSource
from .source import CaptureSettings

logger = logging.getLogger(__name__)

BACKENDS: dict[str, tuple[int, ...]] = {
    "linux": (cv2.CAP_V4L2,),
    # DirectShow first: Media Foundation can take half a minute to open a camera.
    "win32": (cv2.CAP_DSHOW, cv2.CAP_MSMF),
    "darwin": (cv2.CAP_AVFOUNDATION,),
}

START_TIMEOUT_S = 15.0
"""Time limit for the first picture. Some cameras need seconds to set the exposure."""

BUFFERS = 2
"""Buffers in the driver: one is filled while the other is decoded. With only one, Linux
loses every second picture, and 30 fps become 15. No picture gets old in them, because
the reading thread never pauses."""

Device = int | str
"""A number, or a path on Linux: `/dev/video2`, `/dev/v4l/by-id/...`."""

OpenDevice = Callable[[Device], Capture | None]


def open_camera(
    target: str,
    settings: CaptureSettings,
    clock_ns: ClockNs = monotonic_ns,
    *,
    open_device: OpenDevice | None = None,
    wait: Wait = threading.Event.wait,
) -> LiveSource:
    """Open a camera. It is reopened automatically after it was lost.

    Args:
        target: its number or path; empty for the first camera.
        settings: requested size, rate and format, and the pauses between attempts.
        clock_ns: monotonic nanoseconds.
        open_device: returns the opened device, or None; OpenCV by default.
        wait: sleeps for the pauses.

    Raises:
        ConfigError: the target is neither a number nor a path.
        CaptureError: the camera does not exist or gives no picture.
    """
    device = parse_device(target)
    name = f"camera:{device}"
    opens = open_device or open_with_opencv

    def connect() -> Capture:
        capture = opens(device)
        if capture is None:
            raise CaptureError(f"{name}: {why_not(device)}")
        configure(capture, settings)
        logger.info("%s: %s", name, describe(capture, settings))
        return capture

    def start() -> LiveSource:
        return LiveSource(
            name,
            connect,
            backoff=Backoff(settings.retry_first_s, settings.retry_longest_s),
            start_timeout_s=START_TIMEOUT_S,
            clock_ns=clock_ns,
            wait=wait,
        )

    try:
        return start()
    except CaptureError:
        if not ask_on_macos(device, opens):
            raise
    return start()


def ask_on_macos(device: Device, opens: OpenDevice) -> bool:
    """Let macOS ask the user for camera access; return True if the device opens now.

    macOS asks only if the main thread opens a camera; ours are opened by other threads.
    """
    if sys.platform != "darwin":
        return False
    if threading.current_thread() is not threading.main_thread():
        return False
    capture = opens(device)
    if capture is None:
        return False
    capture.release()
    return True


def parse_device(target: str) -> Device:
    """Return the number or path in a user's text.

    Raises:
        ConfigError: the text is neither.
    """
    if not target:
        return 0
    if target.isascii() and target.isdigit():
        return int(target)
    if target.startswith("/dev/"):
        return target
    raise ConfigError(
        f"camera:{target}: expected a number from 0, or a path such as /dev/video2; "
        "`facewire doctor` lists cameras"
    )


def open_with_opencv(device: Device) -> Capture | None:
    """Return the device, opened by the first backend of this system that works."""
    for backend in BACKENDS.get(sys.platform, (cv2.CAP_ANY,)):
        capture = open_capture(device, backend)
        if capture is not None:
            return capture
    return None


def configure(capture: Capture, settings: CaptureSettings) -> None:
    """Request the settings. A camera uses what it supports and ignores the rest."""
    if settings.fourcc:
        # Set before the size, because the available sizes depend on the format.
        code = cv2.VideoWriter.fourcc(*settings.fourcc)
        capture.set(cv2.CAP_PROP_FOURCC, code)
    if settings.width and settings.height:
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, settings.width)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, settings.height)
    if settings.fps:
        capture.set(cv2.CAP_PROP_FPS, settings.fps)
    if settings.fourcc and read_fourcc(capture) != settings.fourcc:
        # Some drivers reset the format when the size is set, so set it again.
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*settings.fourcc))
    capture.set(cv2.CAP_PROP_BUFFERSIZE, BUFFERS)


def read_fourcc(capture: Capture) -> str:
    """Return the four letters of a camera's format, or "" if it has none."""
    code = int(capture.get(cv2.CAP_PROP_FOURCC))
    letters = code.to_bytes(4, "little") if 0 < code < 1 << 32 else b""
    return letters.decode("ascii") if letters.isalnum() else ""


def describe(capture: Capture, settings: CaptureSettings) -> str:
    """Return what the camera gives, and the request if that differs."""
    width = int(capture.get(cv2.CAP_PROP_FRAME_WIDTH))
    height = int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
    fps = capture.get(cv2.CAP_PROP_FPS)
    fourcc = read_fourcc(capture) or "its own format"
    text = f"gives {width}x{height} at {fps:g} fps, {fourcc}"
    differs = (
        (settings.width and settings.width != width)
        or (settings.height and settings.height != height)
        or (settings.fps and abs(settings.fps - fps) > 0.5)
        or (settings.fourcc and settings.fourcc != fourcc)
    )
    if differs:
        asked = f"{settings.width}x{settings.height} at {settings.fps:g} fps"
        text += f"; asked for {asked}, {settings.fourcc or 'any format'}"
    return text


def why_not(device: Device) -> str:
    """Return the likely reason that a camera does not open, and what to do."""
    if sys.platform == "linux":
        path = Path(device if isinstance(device, str) else f"/dev/video{device}")
        if not path.exists():
            return f"no camera at {path}; `facewire doctor` lists the cameras"
        if not os.access(path, os.R_OK | os.W_OK):
            return f"no permission to use {path}; add yourself to its group, as in " + (
                "`sudo usermod -aG video $USER`, and log in again"
            )
    if sys.platform == "darwin":
        return (
            "cannot be opened; allow this terminal to use cameras (System Settings > "
            "Privacy & Security > Camera); `facewire doctor` lists the cameras"
        )
    return (
        "cannot be opened; close other programs that use it; `facewire doctor` lists "
        "the cameras"
    )
