"""Tiny graphs with the generator's contract, for the real ONNX Runtime.

`mean_of` is one of the bank's means plus a trend times the lead; the other two go
astray where `TRIGGER` is high.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from onnx import NodeProto, TensorProto, checker, helper, numpy_helper

from engines.motion.signals import SIGNALS
from engines.runtime.graphs import MOTION

Array = npt.NDArray[Any]

TRIGGER: Final = "eyeBlinkRight"
"""Above a limit, `not_a_number` and `runaway` go astray."""


def mean_of(mean: int = 1, *, trend: float = 0.0, offset: float = 0.0) -> bytes:
    """Return a graph: one of the bank's means + offset, + trend * lead everywhere.

    The state out is the state in.
    """
    return _model(
        [
            helper.make_node("Gather", ["bank", "mean"], ["row"], axis=1),
            helper.make_node("Mul", ["lead", "trend"], ["ahead"]),
            helper.make_node("Add", ["row", "ahead"], ["leading"]),
            helper.make_node("Add", ["leading", "offset"], ["values"]),
            helper.make_node("Identity", ["hidden"], ["hidden_out"]),
            helper.make_node("Identity", ["cell"], ["cell_out"]),
        ],
        mean=np.array(mean, dtype=np.int64),
        trend=np.array([[trend]], dtype=np.float32),
        offset=np.array([[offset]], dtype=np.float32),
    )


def always_not_a_number() -> bytes:
    """Return a graph whose values are NaN."""
    return not_a_number(above=-1.0)


def not_a_number(above: float = 0.5) -> bytes:
    """Return a graph whose values are NaN where the trigger is above a number."""
    return _model(
        [
            helper.make_node("Gather", ["bank", "mean"], ["row"], axis=1),
            *_trigger(),
            # The root of what is below 0.
            helper.make_node("Sub", ["limit", "triggered"], ["left"]),
            helper.make_node("Sqrt", ["left"], ["root"]),
            helper.make_node("Mul", ["root", "zero"], ["nothing"]),
            helper.make_node("Add", ["row", "nothing"], ["values"]),
            helper.make_node("Identity", ["hidden"], ["hidden_out"]),
            helper.make_node("Identity", ["cell"], ["cell_out"]),
        ],
        mean=np.array(1, dtype=np.int64),
        limit=np.array([[above]], dtype=np.float32),
        zero=np.array([[0.0]], dtype=np.float32),
    )


def runaway(factor: float = 8.0) -> bytes:
    """Return a graph whose cell grows by `factor` a frame while triggered."""
    return _model(
        [
            helper.make_node("Gather", ["bank", "mean"], ["row"], axis=1),
            helper.make_node("Identity", ["row"], ["values"]),
            *_trigger(),
            helper.make_node("Mul", ["cell", "factor"], ["grown"]),
            helper.make_node("Add", ["grown", "triggered"], ["cell_out"]),
            helper.make_node("Identity", ["hidden"], ["hidden_out"]),
        ],
        mean=np.array(1, dtype=np.int64),
        factor=np.array([[factor]], dtype=np.float32),
    )


def _trigger() -> list[NodeProto]:
    return [
        helper.make_node("Gather", ["bank", "newest"], ["seen"], axis=1),
        helper.make_node("Gather", ["seen", "trigger"], ["triggered"], axis=1),
    ]


def _model(nodes: list[NodeProto], **constants: Array) -> bytes:
    constants["newest"] = np.array(0, dtype=np.int64)
    constants["trigger"] = np.array([SIGNALS.index(TRIGGER)], dtype=np.int64)
    used = {name for node in nodes for name in node.input}
    graph = helper.make_graph(
        nodes,
        "tiny",
        [
            helper.make_tensor_value_info(spec.name, TensorProto.FLOAT, spec.shape)
            for spec in MOTION.inputs
        ],
        [
            helper.make_tensor_value_info(spec.name, TensorProto.FLOAT, spec.shape)
            for spec in MOTION.outputs
        ],
        [
            numpy_helper.from_array(array, name)
            for name, array in constants.items()
            if name in used
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    checker.check_model(model)
    return bytes(model.SerializeToString())
