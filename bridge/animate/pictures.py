"""Writes what a character does as pictures: a film, a GIF, a sheet."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
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

QUALITY: Final = 92
"""JPEG quality of the pictures of a film, 0 to 100."""
SAMPLES: Final = 12
"""Pictures that a GIF's colours are taken from."""
TURNS: Final = tuple(math.radians(turn) for turn in (-75, -45, -15, 15, 45, 75))
"""How the character is turned in the second row of a sheet, as many as above."""

Progress = Callable[[float], object]
"""Called with the share of the work, 0 to 1, that was done since the last call."""


def write_mp4(
    path: Path,
    subject: Drawable,
    postures: Sequence[Posture],
    view: View,
    fps: float,
    progress: Progress,
    *,
    replace: bool,
) -> None:
    """Write a film, an MP4 of JPEG pictures.

    Raises:
        TakeError: the file exists and may not be replaced, or cannot be written.
    """
    with new_file(path, replace=replace) as file:
        film = Mp4File(file, track_of(view.width, view.height, fps))
        for posture in postures:
            picture = draw(subject, posture, view)
            _, jpeg = cv2.imencode(".jpg", picture, (cv2.IMWRITE_JPEG_QUALITY, QUALITY))
            film.add(jpeg.tobytes())
            progress(1.0 / len(postures))
        film.close()


def write_gif(
    path: Path,
    subject: Drawable,
    postures: Sequence[Posture],
    view: View,
    fps: float,
    progress: Progress,
    *,
    replace: bool,
) -> None:
    """Write a GIF; arguments and errors as for `write_mp4`."""
    chosen = np.unique(np.linspace(0, len(postures) - 1, SAMPLES).astype(int))
    palette = gif.palette_of(_rgb(subject, postures[at], view) for at in chosen)
    painter, before = gif.Painter(palette), None
    waits = gif.delays(len(postures), fps)
    with new_file(path, replace=replace) as file:
        put(file, gif.head(view.width, view.height, palette))
        for posture, wait in zip(postures, waits, strict=True):
            indices = painter(_rgb(subject, posture, view))
            put(file, gif.frame(indices, before, wait))
            before = indices
            progress(1.0 / len(postures))
        put(file, gif.TAIL)


def write_sheet(
    path: Path,
    subject: Drawable,
    moments: Sequence[Posture],
    strongest: Posture,
    view: View,
    progress: Progress,
    *,
    replace: bool,
) -> None:
    """Write a PNG: moments of the take above, its strongest one from all sides below.

    Raises:
        TakeError: the file exists and may not be replaced, or cannot be written.
    """
    with new_file(path, replace=replace) as file:
        share = 1.0 / (len(moments) + len(TURNS))
        rows = [
            _row(
                subject, [(posture, 0.0) for posture in moments], view, progress, share
            ),
            _row(subject, [(strongest, turn) for turn in TURNS], view, progress, share),
        ]
        _, data = cv2.imencode(".png", np.vstack(rows))
        put(file, data.tobytes())


def _row(
    subject: Drawable,
    shown: Sequence[tuple[Posture, float]],
    view: View,
    progress: Progress,
    share: float,
) -> Pixels:
    pictures = []
    for posture, turn in shown:
        pictures.append(draw(subject, posture, replace(view, yaw=turn)))
        progress(share)
    return np.hstack(pictures)


def _rgb(subject: Drawable, posture: Posture, view: View) -> Pixels:
    return np.ascontiguousarray(draw(subject, posture, view)[..., ::-1])
