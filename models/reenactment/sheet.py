"""Contact sheets: the actor, and below each other what every solver's avatar does.

    label │ clip, second │ clip, second │ ...
    actor │   picture    │
    name  │   avatar     │
    ...

The pictures are those in which the solvers differ most.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from engines.face.mesh import Picture
from models.solver.baselines import Tell

from .avatar import Avatar, Reenacted
from .captions import LINE, blank, text_width, write
from .crops import Framed, cut_faces
from .differing import most_different

EACH: Final = 4
"""Pictures of each clip."""
CELL: Final = 192
"""Pixels a side of a picture on the sheet."""
ACROSS: Final = 8
"""Pictures side by side."""
BANDS: Final = 2
"""Rows of them with their avatars on one page."""
GAP: Final = 4
"""Pixels between pictures."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One moment of a clip."""

    clip: str
    at_s: float
    pictures: tuple[Picture, ...]
    """The actor, then the avatars; each (`CELL`, `CELL`, 3) BGR."""


def columns(clip: Reenacted, avatar: Framed) -> Iterator[Column]:
    """Yield the moments of a clip in which its solvers differ most."""
    rows = most_different(clip, EACH)
    faces = cut_faces(clip.path, clip.kept[rows], CELL)
    for row, face in zip(rows.tolist(), faces, strict=False):
        drawn = (avatar.draw(weights[row]) for weights in clip.weights.values())
        yield Column(clip.name, float(clip.seconds[row]), (face, *drawn))


def pages(names: Sequence[str], shown: Sequence[Column]) -> Iterator[Picture]:
    """Yield sheets of `BANDS` x `ACROSS` moments.

    Args:
        names: of the rows below the actor.
        shown: in order, each with as many avatars.
    """
    size = BANDS * ACROSS
    for first in range(0, len(shown), size):
        part = shown[first : first + size]
        bands = [
            _band(("actor", *names), part[at : at + ACROSS], min(ACROSS, len(part)))
            for at in range(0, len(part), ACROSS)
        ]
        yield np.concatenate(bands)


def _band(labels: Sequence[str], shown: Sequence[Column], across: int) -> Picture:
    gutter = 16 + max(text_width(label) for label in labels)
    top = 2 * LINE + 2 * GAP
    step = CELL + GAP
    band = blank(gutter + across * step, top + len(labels) * step + 2 * GAP)
    for k, label in enumerate(labels):
        y = top + k * step + (CELL - LINE) // 2
        write(band, label, 8, y, gutter)
    for i, column in enumerate(shown):
        x = gutter + i * step
        write(band, column.clip, x, GAP, CELL)
        write(band, f"{column.at_s:.2f} s", x, GAP + LINE, CELL)
        for k, picture in enumerate(column.pictures):
            y = top + k * step
            band[y : y + CELL, x : x + CELL] = picture
    return band


def write_sheets(
    folder: Path, clips: Sequence[Reenacted], avatar: Avatar, tell: Tell
) -> list[Path]:
    """Write sheet_1.jpg and so on, and return their paths.

    Args:
        folder: gets the files.
        clips: with the same solvers.
        avatar: drawn for every solver.
        tell: called after each clip.

    Raises:
        OSError: a file cannot be written.
    """
    shown: list[Column] = []
    framed = Framed(avatar, CELL)
    for i, clip in enumerate(clips):
        shown += columns(clip, framed)
        tell("contact sheet", i + 1, len(clips))
    if not shown:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    names = tuple(clips[0].weights)
    paths = []
    for i, page in enumerate(pages(names, shown)):
        paths.append(folder / f"sheet_{i + 1}.jpg")
        _, coded = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, 92])
        paths[-1].write_bytes(coded.tobytes())
    return paths
