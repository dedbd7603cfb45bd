"""ONNX Runtime on the processor: runs everywhere, and is quick enough for our graphs.

One thread and no spinning: with its defaults a 0.6 ms graph paced at 30 Hz keeps a core
98 % busy waiting, where one thread takes 3 % and is as fast.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnxruntime

from .engine import GraphError, Spec, Tensors, check_feeds
from .graphs import Graph


class OnnxRuntimeEngine:
    """Implements `Engine`."""

    def __init__(self, graph: Graph, content: bytes, source: str = "") -> None:
        """Load a graph from the bytes of its file.

        Args:
            graph: the contract that it must keep.
            content: an ONNX model.
            source: where the bytes are from, for messages.

        Raises:
            GraphError: the bytes are no ONNX model, or not this graph.
        """
        source = source or f"{graph.name}.onnx"
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3  # errors only; they are raised as well
        try:
            session = onnxruntime.InferenceSession(
                content, options, providers=["CPUExecutionProvider"]
            )
        # Its exceptions share no base of their own: Fail, InvalidProtobuf, ...
        except Exception as error:
            first = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise GraphError(f"{source}: ONNX Runtime refuses it: {first}") from error
        self.inputs = _specs(source, session.get_inputs())
        self.outputs = _specs(source, session.get_outputs())
        graph.check(source, self.inputs, self.outputs)
        self._names = [spec.name for spec in self.outputs]
        self._graph = graph.name
        self._session: Any = session
        self.device = f"ONNX Runtime {onnxruntime.__version__}, CPU, one thread"

    def run(self, feeds: Tensors) -> Tensors:
        """Execute once; see `Engine`."""
        if self._session is None:
            raise RuntimeError(f"{self._graph}: used after close")
        check_feeds(self._graph, self.inputs, feeds)
        results: list[np.ndarray[Any, np.dtype[np.float32]]]
        results = self._session.run(self._names, dict(feeds))
        return dict(zip(self._names, results, strict=True))

    def close(self) -> None:
        """Free the session. Safe to call twice."""
        self._session = None


def _specs(source: str, nodes: list[Any]) -> tuple[Spec, ...]:
    for node in nodes:
        if node.type != "tensor(float)":
            raise GraphError(f"{source}: {node.name} is {node.type}, expected float32")
        if not all(isinstance(side, int) for side in node.shape):
            raise GraphError(f"{source}: {node.name} has no fixed shape: {node.shape}")
    return tuple(Spec(node.name, tuple(node.shape)) for node in nodes)
