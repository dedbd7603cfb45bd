"""Check that an engine computes the same as ONNX Runtime on the processor.

Compilers can be wrong: TensorRT 11.2 is known to have turned a network's results into
NaN. So every other runtime must pass this test on the same random inputs before it is
used. State is fed back, so that errors that grow from frame to frame are found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from .engine import Engine, Tensors
from .graphs import Graph

STEPS: Final = 12
"""Number of calls in a row."""

TOLERANCE: Final = {"fp32": 1e-3, "fp16": 5e-2, "int8": 5e-2}
"""Largest allowed difference, as a share of the output's largest number or of 1."""


@dataclass(frozen=True, slots=True)
class Parity:
    """The largest difference found, and where."""

    worst: float
    """As a share of the output's largest number or of 1; inf if a result is not
    finite."""
    output: str
    step: int

    def within(self, precision: str) -> bool:
        """Return True if the precision explains the difference."""
        return self.worst <= TOLERANCE[precision]


def carried(graph: Graph) -> dict[str, str]:
    """Return the inputs that carry state, with the outputs that provide it."""
    outputs = {spec.name for spec in graph.outputs}
    return {
        spec.name: f"{spec.name}_out"
        for spec in graph.inputs
        if f"{spec.name}_out" in outputs
    }


def made_up(graph: Graph, seed: int) -> dict[str, npt.NDArray[np.float32]]:
    """Return random inputs from a seed: normal, deviation 0.5; state starts at zero."""
    rng = np.random.default_rng(seed)
    state = carried(graph)
    return {
        spec.name: np.zeros(spec.shape, np.float32)
        if spec.name in state
        else rng.normal(0.0, 0.5, spec.shape).astype(np.float32)
        for spec in graph.inputs
    }


def compare(graph: Graph, engine: Engine, reference: Engine) -> Parity:
    """Return the largest difference of an engine from the reference over `STEPS`
    calls."""
    state = carried(graph)
    mine: dict[str, npt.NDArray[np.float32]] = {}
    theirs: dict[str, npt.NDArray[np.float32]] = {}
    found = Parity(0.0, graph.outputs[0].name, 0)
    for step in range(STEPS):
        feeds = made_up(graph, step)
        got = _copies(engine.run(feeds | mine))
        want = _copies(reference.run(feeds | theirs))
        for spec in graph.outputs:
            worst = _difference(got[spec.name], want[spec.name])
            if worst > found.worst:
                found = Parity(worst, spec.name, step)
        if found.worst == np.inf:
            return found
        mine = {name: got[out] for name, out in state.items()}
        theirs = {name: want[out] for name, out in state.items()}
    return found


def _copies(tensors: Tensors) -> dict[str, npt.NDArray[np.float32]]:
    return {name: array.copy() for name, array in tensors.items()}


def _difference(got: npt.NDArray[np.float32], want: npt.NDArray[np.float32]) -> float:
    if got.shape != want.shape or not np.isfinite(got).all():
        return np.inf
    size = max(1.0, float(np.abs(want).max()))
    return float(np.abs(got - want).max()) / size
