"""Shows solvers a clip, frame by frame as the daemon would, or a still that shakes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from engines.face.face_graph import FaceGraph
from engines.face.mesh import Picture
from engines.footage.clip import Clip, ClipError
from protocols.arrays import Floats, Numbers
from protocols.channels import ARKIT

from .clip_solvers import ClipSolver, Shot

logger = logging.getLogger(__name__)


TIMES: Final = 50
"""A still picture is shown so often."""
SETTLE: Final = 10
"""Unchanged pictures before, for trackers to come to rest."""


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """What the solvers said of a clip."""

    seconds: Numbers
    """(n,)"""
    said: dict[str, Floats]
    """(n, 52) by solver; NaN where it saw no face."""


def frames(path: Path, flip: bool = False) -> Iterator[tuple[float, Picture]]:
    """Yield seconds and BGR pictures of a clip, as players show it.

    Raises:
        ValueError: no picture can be had of the file; the sentence says why.
    """
    clip = Clip(path, lambda sentence: logger.warning("%s: %s", path, sentence))
    try:
        for shown in clip.play():
            picture = cv2.flip(shown.pixels, 1) if flip else shown.pixels
            yield shown.due_ns / 1e9, np.asarray(picture, np.uint8)
    except ClipError as error:
        raise ValueError(f"{path}: {error}") from error


def watch(
    shown: Iterable[tuple[float, Picture]],
    solvers: Mapping[str, ClipSolver],
    see: Callable[[Shot], None] = lambda _: None,
) -> Watched:
    """Show pictures, in order, to every solver.

    Args:
        shown: seconds and BGR pictures.
        solvers: by name; they go on from what they have seen.
        see: called with each picture, tracked, before the solvers are.
    """
    graph = FaceGraph()
    seconds: list[float] = []
    said: dict[str, list[Floats]] = {name: [] for name in solvers}
    nothing = np.full(len(ARKIT), np.nan, dtype=np.float32)
    try:
        for at_s, picture in shown:
            rgb = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)
            shot = Shot(at_s, picture, graph.find(rgb))
            see(shot)
            seconds.append(at_s)
            for name, solver in solvers.items():
                weights = solver(shot)
                said[name].append(nothing if weights is None else weights)
    finally:
        graph.close()
    rows = {
        name: np.array(each, dtype=np.float32).reshape(-1, len(ARKIT))
        for name, each in said.items()
    }
    return Watched(np.array(seconds), rows)


def perturbed(picture: Picture, times: int = TIMES, seed: int = 0) -> Iterator[Picture]:
    """Yield a BGR picture with small changes that no solver should answer to.

    Moved by up to 1 pixel, scaled by up to 1 %, some noise, and a JPEG's quality from
    60 to 95; all at once, each time anew.
    """
    rng = np.random.default_rng(seed)
    height, width = picture.shape[:2]
    middle = np.array([width, height]) / 2
    for _ in range(times):
        scale = 1.0 + rng.uniform(-0.01, 0.01)
        shift = middle - scale * middle + rng.uniform(-1.0, 1.0, 2)
        matrix = np.array([[scale, 0.0, shift[0]], [0.0, scale, shift[1]]])
        moved = cv2.warpAffine(
            picture, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE
        )
        noisy = moved + rng.normal(0.0, 2.0, picture.shape)
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(60, 96))]
        coded = cv2.imencode(".jpg", np.clip(noisy, 0, 255).astype(np.uint8), quality)
        yield np.asarray(cv2.imdecode(coded[1], cv2.IMREAD_COLOR), np.uint8)


def jitter(
    picture: Picture, from_s: float, solvers: Mapping[str, ClipSolver]
) -> dict[str, Numbers]:
    """Return by solver (52,) standard deviations over `perturbed` of a still picture.

    Args:
        picture: BGR, with a face.
        from_s: later than all that the solvers have seen.
        solvers: they hold what they know of the neutral face; see `ClipSolver.hold`.
    """

    def shown() -> Iterator[Picture]:
        for _ in range(SETTLE):
            yield picture
        yield from perturbed(picture)

    for solver in solvers.values():
        solver.hold()
    timed = ((from_s + i / 30, each) for i, each in enumerate(shown()))
    found = watch(timed, solvers).said
    return {name: _deviation(rows[SETTLE:]) for name, rows in found.items()}


def _deviation(rows: Floats) -> Numbers:
    seen = rows[np.isfinite(rows).all(axis=1)].astype(np.float64)
    return seen.std(axis=0) if len(seen) > 1 else np.full(rows.shape[1], np.nan)
