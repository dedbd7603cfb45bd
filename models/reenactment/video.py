"""Videos of a clip's actor beside the avatar of each solver."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import cv2

from engines.face.mesh import Picture
from models.solver.baselines import Tell

from .avatar import Avatar, Reenacted
from .captions import LINE, blank, write
from .crops import Framed, cut_faces

CELL: Final = 320
"""Pixels a side of each face."""
ACROSS: Final = 4
"""Up to so many faces stand in one row, the actor first; more of them in two."""
GAP: Final = 4
CODEC: Final = "mp4v"


def pictures(clip: Reenacted, avatar: Avatar, tell: Tell) -> Iterator[Picture]:
    """Yield every kept picture of a clip with its avatars, each with its label."""
    labels = ("actor", *clip.weights)
    framed = Framed(avatar, CELL)
    faces = cut_faces(clip.path, clip.kept, CELL)
    for row, face in enumerate(faces):
        cells = [framed.draw(weights[row]) for weights in clip.weights.values()]
        yield tile(labels, (face, *cells))
        tell(f"{clip.name}: video", row + 1, len(clip.kept))


def tile(labels: Sequence[str], cells: Sequence[Picture]) -> Picture:
    """Return pictures of (`CELL`, `CELL`, 3) side by side, each under its label."""
    across = len(cells) if len(cells) <= ACROSS else math.ceil(len(cells) / 2)
    down = math.ceil(len(cells) / across)
    high = LINE + 2 * GAP + CELL
    # Codecs want even sizes.
    width, height = across * (CELL + GAP) + GAP, down * (high + GAP)
    out = blank(width + width % 2, height + height % 2)
    for i, (label, cell) in enumerate(zip(labels, cells, strict=True)):
        x = GAP + (i % across) * (CELL + GAP)
        y = (i // across) * (high + GAP)
        write(out, label, x + 2, y + GAP, CELL)
        y += LINE + 2 * GAP
        out[y : y + CELL, x : x + CELL] = cell
    return out


def write_video(folder: Path, clip: Reenacted, avatar: Avatar, tell: Tell) -> Path:
    """Write a clip's video and return its path.

    Args:
        folder: gets NAME.mp4.
        clip: all its kept pictures are shown, in their own time.
        avatar: drawn for every solver and picture.
        tell: called after each picture.

    Raises:
        OSError: the file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{clip.name}.mp4"
    length = float(clip.seconds[-1] - clip.seconds[0])
    rate = max(len(clip.seconds) - 1, 1) / max(length, 0.04)
    writer = None
    try:
        for picture in pictures(clip, avatar, tell):
            if writer is None:
                height, width = picture.shape[:2]
                code = cv2.VideoWriter.fourcc(*CODEC)
                writer = cv2.VideoWriter(str(path), code, rate, (width, height))
                if not writer.isOpened():
                    raise OSError(f"{path}: cannot be written as a video")
            writer.write(picture)
    finally:
        if writer is not None:
            writer.release()
    return path
