"""Run a graph with OpenVINO on the processor: faster than ONNX Runtime for 8-bit
graphs.

This uses OpenVINO's own package, because the wheels of ONNX Runtime with OpenVINO
overwrite the files of ONNX Runtime. The precision is fixed: OpenVINO would choose
bfloat16 on processors that have it, and curves would change with the machine. Tensors
are made once and shared, which halves the time of a call. There are two threads,
because with one thread and fp32 OpenVINO 2026.4.1 crashes the process while it compiles
the solver (AMD Zen 4).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .engine import GraphError, Spec, Tensors, check_feeds
from .graphs import Graph
from .runtimes import load, need


class OpenVinoEngine:
    """Implements `Engine`."""

    def __init__(self, graph: Graph, content: bytes, source: str = "") -> None:
        """Load a graph from the bytes of its file.

        Raises:
            DeviceError: OpenVINO is not installed.
            GraphError: the bytes are not an ONNX model, or not this graph.
        """
        openvino = load("openvino", need("openvino"))
        source = source or f"{graph.name}.onnx"
        core = openvino.Core()
        try:
            model = core.read_model(model=content)
            if not model.outputs:
                raise GraphError(f"{source}: OpenVINO finds no outputs in it")
            self.inputs = _specs(source, model.inputs)
            self.outputs = _specs(source, model.outputs)
            graph.check(source, self.inputs, self.outputs)
            compiled = core.compile_model(
                model,
                "CPU",
                {
                    "INFERENCE_PRECISION_HINT": "f32",
                    "INFERENCE_NUM_THREADS": "2",
                    "PERFORMANCE_HINT": "LATENCY",
                },
            )
        except RuntimeError as error:  # its only exception; the last line gives the
            # reason
            lines = [line for line in str(error).splitlines() if line.strip()]
            last = lines[-1] if lines else "no reason given"
            raise GraphError(f"{source}: OpenVINO refuses it: {last}") from error
        self._request: Any = compiled.create_infer_request()
        self._feeds = {
            spec.name: np.zeros(spec.shape, np.float32) for spec in self.inputs
        }
        for at, array in enumerate(self._feeds.values()):
            tensor = openvino.Tensor(array, shared_memory=True)
            self._request.set_input_tensor(at, tensor)
        self._results = {
            spec.name: self._request.get_output_tensor(at).data
            for at, spec in enumerate(self.outputs)
        }
        self._graph = graph.name
        self.device = f"OpenVINO {openvino.__version__.split('-')[0]}, CPU, two threads"

    def run(self, feeds: Tensors) -> Tensors:
        """Run once; see `Engine`."""
        if self._request is None:
            raise RuntimeError(f"{self._graph}: used after close")
        check_feeds(self._graph, self.inputs, feeds)
        for name, array in self._feeds.items():
            array[...] = feeds[name]
        self._request.infer()
        return dict(self._results)

    def close(self) -> None:
        """Free the request. Safe to call twice."""
        self._results = {}
        self._request = None


def _specs(source: str, ports: list[Any]) -> tuple[Spec, ...]:
    for port in ports:
        kind = port.get_element_type().get_type_name()
        if kind != "f32":
            raise GraphError(f"{source}: {port.any_name} is {kind}, expected float32")
        if not port.partial_shape.is_static:
            raise GraphError(
                f"{source}: {port.any_name} has no fixed shape: {port.partial_shape}"
            )
    return tuple(Spec(port.any_name, tuple(port.shape)) for port in ports)
