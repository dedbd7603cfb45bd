"""Writes what a character does as pictures: films, a GIF, a sheet."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from bridge.takes.disk import put
from bridge.takes.mp4_file import Mp4File
from bridge.takes.store import new_file
from engines.character.character import Posture
from engines.drawing.draw import View, draw
from engines.drawing.drawable import Drawable
from engines.footage.opencv import Pixels
from protocols import gif
from protocols.mp4 import track_of

from .webm import webm

QUALITY: Final = 92
"""JPEG quality of the pictures of a film, 0 to 100."""
SAMPLES: Final = 12
"""Pictures that a GIF's colours are taken from."""
TURNS: Final = tuple(math.radians(turn) for turn in (-75, -45, -15, 15, 45, 75))
"""How the character is turned in the second row of a sheet, as many as above."""

Progress = Callable[[float], object]
"""Called with the share of the work, 0 to 1, that was done since the last call."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A performance to draw, and the file that it becomes."""

    path: Path
    subject: Drawable
    postures: Sequence[Posture]
    """One for each picture of a film, at least one."""
    view: View
    fps: float
    replace: bool = False
    """Replace an existing file."""

    def picture(self, at: int, turn: float = 0.0) -> Pixels:
        """Draw one posture, (height, width, 3) BGR, turned by so many radians."""
        return draw(
            self.subject,
            self.postures[at],
            replace(self.view, yaw=self.view.yaw + turn),
        )


def write_mp4(shot: Shot, progress: Progress) -> None:
    """Write a film, an MP4 of JPEG pictures.

    Raises:
        TakeError: the file exists and may not be replaced, or cannot be written.
    """
    count = len(shot.postures)
    with new_file(shot.path, replace=shot.replace) as file:
        film = Mp4File(file, track_of(shot.view.width, shot.view.height, shot.fps))
        for at in range(count):
            quality = (cv2.IMWRITE_JPEG_QUALITY, QUALITY)
            _, jpeg = cv2.imencode(".jpg", shot.picture(at), quality)
            film.add(jpeg.tobytes())
            progress(1.0 / count)
        film.close()


def write_webm(shot: Shot, progress: Progress) -> None:
    """Write a film that browsers play.

    Raises:
        BridgeError: this OpenCV has no encoder for it.
        TakeError: as `write_mp4`, or there is no room for temporary files.
    """
    count, view = len(shot.postures), shot.view
    with (
        new_file(shot.path, replace=shot.replace) as file,
        webm(view.width, view.height, shot.fps) as film,
    ):
        for at in range(count):
            film.add(shot.picture(at))
            progress(1.0 / count)
        film.finish(file)


def write_gif(shot: Shot, progress: Progress) -> None:
    """Write a GIF; raises as `write_mp4` does."""
    count = len(shot.postures)
    chosen = np.unique(np.linspace(0, count - 1, SAMPLES).astype(int)).tolist()
    palette = gif.palette_of(_rgb(shot, at) for at in chosen)
    painter, before = gif.Painter(palette), None
    waits = gif.delays(count, shot.fps)
    with new_file(shot.path, replace=shot.replace) as file:
        put(file, gif.head(shot.view.width, shot.view.height, palette))
        for at, wait in enumerate(waits):
            indices = painter(_rgb(shot, at))
            put(file, gif.frame(indices, before, wait))
            before = indices
            progress(1.0 / count)
        put(file, gif.TAIL)


def write_sheet(
    shot: Shot, moments: Sequence[int], strongest: int, progress: Progress
) -> None:
    """Write a PNG: moments of the take above, its strongest one from all sides below.

    Args:
        shot: whose postures are shown.
        moments: which postures, as many as there are `TURNS`.
        strongest: the posture below.
        progress: told of each picture.

    Raises:
        TakeError: the file exists and may not be replaced, or cannot be written.
    """
    above = [(at, 0.0) for at in moments]
    below = [(strongest, turn) for turn in TURNS]
    share = 1.0 / (len(above) + len(below))
    with new_file(shot.path, replace=shot.replace) as file:
        rows = [_row(shot, shown, progress, share) for shown in (above, below)]
        _, data = cv2.imencode(".png", np.vstack(rows))
        put(file, data.tobytes())


def _row(
    shot: Shot, shown: Sequence[tuple[int, float]], progress: Progress, share: float
) -> Pixels:
    pictures = []
    for at, turn in shown:
        pictures.append(shot.picture(at, turn))
        progress(share)
    return np.hstack(pictures)


def _rgb(shot: Shot, at: int) -> Pixels:
    return np.ascontiguousarray(shot.picture(at)[..., ::-1])
