"""How long one core of this machine takes to draw a character.

Times are the processor's, on one thread, so that other programs change them little.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import process_time
from typing import Final

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table
from threadpoolctl import threadpool_limits

from bridge.characters.open import open_character
from engines.character.character import Character, Posture
from engines.drawing.draw import View, draw
from engines.drawing.drawable import drawable
from engines.drawing.raster import fastest

SIDE: Final = 512
"""Pixels of the picture's sides."""
TARGETS: Final = 20
"""Morph targets that are not 0; so many move in a lively face."""
LEAST: Final = 3
"""Pictures, however long they take."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """One character, drawn again and again."""

    name: str
    triangles: int
    open_ms: float
    """To read the file and to lay it out."""
    z_buffer: str
    """`numba` or `numpy`."""
    smooth_ms: tuple[float, float]
    """The best and the median picture with smooth edges, four times the pixels."""
    plain_ms: tuple[float, float]
    """The same without."""


def measure_drawing(
    paths: Sequence[Path],
    seconds: float,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> list[Drawing]:
    """Return one row for each character.

    OpenCV and BLAS keep to one thread, also afterwards.

    Args:
        paths: of their files.
        seconds: of drawing, for each character.
        tell: called with characters done and all, after each.

    Raises:
        CharacterError: a file cannot be read.
    """
    threadpool_limits(1)
    cv2.setNumThreads(1)
    rows = []
    for path in paths:
        rows.append(_measure(path, seconds))
        tell(len(rows), len(paths))
    return rows


def show_drawing(console: Console, rows: Sequence[Drawing]) -> None:
    """Print the table."""
    table = Table(title=f"One picture of {SIDE} x {SIDE}: milliseconds of one core")
    table.add_column("character", overflow="fold")
    for text in ("triangles", "open", "smooth", "plain"):
        table.add_column(text, justify="right", no_wrap=True)
    for row in rows:
        smooth, plain = (
            f"{best:.1f} / {middle:.1f}"
            for best, middle in (row.smooth_ms, row.plain_ms)
        )
        table.add_row(row.name, str(row.triangles), f"{row.open_ms:.0f}", smooth, plain)
    console.print(table)
    kinds = ", ".join(sorted({row.z_buffer for row in rows}))
    console.print(
        f"best / median of many; smooth has smooth edges; z-buffer: {kinds}",
        highlight=False,
    )


def _measure(path: Path, seconds: float) -> Drawing:
    start = process_time()
    character = open_character(path)
    subject = drawable(character)
    opened = process_time() - start
    posture = lively(character)

    def time(fine: int) -> tuple[float, float]:
        view = View(SIDE, SIDE, fine=fine)
        draw(subject, posture, view)  # numba compiles, caches fill
        taken: list[float] = []
        while len(taken) < LEAST or sum(taken) < seconds / 2:
            start = process_time()
            draw(subject, posture, view)
            taken.append(process_time() - start)
        return round(1e3 * min(taken), 2), round(1e3 * median(taken), 2)

    return Drawing(
        name=character.name,
        triangles=len(subject.triangles),
        open_ms=round(1e3 * opened, 2),
        z_buffer="numba" if fastest().__module__.endswith("compiled") else "numpy",
        smooth_ms=time(2),
        plain_ms=time(1),
    )


def lively(character: Character) -> Posture:
    """Return a posture with many targets above 0, for which all bones are computed."""
    weights = np.zeros(len(character.slots), dtype=np.float32)
    weights[:: max(1, -(-len(weights) // TARGETS))] = 0.3
    turns = {
        at: np.asarray(node.rotation, dtype=np.float32)
        for at, node in enumerate(character.scene.nodes)
        if node.parent < 0
    }
    return Posture(weights, turns, {})
