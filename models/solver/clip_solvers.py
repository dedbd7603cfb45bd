"""The solvers as they are shown a clip, frame by frame.

Our own two run the chain that ships (`engines.face`): the neutral face is learned, gaze
is held behind closed lids, and the landmarks guard the network. Only bones are left
out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from engines.face.anchor import Anchor
from engines.face.anchor_strengths import SHIPPED, Strengths
from engines.face.curve_solver import CurveSolver, GeometricSolver, view
from engines.face.learned_solver import LearnedSolver
from engines.face.mesh import Picture, Points
from engines.face.preprocess import align
from engines.face.solver_network import SolverNetwork
from engines.face.task import FaceTask
from engines.motion.generator import MotionGenerator
from engines.motion.signals import COUNT as SIGNAL_COUNT
from engines.motion.signals import WEIGHTS
from engines.one_euro import OneEuro
from engines.runtime.engine import GraphError
from engines.runtime.graphs import MOTION
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from engines.runtime.weights import find_weights
from protocols.arrays import Floats
from protocols.channels import CHANNELS, WEIGHTS_SLICE


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """One frame of a clip."""

    at_s: float
    picture: Picture
    """BGR."""
    points: Points | None
    """Where the daemon's tracker finds the face."""


class ClipSolver(Protocol):
    """A solver that is shown a clip."""

    def __call__(self, shot: Shot) -> Floats | None:
        """Return (52,) weights, 0 to 1; None where it sees no face."""

    def hold(self) -> None:
        """Learn no more of the actor's neutral face."""

    def close(self) -> None:
        """Free what it holds."""


Opener = Callable[[], ClipSolver]
"""Returns a solver that has seen nothing yet."""


class ShippedSolver:
    """The daemon's own solve chain: a solver that learns the neutral face."""

    def __init__(self, solver: CurveSolver, *, knowing: bool = True) -> None:
        """Start with the average person.

        Args:
            solver: this clip's own; whoever opened its network closes that.
            knowing: learn the neutral face; else the average one stays.
        """
        self._solver = solver
        if not knowing:
            self.hold()

    def __call__(self, shot: Shot) -> Floats | None:
        """Implement `ClipSolver`."""
        alignment = None if shot.points is None else align(shot.points)
        if alignment is None:
            return None
        return self._solver.solve(view(shot.picture, alignment, shot.at_s)).weights

    def hold(self) -> None:
        """Implement `ClipSolver`."""
        self._solver.neutral.freeze()

    def close(self) -> None:
        """Implement `ClipSolver`."""


def geometric() -> ShippedSolver:
    """Return the geometric solver, opened for one clip."""
    return ShippedSolver(GeometricSolver())


def learned(
    network: SolverNetwork, *, knowing: bool = True, strengths: Strengths = SHIPPED
) -> ShippedSolver:
    """Return the learned solver, opened for one clip; see `ShippedSolver`."""
    solver = LearnedSolver(network, anchor=Anchor(strengths=strengths))
    return ShippedSolver(solver, knowing=knowing)


class SmoothedSolver:
    """Another solver, smoothed as the daemon does before it sends."""

    def __init__(
        self, solver: ClipSolver, generator: MotionGenerator | None = None
    ) -> None:
        """Start with nobody seen.

        Args:
            solver: closed with this.
            generator: this one's own, closed likewise; None smooths by One-Euro.
        """
        self._solver = solver
        self._generator = generator
        self._smooth = OneEuro()

    def __call__(self, shot: Shot) -> Floats | None:
        """Implement `ClipSolver`."""
        said = self._solver(shot)
        if self._generator is not None:
            if said is None:
                self._generator.miss(shot.at_s)
                return None
            signals = np.zeros(SIGNAL_COUNT, dtype=np.float32)
            signals[WEIGHTS] = said
            self._generator.observe(signals, shot.at_s)
            return self._generator.at(shot.at_s)[WEIGHTS]
        if said is None:
            self._smooth.reset()
            return None
        vector = np.zeros(len(CHANNELS), dtype=np.float32)
        vector[WEIGHTS_SLICE] = said
        return self._smooth(vector, shot.at_s)[WEIGHTS_SLICE]

    def hold(self) -> None:
        """Implement `ClipSolver`."""
        self._solver.hold()

    def close(self) -> None:
        """Implement `ClipSolver`."""
        self._solver.close()
        if self._generator is not None:
            self._generator.close()


def shipped_generator() -> MotionGenerator | None:
    """Return what smooths in the daemon; None where One-Euro does."""
    try:
        content = find_weights(MOTION.name).read()
    except GraphError:
        return None
    return MotionGenerator(OnnxRuntimeEngine(MOTION, content))


class MediaPipeSolver:
    """MediaPipe's own curves, as they come."""

    def __init__(self, path: Path, video: bool = True) -> None:
        self._task = FaceTask(path, video=video)

    def __call__(self, shot: Shot) -> Floats | None:
        """Implement `ClipSolver`."""
        picture = np.asarray(cv2.cvtColor(shot.picture, cv2.COLOR_BGR2RGB), np.uint8)
        found = self._task.find(picture, round(shot.at_s * 1000))
        return found[0][1] if found else None

    def hold(self) -> None:
        """Implement `ClipSolver`: it learns nothing."""

    def close(self) -> None:
        """Implement `ClipSolver`."""
        self._task.close()
