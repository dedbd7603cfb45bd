"""Many pictures of a character on one: every morph target alone, or all round."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from engines.character.character import Character, Posture, rest
from engines.character.names import plain

from .develop import Picture
from .draw import View, draw
from .drawable import Drawable
from .labels import PAPER, label, legend, spelled

Cell = tuple[str, Posture]
"""A label and what it says."""
Tell = Callable[[int, int], None]
"""Called with pictures done and all, after each."""

REST: Final = "rest"
MOST: Final = 400
"""Cells of a sheet; a file may have thousands of morph targets."""
SIDE: Final = 192
"""Pixels of a cell."""
CELL: Final = View(SIDE, SIDE)


def _quiet(done: int, total: int) -> None:
    """Tell nobody."""


def slot_cells(character: Character) -> list[Cell]:
    """Return the character at rest, then each morph target at 1, by name.

    Targets of one name on several meshes move together. At most `MOST` are returned.
    """
    names = list(dict.fromkeys(slot.name for slot in character.slots))
    found: list[Cell] = [(REST, rest(character))]
    for name in names[: MOST - 1]:
        weights = np.array([slot.name == name for slot in character.slots])
        found.append((name, Posture(weights.astype(np.float32), {}, {})))
    return found


def sheet(
    subject: Drawable,
    cells: Sequence[Cell],
    view: View = CELL,
    columns: int = 0,
    tell: Tell = _quiet,
) -> Picture:
    """Return one picture of many, each with its number and label below.

    Labels leave out the object's name (`Head_blendShape.`) before that of the target.

    Args:
        subject: from `drawable`.
        cells: labels and postures, at least one.
        view: of each cell.
        columns: in a row; about a square without it.
        tell: of the progress.
    """
    pictures = []
    for number, (text, posture) in enumerate(cells):
        picture = draw(subject, posture, view)
        strip = label(f"{number} {spelled(plain(text))}", view.width)
        pictures.append(np.concatenate([picture, strip]))
        tell(number + 1, len(cells))
    return grid(pictures, columns)


def sheet_legend(cells: Sequence[Cell]) -> list[str]:
    """Return a line for each label that the sheet cannot show in full."""
    return legend([text for text, _ in cells])


def turntable(
    subject: Drawable,
    posture: Posture,
    count: int = 8,
    view: View = CELL,
    columns: int = 0,
    tell: Tell = _quiet,
) -> Picture:
    """Return a character from all sides, in equal steps to its own left.

    Args:
        subject: from `drawable`.
        posture: the same in each picture.
        count: of pictures, 1 or more.
        view: of the first; the others are turned.
        columns: in a row; about a square without it.
        tell: of the progress.
    """
    pictures = []
    for step in range(count):
        turned = replace(view, yaw=view.yaw + 2 * math.pi * step / count)
        strip = label(f"{round(360 * step / count)} deg", view.width)
        pictures.append(np.concatenate([draw(subject, posture, turned), strip]))
        tell(step + 1, count)
    return grid(pictures, columns)


def grid(pictures: Sequence[Picture], columns: int = 0) -> Picture:
    """Return pictures of one size side by side, row by row; the rest is dark."""
    columns = columns or math.ceil(math.sqrt(len(pictures)))
    empty = np.full_like(pictures[0], PAPER)
    rows = []
    for start in range(0, len(pictures), columns):
        row = list(pictures[start : start + columns])
        rows.append(np.concatenate([*row, *[empty] * (columns - len(row))], axis=1))
    return np.concatenate(rows)
