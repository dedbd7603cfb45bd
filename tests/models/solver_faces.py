"""Made-up faces and solvers for the tests of the solvers' evaluation."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from engines.face.canonical_face import CANONICAL, COUNT
from engines.face.mesh import Picture
from engines.face.patches import SIZE
from engines.runtime.engine import Spec, Tensors
from engines.runtime.graphs import SOLVER
from models.data.rendered.expressions import Kind
from models.solver.clip_solvers import Shot
from protocols.arrays import Floats
from protocols.channels import ARKIT

LIPS = (14, 17, 84, 87, 178, 181, 314, 317, 402, 405, 152, 175, 199, 148, 377, 176, 400)
"""Points of the lower lip and the chin."""


@dataclass(frozen=True, slots=True, eq=False)
class MadeFaces:
    """Implements `baselines.Faces`; every picture is one grey level, its row's."""

    points: Floats
    weights: Floats
    pose: Floats
    identity: npt.NDArray[np.int32]
    kind: npt.NDArray[np.uint8]
    patches: npt.NDArray[np.uint8]

    def picture(self, i: int) -> Picture:
        return np.full((64, 64, 3), i, dtype=np.uint8)

    def __len__(self) -> int:
        return len(self.identity)


def made_faces(people: int = 6, seed: int = 0) -> MadeFaces:
    """Return people with five faces at rest, twelve that move, one that is turned."""
    rng = np.random.default_rng(seed)
    kinds = [
        *(5 * [Kind.NEUTRAL], 3 * [Kind.MIXTURE], 3 * [Kind.SPARSE]),
        *(3 * [Kind.SWEEP], 3 * [Kind.TAKE], [Kind.TURN]),
    ]
    each = [kind for group in kinds for kind in group]
    n = people * len(each)
    kind = np.array(people * each, dtype=np.uint8)
    weights = rng.uniform(0, 1, (n, len(ARKIT))).astype(np.float32)
    for i in range(n):
        if kind[i] in (Kind.NEUTRAL, Kind.TURN):
            weights[i] = 0.0
        elif kind[i] == Kind.SWEEP:
            alone = rng.integers(len(ARKIT))
            strength = weights[i, alone]
            weights[i] = 0.0
            weights[i, alone] = strength
    pose = np.zeros((n, 3), dtype=np.float32)
    pose[kind == Kind.TURN, 0] = 0.5
    return MadeFaces(
        points=np.repeat(canonical_pixels()[None], n, axis=0),
        weights=weights,
        pose=pose,
        identity=np.repeat(np.arange(people, dtype=np.int32), len(each)),
        kind=kind,
        patches=np.zeros((n, SIZE), dtype=np.uint8),
    )


def opened(people: int = 2) -> MadeFaces:
    """Return faces at rest but for the last of each person, whose mouth is open."""
    faces = made_faces(people)
    points = faces.points.copy()
    for rows in (np.flatnonzero(faces.identity == who) for who in range(people)):
        points[rows[-1], LIPS, 1] += 20.0
    return replace(faces, points=points)


def canonical_pixels() -> Floats:
    """Return (478, 3) pixels of the average face looking ahead, 10 to a centimetre."""
    scaled: Floats = (10.0 * CANONICAL * (1.0, -1.0, -1.0)).astype(np.float32)
    scaled[:, :2] += 128.0
    if scaled.shape != (COUNT, 3):
        raise ValueError(scaled.shape)
    return scaled


class Says:
    """Implements `ClipSolver`: every curve is the picture's mean over 255."""

    def __init__(self, lag: float = 0.0) -> None:
        self.held = False
        self.closed = False
        self._lag = lag
        self._last: float | None = None

    def __call__(self, shot: Shot) -> Floats | None:
        now = float(shot.picture.mean()) / 255
        before = now if self._last is None else self._last
        self._last = now + self._lag * (before - now)
        return np.full(len(ARKIT), self._last, dtype=np.float32)

    def hold(self) -> None:
        self.held = True

    def close(self) -> None:
        self.closed = True


class Distance:
    """Implements `Engine`: every weight is how far the face is from its neutral."""

    device = "a fake"
    inputs: tuple[Spec, ...] = SOLVER.inputs
    outputs: tuple[Spec, ...] = SOLVER.outputs

    def run(self, feeds: Tensors) -> Tensors:
        moved = feeds["moved"]
        if not moved.any():  # nothing is known of the neutral face
            moved = feeds["landmarks"] - CANONICAL
        away = float(np.abs(moved).mean())
        weights = np.full((1, len(ARKIT)), away, dtype=np.float32)
        return {"weights": weights, "sigma": weights}

    def close(self) -> None:
        pass
