"""An engine in the learned solver's place, which answers what it is told to."""

from __future__ import annotations

import numpy as np

from engines.runtime.engine import Spec, Tensors, check_feeds
from engines.runtime.graphs import SOLVER
from protocols.arrays import Floats


class FakeSolverEngine:
    """Keeps the last feeds. Like a real one it refuses NaN and reuses its arrays."""

    device = "a fake"
    inputs: tuple[Spec, ...] = SOLVER.inputs
    outputs: tuple[Spec, ...] = SOLVER.outputs

    def __init__(self, weights: float = 0.0, sigma: float = 0.1) -> None:
        self.weights = np.full((1, 52), weights, dtype=np.float32)
        self.sigma = np.full((1, 52), sigma, dtype=np.float32)
        self.fed: dict[str, Floats] = {}
        self.closed = False

    def run(self, feeds: Tensors) -> Tensors:
        check_feeds("solver", self.inputs, feeds)
        self.fed = {name: array.copy() for name, array in feeds.items()}
        return {"weights": self.weights, "sigma": self.sigma}

    def close(self) -> None:
        self.closed = True
