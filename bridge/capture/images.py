"""Images from a folder of pictures."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import cv2
import numpy as np

from bridge.clock import ClockNs, monotonic_ns
from bridge.errors import CaptureError
from engines.footage.clip import Picture, Pictures
from engines.footage.tally import GAP_S
from protocols.wording import counted, shown

from .playback import Playback
from .sequence import Hole, Sequenced, in_sequence
from .source import CaptureSettings, Pixels

logger = logging.getLogger(__name__)

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff"})

OTHERS = frozenset(
    {".heic", ".heif", ".avif", ".gif", ".exr", ".dng", ".cr2", ".nef", ".arw", ".jxl"}
)
"""Picture formats that are not supported."""

USUAL_FPS = 30.0

HOLES_TOLD = 5
"""Largest number of holes that are logged one by one; the rest are logged together."""


def open_images(
    target: str, settings: CaptureSettings, clock_ns: ClockNs = monotonic_ns
) -> Playback:
    """Open a folder of pictures, in natural order, at `settings.fps` per second.

    An unreadable picture and a missing number in a numbered sequence leave a gap in
    time.

    Raises:
        CaptureError: the folder does not exist or has no pictures.
    """
    name = f"images:{target}"
    folder = Path(target).expanduser()
    if not folder.is_dir():
        problem = "is a file" if folder.exists() else "no such folder"
        raise CaptureError(
            f"{name}: {problem} at {folder.absolute()}, expected a folder of pictures"
        )
    # Skip hidden files: macOS writes ._008.jpg beside 008.jpg on foreign disks.
    files = [p for p in folder.iterdir() if p.name[0] != "." and not p.is_dir()]
    paths = [p for p in files if p.suffix.lower() in SUFFIXES]
    others = sorted(shown(p.name) for p in files if p.suffix.lower() in OTHERS)
    if not paths:
        found = f"; the format of {others[0]} is not supported" if others else ""
        raise CaptureError(
            f"{name}: no pictures in this folder, expected files ending in "
            f"{', '.join(sorted(SUFFIXES))}{found}"
        )
    if others:
        logger.warning("%s: %s", name, _left_out(others))
    sequenced = in_sequence(paths)
    _tell_holes(name, sequenced.holes)
    unreadable: set[Path] = set()
    pictures = _pictures(
        name, sequenced, settings.fps, unreadable, loop=bool(settings.loop)
    )
    absent = sum(hole.missing for hole in sequenced.holes if hole.kept)
    return Playback(
        name,
        pictures,
        missing=lambda: absent + len(unreadable),
        pace=settings.pace,
        clock_ns=clock_ns,
    )


def load(path: Path) -> Pixels | None:
    """Return a picture file as BGR, turned upright; None if it cannot be read."""
    try:
        # cv2.imread cannot open paths with non-ASCII letters on Windows.
        data = np.fromfile(path, dtype=np.uint8)
        return cast(Pixels | None, cv2.imdecode(data, cv2.IMREAD_COLOR))
    except (OSError, cv2.error):  # deleted meanwhile, or empty
        return None


def _pictures(
    name: str, sequenced: Sequenced, fps: float, unreadable: set[Path], *, loop: bool
) -> Pictures:
    interval_s = 1.0 / (fps if fps > 0 else USUAL_FPS)
    begin, last = 0, 0
    while True:
        count = 0
        for path, place in zip(sequenced.paths, sequenced.places, strict=True):
            pixels = load(path)
            if pixels is None:
                if path not in unreadable:
                    unreadable.add(path)
                    logger.warning(
                        "%s: %s is not a readable picture; its time stays empty",
                        *(name, shown(path.name)),
                    )
                continue
            count += 1
            away = begin + place - last
            gap = away > 2 and away * interval_s > GAP_S
            last = begin + place
            yield Picture(round(last * interval_s * 1e9), pixels, gap)
        if count == 0:
            raise CaptureError(
                f"{name}: none of its {len(sequenced.paths)} pictures can be read, "
                "expected JPEG, PNG, BMP, WebP or TIFF"
            )
        if not loop:
            return
        begin += sequenced.places[-1] + 1


def _tell_holes(name: str, holes: Sequence[Hole]) -> None:
    for hole in holes[:HOLES_TOLD]:
        between = f"between {shown(hole.before.name)} and {shown(hole.after.name)}"
        one = hole.missing == 1
        told = f"{counted(hole.missing, 'number')} {'is' if one else 'are'} missing"
        if not hole.kept:
            end = "more than there are pictures; no time is left empty for them"
        else:
            end = "its time stays empty" if one else "their time stays empty"
        told = f"{told} {between}{';' if hole.kept else ','} {end}"
        logger.warning("%s: %s", name, told)
    if rest := holes[HOLES_TOLD:]:
        missing = sum(hole.missing for hole in rest)
        logger.warning(
            "%s: %d more numbers are missing, in %d places", name, missing, len(rest)
        )


def _left_out(others: Sequence[str]) -> str:
    if len(others) == 1:
        return f"{others[0]} is left out; its format is not supported"
    return (
        f"{len(others)} files such as {others[0]} are left out; their formats are not "
        "supported"
    )
