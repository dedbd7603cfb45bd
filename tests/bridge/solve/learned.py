"""The learned solver in an actor, with a network that says what it is told to."""

from __future__ import annotations

from contextlib import AbstractContextManager

import numpy as np

from bridge.capture.source import Image
from bridge.solve.actor import Actor
from engines.face.anchor import BASIS
from engines.face.learned_solver import LearnedSolver
from engines.face.solver_network import SolverNetwork
from engines.runtime.engine import FeedError, Tensors
from protocols.arrays import Floats
from protocols.channels import INDEX
from protocols.frame import FaceFrame
from tests.bridge.solve.puppet import FRAME_NS, Face, face, seen, shifted
from tests.engines.face.made_views import some
from tests.engines.fake_solver import FakeSolverEngine

RNG = np.random.default_rng(9)
PICTURE = RNG.integers(0, 256, (480, 640, 3), dtype=np.uint8)
SMILE = shifted(face(), dict.fromkeys((61, 78, 291, 308), (0.0, 0.8, -0.4)))


def doing(**weights: float) -> Face:
    """Return the neutral face moved as the basis of faces moves it."""
    points = face()
    points[BASIS.points] += (some(**weights) @ BASIS.moves).reshape(-1, 3)
    return points


SMILING = doing(mouthSmileLeft=0.8, mouthSmileRight=0.8)


def learned(
    engine: FakeSolverEngine,
    *,
    usual: float = 0.1,
    timer: AbstractContextManager[object] | None = None,
) -> Actor:
    solver = LearnedSolver(SolverNetwork(engine), "anna", usual=usual, timer=timer)
    return Actor("anna", solver)


def show(
    actor: Actor, points: Face, frames: int, start: int = 0, scale: float = 12.0
) -> FaceFrame:
    """Show a face in a picture with something in it; return the last frame."""
    for i in range(start, start + frames):
        image = Image(i, i * FRAME_NS, 0, PICTURE)
        frame = actor.solve(image, seen(points, scale=scale))
    return frame


def weight(frame: FaceFrame, name: str) -> float:
    return float(frame.vector[INDEX[name]])


def doubt(frame: FaceFrame) -> Floats:
    assert frame.doubt is not None
    return frame.doubt


class Switched(FakeSolverEngine):
    """Refuses every face once it is told to."""

    refuses = False

    def run(self, feeds: Tensors) -> Tensors:
        if self.refuses:
            raise FeedError("solver: landmarks holds NaN or infinity")
        return super().run(feeds)
