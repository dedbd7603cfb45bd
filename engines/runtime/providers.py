"""Run a graph with one of ONNX Runtime's providers: the whole graph, or an error.

By default ONNX Runtime runs on the processor whatever a provider does not support, and
at most logs it. Here that fallback is switched off, and the session is checked after it
opens.
"""

from __future__ import annotations

from typing import Any, Final

import onnxruntime

from .engine import Spec, Tensors, check_feeds
from .graphs import Graph
from .onnx_runtime import OnnxRuntimeEngine
from .runtimes import DeviceError, need

OPTIONS: Final[dict[str, dict[str, str]]] = {
    "CoreMLExecutionProvider": {"ModelFormat": "MLProgram"},
}
"""Options of a provider beyond its defaults."""


class ProviderEngine:
    """Implements `Engine` with one of ONNX Runtime's providers."""

    inputs: tuple[Spec, ...]
    outputs: tuple[Spec, ...]

    def __init__(
        self, graph: Graph, content: bytes, device: str, source: str = ""
    ) -> None:
        """Load a graph from the bytes of its file.

        Args:
            graph: the contract that it must follow.
            content: an ONNX model.
            device: a name in `RUNTIMES` that has a provider.
            source: where the bytes are from, for messages.

        Raises:
            DeviceError: the provider is not installed, or does not support the whole
                graph.
            GraphError: the bytes are not an ONNX model, or not this graph.
        """
        runtime = need(device)
        # Load on the processor first: an error here means that the file is wrong.
        plain = OnnxRuntimeEngine(graph, content, source)
        self.inputs, self.outputs = plain.inputs, plain.outputs
        plain.close()
        self._session: Any = _session(
            content, runtime.provider, f"{device}: {source or graph.name}"
        )
        self._names = [spec.name for spec in self.outputs]
        self._graph = graph.name
        self.device = f"{runtime.title} ({onnxruntime.__version__})"

    def run(self, feeds: Tensors) -> Tensors:
        """Run once; see `Engine`."""
        if self._session is None:
            raise RuntimeError(f"{self._graph}: used after close")
        check_feeds(self._graph, self.inputs, feeds)
        results = self._session.run(self._names, dict(feeds))
        return dict(zip(self._names, results, strict=True))

    def close(self) -> None:
        """Free the session. Safe to call twice."""
        self._session = None


def _session(content: bytes, provider: str, told: str) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.enable_mem_pattern = provider != "DmlExecutionProvider"  # DirectML does not
    # support it
    options.log_severity_level = 4  # errors are raised anyway
    options.add_session_config_entry("session.disable_cpu_ep_fallback", "1")
    try:
        session = onnxruntime.InferenceSession(
            content,
            options,
            providers=[(provider, OPTIONS.get(provider, {}))],
            enable_fallback=0,
        )
    except Exception as error:  # Fail, EPFail, RuntimeException: no common base
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DeviceError(
            f"{told}: {provider} does not support the graph ({first}); use device cpu"
        ) from error
    taken = session.get_providers()[:1]
    if taken != [provider]:
        raise DeviceError(
            f"{told}: {provider} could not be started, and ONNX Runtime used "
            f"{', '.join(taken)} instead; check its driver, or use device cpu"
        )
    return session
