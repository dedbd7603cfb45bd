"""Measures what a pucker moves the tracked points of real faces by.

The tracker follows a rendered pucker otherwise than a real one: on real faces the
corners of the mouth also sink and come forward, which a rendered face does only when it
frowns. MediaPipe's own task tells real puckers well, so its curve says how far lips are
puckered in each picture of a clip, and a line is fitted through the points:

    points = rest + turned + pucker * moves + (other curves) * (their moves)

Where the rest is does not matter; it is fitted as well.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np

from engines.face import mirror
from engines.face.canonical_face import COUNT
from engines.face.face_basis import BENDS, bends
from engines.face.face_graph import FaceGraph
from engines.face.preprocess import align
from engines.face.task import FaceTask
from models.data.files import required
from models.data.manifest import MEDIAPIPE, read_manifest
from protocols.arrays import Numbers
from protocols.channels import ARKIT, INDEX
from protocols.rotation import matrix_to_vector

from .clips import frames

PUCKER: Final = INDEX["mouthPucker"]
BESIDE: Final = ("jawOpen", "mouthSmileLeft", "mouthSmileRight", "mouthFunnel")
"""Curves that change with a pucker, fitted beside it."""
RIDGE: Final = (0.002, 0.001)
"""Per picture, of the curves and of the terms of turn: both may hardly change."""
LEAST: Final = 0.08
"""Standard deviation of the pucker in a clip; with less it shows nothing of one."""
LONGEST: Final = 240
"""Pictures of a clip that are looked at."""

REAL_PART: Final = 0.8
"""Part of the fitted moves in the basis; the rest is the rendered pucker."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A clip as both trackers see it."""

    points: Numbers
    """(n, 478, 3) aligned, canonical centimetres."""
    turns: Numbers
    """(n, 8) terms of `bends`."""
    curves: Numbers
    """(n, 52) MediaPipe's, 0 to 1."""


def see_clip(path: Path, task: Path) -> Seen:
    """Read a clip with the tracker and with MediaPipe's task.

    Raises:
        GraphError: the task's file cannot be used.
        ValueError: the clip cannot be read.
    """
    points, turns, curves = [], [], []
    with closing(FaceGraph()) as graph, closing(FaceTask(task)) as second:
        for seconds, picture in islice(frames(path), LONGEST):
            rgb = np.ascontiguousarray(picture[..., ::-1])
            found = graph.find(rgb)
            answer = second.find(rgb, round(1000 * seconds) + 1)
            aligned = None if found is None else align(found)
            if aligned is None or not answer:
                continue
            points.append(aligned.points)
            turns.append(bends(matrix_to_vector(aligned.rotation)))
            curves.append(answer[0][1])
    return Seen(
        np.array(points, dtype=np.float64).reshape(-1, COUNT, 3),
        np.array(turns, dtype=np.float64).reshape(-1, BENDS),
        np.array(curves, dtype=np.float64).reshape(-1, len(ARKIT)),
    )


def fit_pucker(seen: Seen) -> Numbers:
    """Return (478, 3) centimetres that a pucker of 1 moves the points by, both sides
    alike."""
    n = len(seen.points)
    even = 0.5 * (seen.points + seen.points[:, mirror.POINTS] * mirror.SIGN)
    curves = seen.curves[:, [PUCKER, *(INDEX[name] for name in BESIDE)]]
    terms = np.concatenate([curves, seen.turns], axis=1)
    terms = terms - terms.mean(axis=0)
    moved = (even - even.mean(axis=0)).reshape(n, -1)
    ridge = n * np.repeat(RIDGE, [curves.shape[1], BENDS])
    fitted = np.linalg.solve(terms.T @ terms + np.diag(ridge), terms.T @ moved)
    pucker: Numbers = fitted[0].reshape(COUNT, 3)
    return pucker


def measure_pucker(
    clips: Sequence[Path], task: Path, tell: Callable[[int], None] = lambda done: None
) -> Numbers:
    """Return (478, 3) centimetres: the mean of clips, by how much each puckers.

    Args:
        clips: videos of one face each.
        task: MediaPipe's face_landmarker.task.
        tell: called with the clips done.

    Raises:
        ValueError: no clip shows a pucker.
    """
    total, shares = np.zeros((COUNT, 3)), 0.0
    for done, path in enumerate(clips, 1):
        seen = see_clip(path, task)
        spread = float(seen.curves[:, PUCKER].std()) if len(seen.curves) else 0.0
        if spread > LEAST:
            share = spread**2 * len(seen.points)
            total += share * fit_pucker(seen)
            shares += share
        tell(done)
    if shares == 0.0:
        raise ValueError(
            f"none of {len(clips)} clips shows a pucker; expected clips of people who "
            "talk, as real_faces/manifest.csv lists them for training"
        )
    return total / shares


def task_and_clips(data: Path, manifest: Path) -> tuple[Path, list[Path]]:
    """Return MediaPipe's file and the clips that may teach.

    Args:
        data: the folder of all data.
        manifest: a table of clips; see `models.data.manifest`.

    Raises:
        OSError: one of the two files is missing.
        ManifestError: the table, or a clip that it names, is not as expected.
    """
    task = required(data, MEDIAPIPE)
    rows = read_manifest(manifest, (manifest.parent,), ("train",))
    return task, [row.path for row in rows if row.moving]
