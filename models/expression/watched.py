"""A clip as the daemon sees it: what the expression network reads, and when the face
rests.

The faces are found by the daemon's own tracker, cut as the daemon cuts them, and solved
by the solver that ships.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from engines.expression.resting import at_rest
from engines.face.crop import face_input
from engines.face.curve_solver import view
from engines.face.face_graph import FaceGraph
from engines.face.learned_solver import LearnedSolver
from engines.face.preprocess import align
from engines.face.solver_network import SolverNetwork
from engines.runtime.engine import Engine
from engines.runtime.graphs import EXPRESSION, SOLVER
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from engines.runtime.weights import find_weights
from models.solver.clips import frames
from protocols.arrays import Floats

KNOWN: Final = 0.5
"""Trust in the neutral face from which curves tell a face at rest, as in the daemon."""


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """The frames of a clip in which a face is seen."""

    name: str
    seconds: npt.NDArray[np.float64]
    """(n,)"""
    read: Floats
    """(n, 8) probabilities, as the network gives them."""
    rest: npt.NDArray[np.bool_]
    """(n,) True where the curves say that the face rests."""

    @property
    def minutes(self) -> float:
        """Time from the first to the last frame."""
        return float(self.seconds[-1] - self.seconds[0]) / 60.0


def watch_live(
    clips: list[Path], graph: bytes, tell: Callable[[str], None] = lambda sentence: None
) -> list[Watched]:
    """Return clips as the daemon would see them.

    Args:
        clips: films with a face each.
        graph: the ONNX file of an expression network.
        tell: called with the name of each clip.

    Raises:
        ValueError: a file cannot be read, or shows no face.
    """
    reader = OnnxRuntimeEngine(EXPRESSION, graph)
    solver = OnnxRuntimeEngine(SOLVER, find_weights(SOLVER.name).read())
    try:
        network = SolverNetwork(solver)
        found = []
        for clip in clips:
            tell(clip.name)
            found.append(_watch(clip, reader, LearnedSolver(network)))
        return found
    finally:
        solver.close()
        reader.close()


def _watch(clip: Path, reader: Engine, solver: LearnedSolver) -> Watched:
    face, read = EXPRESSION.inputs[0].name, EXPRESSION.outputs[0].name
    seconds, said, rest = [], [], []
    graph = FaceGraph()
    try:
        for at_s, picture in frames(clip):
            rgb = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)
            points = graph.find(rgb)
            alignment = None if points is None else align(points)
            if points is None or alignment is None:
                continue
            said.append(reader.run({face: face_input(picture, points)})[read][0].copy())
            weights = solver.solve(view(picture, alignment, at_s)).weights
            known = solver.neutral.share > KNOWN
            seconds.append(at_s)
            rest.append(known and at_rest(weights))
    finally:
        graph.close()
    if len(seconds) < 2:
        raise ValueError(f"{clip}: fewer than two frames show a face")
    return Watched(clip.stem, np.array(seconds), np.stack(said), np.array(rest))
