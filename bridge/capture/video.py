"""Images from a video file, and from the bundled clip."""

from __future__ import annotations

import logging
from dataclasses import replace
from importlib import resources
from math import isfinite
from pathlib import Path

import cv2

from bridge.clock import ClockNs, monotonic_ns
from bridge.errors import CaptureError
from engines.footage.opencv import grab, open_capture, retrieve

from .playback import Pictures, Playback
from .source import CaptureSettings

logger = logging.getLogger(__name__)

NS_PER_MS = 1e6

USUAL_FPS = 30.0
"""Where a file names no rate, or one that is no video's."""

LONGEST_STEP_NS = 10_000_000_000
"""A longer gap between two pictures is a broken timestamp, not a still picture."""


class Timeline:
    """Instants that start at 0 and always rise, from a container's timestamps.

    Variable frame rates are kept as they are. Where a timestamp is missing, repeats or
    jumps, the picture is put one interval after the last.
    """

    def __init__(self, fps: float) -> None:
        """Take the rate that the container states, whatever it may be."""
        if not (isfinite(fps) and 0.1 <= fps <= 1000.0):
            fps = USUAL_FPS
        self._interval_ns = round(1e9 / fps)
        self._last_ns = -self._interval_ns
        self._zero_ns: int | None = None
        """The container's timestamp at our 0."""

    def place(self, stamp_ms: float) -> int:
        """Return the instant, in ns, of the picture stamped so in the container."""
        exact_ns = stamp_ms * NS_PER_MS
        stamp_ns = round(exact_ns) if isfinite(exact_ns) else 0
        expected_ns = self._last_ns + self._interval_ns
        if self._zero_ns is None:
            self._zero_ns = stamp_ns - expected_ns
        now_ns = stamp_ns - self._zero_ns
        if now_ns - self._last_ns > LONGEST_STEP_NS:
            self._zero_ns = stamp_ns - expected_ns
            now_ns = expected_ns
        self._last_ns = now_ns if now_ns > self._last_ns else expected_ns
        return self._last_ns

    def restart(self) -> None:
        """Let the next picture follow the last, whatever its timestamp: a loop."""
        self._zero_ns = None


def open_video(
    target: str, settings: CaptureSettings, clock_ns: ClockNs = monotonic_ns
) -> Playback:
    """Open a video file.

    Raises:
        CaptureError: there is none, or no picture of it can be decoded.
    """
    return _play(f"video:{target}", Path(target).expanduser(), settings, clock_ns)


def open_demo(
    target: str, settings: CaptureSettings, clock_ns: ClockNs = monotonic_ns
) -> Playback:
    """Open the bundled clip, which starts again at its end unless told otherwise.

    Raises:
        CaptureError: the installation lacks it.
    """
    # As the wheel is installed: unpacked, so a resource is a file.
    path = Path(str(resources.files("bridge"))) / "assets" / "demo.mp4"
    if not path.exists():
        raise CaptureError(
            f"demo: the bundled clip is missing at {path}; install facewire again, or "
            "name another source, as in --source video:PATH"
        )
    if settings.loop is None:
        settings = replace(settings, loop=True)
    return _play("demo", path, settings, clock_ns)


def _play(
    name: str, path: Path, settings: CaptureSettings, clock_ns: ClockNs
) -> Playback:
    if path.is_dir():
        raise CaptureError(
            f"{name}: is a folder, expected a video file; a folder of pictures is "
            f"read with images:{path}"
        )
    if not path.exists():
        raise CaptureError(
            f"{name}: no such file at {path.absolute()}; check the spelling, or give "
            "the full path"
        )
    pictures = _pictures(name, path, loop=bool(settings.loop))
    return Playback(name, pictures, pace=settings.pace, clock_ns=clock_ns)


def _pictures(name: str, path: Path, *, loop: bool) -> Pictures:
    timeline: Timeline | None = None
    while True:
        # Named, or OpenCV would take digits in a file's name for a picture sequence.
        capture = open_capture(str(path), cv2.CAP_FFMPEG)
        count = 0
        if capture is not None:
            try:
                if timeline is None:
                    timeline = Timeline(capture.get(cv2.CAP_PROP_FPS))
                timeline.restart()
                while grab(capture):
                    due_ns = timeline.place(capture.get(cv2.CAP_PROP_POS_MSEC))
                    pixels = retrieve(capture)
                    if pixels is not None:
                        count += 1
                        yield due_ns, pixels
                stated = int(capture.get(cv2.CAP_PROP_FRAME_COUNT))
            finally:
                capture.release()
            logger.debug("%s: end, %d of %d pictures decoded", name, count, stated)
        if count == 0:
            raise CaptureError(
                f"{name}: no picture in it can be decoded; expected a video such as "
                "MP4, MOV, MKV, WebM or AVI"
            )
        if not loop:
            return
