"""Where the tables of `engines.face.doubt` come from: errors on rendered faces.

    python -m tests.engines.face.derive_doubt FACES [face_landmarker.task]

FACES is a folder from `facewire-models data faces --split test`, with pictures if
MediaPipe's task is given. Prints, for geometry and for the task, the root mean square
error of every curve and how it grows with the head's turn; for geometry also how much
larger it is if the neutral face is not known. Only faces that move count.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from engines.face.features import TYPICAL
from engines.face.geometry import read, solve
from engines.face.preprocess import align
from engines.face.task import FaceTask
from models.data.rendered.dataset import FaceSet, load_faces
from models.solver.baselines import geometric_outputs, mediapipe_outputs
from models.solver.rendered import GENERAL
from protocols.arrays import Floats, Ints, Numbers
from protocols.channels import ARKIT, MIRROR, opposite
from protocols.rotation import matrix_to_vector

SHARDS = 2
"""Shards, of 32 people each, that the task looks at: 20 ms a picture."""
GROWTHS = np.arange(0.0, 1.5, 0.05)
"""Growths per radian that are tried."""


def moving(faces: FaceSet, said: Floats) -> Ints:
    """Return the rows that count: faces that move, and that were found."""
    found: Ints = np.flatnonzero(
        np.isfinite(said).all(axis=1) & np.isin(faces.kind, GENERAL)
    )
    return found


def squares(faces: FaceSet, said: Floats, rows: Ints) -> Numbers:
    """Return (n, 52) squared errors; both sides of a curve get their mean."""
    wrong = (said[rows].astype(np.float64) - faces.weights[rows]) ** 2
    both: Numbers = 0.5 * (wrong + wrong[:, MIRROR[: len(ARKIT)]])
    return both


def growth(squared: Numbers, turn: Numbers) -> float:
    """Return g of the best fit of (error (1 + g turn))^2 to the mean squares."""
    mean = squared.mean(axis=1)

    def misfit(g: float) -> float:
        shape = (1.0 + g * turn) ** 2
        size = (shape @ mean) / (shape @ shape)
        return float(((mean - size * shape) ** 2).sum())

    return float(min(GROWTHS, key=misfit))


def report(name: str, faces: FaceSet, said: Floats) -> str:
    """Return a solver's table as text."""
    rows = moving(faces, said)
    squared = squares(faces, said, rows)
    turn = np.hypot(faces.pose[rows, 0], faces.pose[rows, 1]).astype(np.float64)
    g = growth(squared, turn)
    ahead = np.sqrt((squared / (1.0 + g * turn[:, None]) ** 2).mean(axis=0))
    lines = [
        f"{name}: {len(rows)} faces, all curves {np.sqrt(squared.mean()):.2f}, "
        f"per radian {g:.2f}"
    ]
    done: set[str] = set()
    for curve, error in zip(ARKIT, ahead, strict=True):
        if opposite(curve) not in done:
            done.add(curve)
            lines.append(f'    "{curve}": {error:.2f},')
    return "\n".join(lines)


def strangers(faces: FaceSet) -> Floats:
    """Return geometry's (N, 52) with the average person's neutral face."""
    out = np.full((len(faces), len(ARKIT)), np.nan, dtype=np.float32)
    for i, points in enumerate(faces.points):
        alignment = align(points)
        if alignment is not None:
            turn = matrix_to_vector(alignment.rotation)
            out[i] = solve(read(alignment.points, turn), TYPICAL, turn)
    return out


def main(folder: Path, task: Path | None) -> None:
    """Print the tables."""
    faces = load_faces(folder)
    known = geometric_outputs(faces, lambda *told: None)
    print(report("geometric", faces, known))  # noqa: T201 - it is what the script is for
    rows = moving(faces, known)
    errors = [squares(faces, said, rows).mean() for said in (strangers(faces), known)]
    print(f"    of strangers {np.sqrt(errors[0] / errors[1]):.2f} times")  # noqa: T201
    if task is not None:
        few = load_faces(folder, SHARDS)
        opened = FaceTask(task, video=False)
        said = mediapipe_outputs(few, opened, lambda *told: None)
        print(report("MediaPipe", few, said))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
