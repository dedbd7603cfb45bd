"""Images from a folder of pictures."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import cast

import cv2
import numpy as np

from bridge.clock import ClockNs, monotonic_ns
from bridge.errors import CaptureError
from engines.footage.clip import Picture, Pictures

from .playback import Playback
from .source import CaptureSettings, Pixels

logger = logging.getLogger(__name__)

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp"})

USUAL_FPS = 30.0


def open_images(
    target: str, settings: CaptureSettings, clock_ns: ClockNs = monotonic_ns
) -> Playback:
    """Open a folder: its pictures in natural order, `settings.fps` of them a second.

    Raises:
        CaptureError: there is no such folder, or no picture in it.
    """
    name = f"images:{target}"
    folder = Path(target).expanduser()
    if not folder.is_dir():
        problem = "is a file" if folder.exists() else "no such folder"
        raise CaptureError(
            f"{name}: {problem} at {folder.absolute()}, expected a folder of pictures"
        )
    paths = sorted(
        (p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES), key=natural
    )
    if not paths:
        raise CaptureError(
            f"{name}: no picture in it, expected files ending in "
            f"{', '.join(sorted(SUFFIXES))}"
        )
    pictures = _pictures(name, paths, settings.fps, loop=bool(settings.loop))
    return Playback(name, pictures, pace=settings.pace, clock_ns=clock_ns)


def natural(path: Path) -> tuple[list[str | int], str]:
    """Return a key that sorts by the numbers in a name: 2.png before 10.png."""
    parts = re.split(r"([0-9]+)", path.stem.lower())
    # Text and digits take turns, so like is always compared with like.
    return [int(p) if i % 2 else p for i, p in enumerate(parts)], path.name


def load(path: Path) -> Pixels | None:
    """Return a picture file as BGR, turned upright; None where it is not readable."""
    try:
        # Not cv2.imread: on Windows it cannot open a path with an accent in it.
        data = np.fromfile(path, dtype=np.uint8)
        return cast(Pixels | None, cv2.imdecode(data, cv2.IMREAD_COLOR))
    except (OSError, cv2.error):  # gone meanwhile, or empty
        return None


def _pictures(name: str, paths: list[Path], fps: float, *, loop: bool) -> Pictures:
    interval_s = 1.0 / (fps if fps > 0 else USUAL_FPS)
    unreadable: set[Path] = set()
    count = 0
    while True:
        before = count
        for path in paths:
            pixels = load(path)
            if pixels is None:
                if path not in unreadable:
                    unreadable.add(path)
                    logger.warning(
                        "%s: %s is not a readable picture; left out", name, path.name
                    )
                continue
            yield Picture(round(count * interval_s * 1e9), pixels)
            count += 1
        if count == before:
            raise CaptureError(
                f"{name}: none of its {len(paths)} pictures can be read; expected "
                "JPEG, PNG, BMP or WebP"
            )
        if not loop:
            return
