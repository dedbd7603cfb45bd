"""Sheets of pictures: the actor above, and below each other what every method does.

The frames are those in which the methods differ most.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from engines.drawing.draw import View
from engines.face.face_graph import FaceGraph
from engines.face.mesh import Picture
from models.reenactment.crops import cut, cut_faces, square_around
from models.reenactment.sheet import CELL, Column, pages
from models.reenactment.stills import read_picture
from models.solver.baselines import Tell
from protocols.arrays import Ints, Numbers

from .evaluate import CLIPS, STILLS, Judged, Report
from .fidelity import distances
from .heads import Head
from .methods import SOLVED
from .summary import methods

EACH: Final = 4
"""Pictures of each clip."""
APART_S: Final = 0.8
"""Between two of them, because neighbours look alike."""


def differences(judged: Judged) -> Numbers:
    """Return (n,) how far apart the methods' faces are in each drawn frame; NaN where
    one was not found. Eye distances."""
    faces = np.array([d for name, d in judged.drawn.items() if name != SOLVED])
    middle = faces.mean(axis=0)
    away: Numbers = np.mean([distances(middle, each) for each in faces], axis=0)
    return away


def most_different(judged: Judged, count: int) -> Ints:
    """Return up to `count` rows of `judged.kept`, rising, at least `APART_S` apart."""
    by_size = differences(judged)
    seconds = judged.times[judged.kept]
    chosen: list[int] = []
    for row in np.argsort(-np.nan_to_num(by_size, nan=-1.0), kind="stable").tolist():
        if len(chosen) == count or not np.isfinite(by_size[row]):
            break
        if (np.abs(seconds[chosen] - seconds[row]) >= APART_S).all():
            chosen.append(row)
    return np.array(sorted(chosen), dtype=np.int64)


def columns(judged: Judged, head: Head, graph: FaceGraph) -> Iterator[Column]:
    """Yield the moments of a performance in which the methods differ most."""
    still = judged.kind == STILLS
    rows = most_different(judged, 1 if still else EACH)
    view = View(CELL, CELL, fine=2)
    if still:
        actors = iter([_face(read_picture(judged.acted.path), graph)] * len(rows))
    else:
        actors = cut_faces(judged.acted.path, judged.kept[rows], CELL)
    for row, actor in zip(rows.tolist(), actors, strict=False):
        at = int(judged.kept[row])
        at_s = judged.times[at : at + 1]
        drawn = [
            head.draw(head.postures(take[at : at + 1], at_s)[0], view)
            for name, take in judged.takes.items()
            if name != SOLVED
        ]
        yield Column(judged.acted.name, float(at_s[0]), (actor, *drawn))


def _face(picture: Picture, graph: FaceGraph) -> Picture:
    graph.forget()
    points = graph.find(np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8))
    if points is None:
        return np.asarray(cv2.resize(picture, (CELL, CELL)), np.uint8)
    return cut(picture, square_around(points), CELL)


def write_sheets(
    folder: Path, report: Report, heads: Sequence[Head], graph: FaceGraph, tell: Tell
) -> list[Path]:
    """Write PNG files, by kind and character, and return their paths.

    Args:
        folder: gets the files.
        report: of the evaluation.
        heads: the characters.
        graph: finds faces in stills.
        tell: called after each performance.

    Raises:
        OSError: a file cannot be written.
    """
    written = []
    for kind in (CLIPS, STILLS):
        for k, head in enumerate(heads):
            judged = report.of(kind, head.name)
            shown: list[Column] = []
            for i, each in enumerate(judged):
                shown += columns(each, head, graph)
                tell(f"sheet of {kind}, {head.name}", i + 1, len(judged))
            names = [name for name in methods(judged) if name != SOLVED]
            for page, picture in enumerate(pages(names, shown)):
                path = folder / f"{kind}_{k + 1}_{page + 1}.png"
                _, coded = cv2.imencode(".png", picture)
                path.write_bytes(coded.tobytes())
                written.append(path)
    return written
