"""Opens video files and the bundled demo clip."""

from __future__ import annotations

import logging
from dataclasses import replace
from importlib import resources
from pathlib import Path

from bridge.clock import ClockNs, monotonic_ns
from bridge.errors import CaptureError
from engines.footage.clip import Clip, ClipError, Pictures

from .playback import Playback
from .source import CaptureSettings

logger = logging.getLogger(__name__)


def open_video(
    target: str, settings: CaptureSettings, clock_ns: ClockNs = monotonic_ns
) -> Playback:
    """Open a video file.

    Raises:
        CaptureError: the file does not exist, or no picture can be decoded.
    """
    return _play(f"video:{target}", Path(target).expanduser(), settings, clock_ns)


def open_demo(
    target: str, settings: CaptureSettings, clock_ns: ClockNs = monotonic_ns
) -> Playback:
    """Open the bundled clip; it loops unless the settings say otherwise.

    Raises:
        CaptureError: the clip is missing from the installation.
    """
    # A wheel is installed unpacked, so this resource is a file.
    path = Path(str(resources.files("bridge"))) / "assets" / "demo.mp4"
    if not path.exists():
        raise CaptureError(
            f"demo: the bundled clip is missing at {path}; reinstall facewire, or use "
            "another source, as in --source video:PATH"
        )
    if settings.loop is None:
        settings = replace(settings, loop=True)
    return _play("demo", path, settings, clock_ns)


def _play(
    name: str, path: Path, settings: CaptureSettings, clock_ns: ClockNs
) -> Playback:
    if path.is_dir():
        raise CaptureError(
            f"{name}: is a folder, expected a video file; for a folder of pictures "
            f"write images:{path}"
        )
    if not path.exists():
        raise CaptureError(
            f"{name}: no such file at {path.absolute()}; check the spelling, or give "
            "the full path"
        )
    clip = Clip(path, lambda sentence: logger.warning("%s: %s", name, sentence))
    pictures = _pictures(name, clip, loop=bool(settings.loop))
    return Playback(
        name,
        pictures,
        missing=lambda: clip.missing,
        pace=settings.pace,
        clock_ns=clock_ns,
    )


def _pictures(name: str, clip: Clip, *, loop: bool) -> Pictures:
    while True:
        try:
            yield from clip.play()
        except ClipError as error:
            raise CaptureError(f"{name}: {error}") from error
        if not loop:
            return
