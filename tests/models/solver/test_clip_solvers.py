from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from engines.face.face_graph import FaceGraph
from engines.face.mediapipe_mesh import drawn_face
from engines.face.mesh import Picture
from engines.face.solver_network import SolverNetwork
from engines.motion.generator import MotionGenerator
from engines.runtime.engine import Tensors
from engines.runtime.graphs import MOTION
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from models.solver.clip_solvers import (
    ClipSolver,
    Shot,
    SmoothedSolver,
    geometric,
    learned,
)
from models.solver.mirror import mirror
from protocols.arrays import Floats
from protocols.channels import ARKIT
from tests.engines.motion.graph import mean_of
from tests.models.solver_faces import Distance, MadeFaces, canonical_pixels, made_faces

JAW = ARKIT.index("jawOpen")
GREY = np.full((256, 256, 3), 128, dtype=np.uint8)


def made() -> ClipSolver:
    return learned(SolverNetwork(Distance()))


def shown(solver: ClipSolver, points: Floats, start_s: float, seconds: float) -> Floats:
    """Show a still face and return the weights in the end."""
    said = None
    for i in range(round(30 * seconds)):
        said = solver(Shot(start_s + i / 30, GREY, points))
    assert said is not None
    return said


def follow(solver: ClipSolver, points: Floats, start_s: float, seconds: float) -> float:
    """Show a still face and return the largest weight in the end."""
    return float(shown(solver, points, start_s, seconds).max())


@pytest.mark.parametrize("make", [geometric, made])
def test_the_neutral_face_is_learned_until_it_is_held(
    make: Callable[[], ClipSolver],
) -> None:
    # A long chin, as people differ: a little open, until it turns out to be theirs.
    points = canonical_pixels()
    points[[14, 17, 84, 87, 178, 181, 314, 317, 402, 405, 152, 175, 199], 1] += 4.0
    held, learning = make(), make()
    held.hold()
    first = follow(held, points, 0.0, 0.1)
    assert first > 0.0
    assert follow(held, points, 0.1, 3.0) == pytest.approx(first, rel=1e-4)
    assert follow(learning, points, 0.0, 3.0) < 0.5 * first
    learning.close()


@pytest.mark.parametrize("make", [geometric, made])
def test_no_face_says_nothing(make: Callable[[], ClipSolver]) -> None:
    assert make()(Shot(0.0, GREY, None)) is None
    assert make()(Shot(0.0, GREY, np.full((478, 3), np.nan, np.float32))) is None


def test_not_knowing_the_neutral_face_is_not_learning_it() -> None:
    solver = learned(SolverNetwork(Distance()), knowing=False)
    points = canonical_pixels()
    points[:, 0] *= 1.1
    first = follow(solver, points, 0.0, 0.1)
    assert first > 0.0
    assert follow(solver, points, 0.1, 3.0) == pytest.approx(first, rel=0.01)


class Gaping(Distance):
    """Says that the jaw is wide open, whatever the face, and is quite sure of it."""

    def run(self, feeds: Tensors) -> Tensors:
        weights = np.zeros((1, len(ARKIT)), dtype=np.float32)
        weights[0, JAW] = 1.0
        return {"weights": weights, "sigma": np.full_like(weights, 0.1)}


def test_landmarks_guard_the_network_as_in_the_daemon() -> None:
    solver, points = learned(SolverNetwork(Gaping())), canonical_pixels()
    assert shown(solver, points, 0.0, 0.2)[JAW] > 0.02
    assert shown(solver, points, 0.2, 2.0)[JAW] < 1e-3


class Drawn(MadeFaces):
    """Faces whose pictures are all the drawn one, its mouth put to one side."""

    def picture(self, i: int) -> Picture:
        return np.ascontiguousarray(np.roll(drawn_face(), 12, axis=1))


def test_a_mirror_is_seen_anew() -> None:
    made = made_faces(1)
    faces = Drawn(**{name: getattr(made, name) for name in MadeFaces.__slots__})
    rows = np.array([0, 17])
    graph = FaceGraph()
    try:
        seen = mirror(faces, rows, graph, lambda what, done, total: None)
    finally:
        graph.close()
    assert len(seen) == 2
    np.testing.assert_array_equal(seen.picture(1), faces.picture(17)[:, ::-1])
    np.testing.assert_array_equal(seen.weights, faces.weights[rows])
    np.testing.assert_array_equal(seen.kind, faces.kind[rows])
    # The face stands 12 pixels right of the middle, 64, and in a mirror left of it.
    assert np.isfinite(seen.points).all()
    assert 42 < seen.points[0, :, 0].mean() < 60
    assert (seen.patches.std(axis=1) > 0).all()


def test_what_is_sent_is_smoothed_and_starts_anew_after_a_loss() -> None:
    class Steps:
        def __call__(self, shot: Shot) -> Floats | None:
            if shot.points is None:
                return None
            value = float(shot.at_s > 0.2)
            return np.full(len(ARKIT), value, dtype=np.float32)

        def hold(self) -> None: ...

        def close(self) -> None: ...

    points = canonical_pixels()
    solver = SmoothedSolver(Steps())
    before, after = (solver(Shot(at_s, GREY, points)) for at_s in (0.2, 0.233))
    assert before is not None and not before.any()
    assert after is not None and 0.05 < float(after[JAW]) < 0.95
    assert solver(Shot(0.266, GREY, None)) is None
    again = solver(Shot(0.3, GREY, points))
    assert again is not None and float(again[JAW]) == 1.0
    # With a generator it is that one's answer, and a lost face is gone.
    engine = OnnxRuntimeEngine(MOTION, mean_of())
    moved = SmoothedSolver(Steps(), MotionGenerator(engine))
    said = [moved(Shot(at_s, GREY, points)) for at_s in (0.2, 0.233)]
    assert said[1] is not None and 0.05 < float(said[1][JAW]) < 0.95
    assert moved(Shot(0.266, GREY, None)) is None
    moved.close()
