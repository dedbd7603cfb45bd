"""Collects the nodes and weights of an ONNX graph while a model is converted."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET: Final = 17
IR_VERSION: Final = 8

Array = npt.NDArray[Any]


class Builder:
    """An ONNX graph that grows. Every method returns the name of its result."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[onnx.TensorProto] = []
        self._known: dict[bytes, str] = {}

    def node(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """Add an operator with one output."""
        name = f"{kind.lower()}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def constant(self, values: Any, kind: Any = np.float32) -> str:
        """Add a constant; equal ones are stored once."""
        array = np.ascontiguousarray(values, dtype=kind)
        key = array.tobytes() + str((array.shape, array.dtype)).encode()
        if key not in self._known:
            name = f"c{len(self._weights)}"
            self._known[key] = name
            self._weights.append(numpy_helper.from_array(array, name))
        return self._known[key]

    def weights(self, values: Array) -> str:
        """Add trained weights: in half precision, as the source has them.

        A runtime widens them once, when it loads the graph.

        Raises:
            ValueError: half precision would change them.
        """
        half = np.asarray(values, dtype=np.float16)
        if not np.array_equal(half.astype(np.float32), values):
            return self.constant(values)
        return self.node("Cast", self.constant(half, np.float16), to=TensorProto.FLOAT)

    def indices(self, values: Any) -> str:
        """Add whole numbers: shapes, axes, places."""
        return self.constant(values, np.int64)

    def named(self, value: str, name: str) -> None:
        """Give a result the name of an output of the graph."""
        self._nodes.append(helper.make_node("Identity", [value], [name]))

    def model(
        self,
        inputs: dict[str, tuple[int, ...]],
        outputs: dict[str, tuple[int, ...]],
        about: str,
    ) -> bytes:
        """Return the ONNX file.

        Args:
            inputs: shapes by name, all float32.
            outputs: likewise.
            about: what it is and where it comes from, for the file's own description.
        """

        def values(specs: dict[str, tuple[int, ...]]) -> list[onnx.ValueInfoProto]:
            return [
                helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
                for name, shape in specs.items()
            ]

        graph = helper.make_graph(
            self._nodes, "facewire", values(inputs), values(outputs), self._weights
        )
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
            producer_name="facewire",
            doc_string=about,
        )
        onnx.checker.check_model(model, full_check=True)
        return bytes(model.SerializeToString(deterministic=True))
