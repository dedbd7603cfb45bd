"""Networks in the refiner's place: fakes that answer at will, and a real tiny graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, checker, helper, numpy_helper

from engines.motion.signals import COUNT
from engines.refine.layout import LENGTH
from engines.runtime.engine import Spec, Tensors, check_feeds
from engines.runtime.graphs import REFINER
from protocols.arrays import Floats

Answer = Callable[[Floats], npt.NDArray[Any]]
"""(1, TOLD, LENGTH) in, anything that fits (1, 58, LENGTH) out."""


class FakeRefinerEngine:
    """Like a real one it refuses NaN and uses its array again."""

    device = "a fake"
    inputs: tuple[Spec, ...] = REFINER.inputs
    outputs: tuple[Spec, ...] = REFINER.outputs

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._out = np.empty((1, COUNT, LENGTH), np.float32)
        self.runs = 0
        self.closed = False

    def run(self, feeds: Tensors) -> Tensors:
        check_feeds("refiner", self.inputs, feeds)
        self.runs += 1
        self._out[:] = self._answer(feeds["window"])
        return {"residual": self._out}

    def close(self) -> None:
        self.closed = True


def nothing(window: Floats) -> Floats:
    """Change nothing."""
    return np.zeros((1, COUNT, LENGTH), np.float32)


def calming(window: Floats) -> Floats:
    """Draw every signal toward its mean over five samples, as far as is allowed."""
    values = window[0, :COUNT]
    padded = np.pad(values, ((0, 0), (2, 2)), mode="edge")
    mean = sum(padded[:, k : k + LENGTH] for k in range(5)) / np.float32(5.0)
    out: Floats = np.asarray((mean - values) / np.float32(0.12), np.float32)[None]
    return out


def hostile(kind: str, seed: int = 0) -> Answer:
    """Return a network that means ill."""
    rng = np.random.default_rng(seed)
    shape = (1, COUNT, LENGTH)
    return {
        "random": lambda window: rng.uniform(-1.0, 1.0, shape),
        "small": lambda window: rng.uniform(-0.05, 0.05, shape),
        "slow": lambda window: (
            np.sin(np.arange(LENGTH) / 20.0) * rng.uniform(-0.4, 0.4, (1, COUNT, 1))
        ),
        "up": lambda window: np.ones(shape),
        "down": lambda window: -np.ones(shape),
        "huge": lambda window: np.full(shape, 1e30),
        "nan": lambda window: np.full(shape, np.nan),
        "flatten": lambda window: -8.0 * window[:, :COUNT],
        "amplify": lambda window: 8.0 * window[:, :COUNT],
    }[kind]


KINDS = (
    *("random", "small", "slow", "up", "down", "huge", "nan", "flatten", "amplify"),
)


def calming_graph() -> bytes:
    """Return `calming` as a graph for the real ONNX Runtime."""
    kernel = np.full((COUNT, 1, 5), 0.2 / 0.12, np.float32)
    kernel[:, :, 2] -= 1.0 / 0.12
    constants: dict[str, npt.NDArray[Any]] = {
        "kernel": kernel,
        "starts": np.array([0], np.int64),
        "ends": np.array([COUNT], np.int64),
        "axes": np.array([1], np.int64),
        "pads": np.array([0, 0, 2, 0, 0, 2], np.int64),
    }
    graph = helper.make_graph(
        [
            helper.make_node("Slice", ["window", "starts", "ends", "axes"], ["values"]),
            helper.make_node("Pad", ["values", "pads"], ["padded"], mode="edge"),
            helper.make_node("Conv", ["padded", "kernel"], ["residual"], group=COUNT),
        ],
        "tiny",
        [
            helper.make_tensor_value_info(spec.name, TensorProto.FLOAT, spec.shape)
            for spec in REFINER.inputs
        ],
        [
            helper.make_tensor_value_info(spec.name, TensorProto.FLOAT, spec.shape)
            for spec in REFINER.outputs
        ],
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    checker.check_model(model)
    return bytes(model.SerializeToString())
