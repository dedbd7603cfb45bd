"""Every runtime that the contract is asked of, and why one is not here.

A runtime is named by what computes. The simulated card is one of its own: it shows that
our side keeps the contract, and nothing of TensorRT.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engines.runtime.cache import PlanCache
from engines.runtime.engine import Engine
from engines.runtime.graphs import Graph
from engines.runtime.nvidia.engine import NvidiaEngine
from engines.runtime.nvidia.platform import platform
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from engines.runtime.openvino_runtime import OpenVinoEngine
from engines.runtime.plan_key import Flavour
from engines.runtime.precision import form
from engines.runtime.providers import ProviderEngine
from engines.runtime.runtimes import RUNTIMES, DeviceError

from .nvidia.simulated import SimulatedNvidia

Opener = Callable[[Graph, bytes, Path], Engine]


def _cpu(graph: Graph, content: bytes, folder: Path) -> Engine:
    return OnnxRuntimeEngine(graph, content)


def _half(graph: Graph, content: bytes, folder: Path) -> Engine:
    made = form(content, "fp16", nvidia=False, source=graph.name)
    return OnnxRuntimeEngine(graph, made.content)


def _openvino(graph: Graph, content: bytes, folder: Path) -> Engine:
    return OpenVinoEngine(graph, content)


def _simulated(graph: Graph, content: bytes, folder: Path) -> Engine:
    return NvidiaEngine(
        graph, content, SimulatedNvidia().platform(), PlanCache(folder / "simulated")
    )


def _provider(device: str) -> Opener:
    return lambda graph, content, folder: ProviderEngine(graph, content, device)


def _nvidia(flavour: Flavour) -> Opener:
    return lambda graph, content, folder: NvidiaEngine(
        graph, content, platform(flavour), PlanCache(folder / flavour)
    )


OPENERS: dict[str, Opener] = {
    "cpu": _cpu,
    "cpu, fp16": _half,
    "openvino": _openvino,
    "cuda": _provider("cuda"),
    "directml": _provider("directml"),
    "coreml": _provider("coreml"),
    "tensorrt": _nvidia("tensorrt"),
    "tensorrt_rtx": _nvidia("tensorrt_rtx"),
    "simulated card": _simulated,
}


ABSENT = {
    name: RUNTIMES[name].missing()
    for name in OPENERS
    if name in RUNTIMES and RUNTIMES[name].missing()
}
"""What is not installed, and what would install it."""


def open_or_skip(name: str, graph: Graph, content: bytes, folder: Path) -> Engine:
    """Return an engine of a runtime that is installed; skip if it finds no card."""
    try:
        return OPENERS[name](graph, content, folder)
    except DeviceError as error:
        if "no NVIDIA card" in str(error) or "cannot be loaded" in str(error):
            pytest.skip(str(error))
        raise
