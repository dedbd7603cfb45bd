"""Choose the runtime for a graph, in one place, and give the reason.

auto            TensorRT, TensorRT-RTX, ONNX Runtime on CUDA, else the processor: the
                first that is installed, finds its card and is ready
any other name  that runtime, or an error

"auto" compiles nothing, so that a start is never late; it only uses kept plans. Every
runtime other than the processor must first give the processor's results (`parity.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from .cache import PlanCache, PlanRefused
from .engine import Engine, GraphError
from .graphs import Graph
from .nvidia.builder import BuildStopped, Progress
from .nvidia.engine import NvidiaEngine, Wishes, never, silent
from .nvidia.platform import Platform, platform
from .onnx_runtime import OnnxRuntimeEngine
from .openvino_runtime import OpenVinoEngine
from .parity import compare
from .plan_key import Flavour
from .precision import Precision, Spare, form, no_spare
from .providers import ProviderEngine
from .runtimes import RUNTIMES, Device, DeviceError, PlanMissing, need

AUTO: Final[tuple[Device, ...]] = ("tensorrt", "tensorrt_rtx", "cuda", "cpu")
"""The order of "auto"; OpenVINO, DirectML and Core ML are used only by name."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An engine and why it was chosen."""

    engine: Engine
    device: Device
    title: str
    """The runtime and the precision."""
    reason: str
    """One sentence without a full stop, for users."""
    passed: tuple[str, ...] = ()
    """One sentence for each installed runtime that "auto" could not use."""
    uncompiled: Device | None = None
    """The runtime that "auto" would have used if its plan were kept."""


@dataclass(frozen=True, slots=True)
class Nvidia:
    """How to use TensorRT; the defaults are the real system."""

    cache: PlanCache | None = None
    """None means the user's own folder, created when it is first needed."""
    progress: Progress = silent
    stopped: Callable[[], bool] = never
    """Called while another program compiles the same graph; True stops waiting."""
    platform: Callable[[Flavour], Platform] = platform
    int8: Spare = no_spare
    """Reads the graph in eight bits, in the form that TensorRT's parser accepts."""


def open_engine(
    graph: Graph,
    content: bytes,
    device: Device = "auto",
    *,
    precision: Precision = "auto",
    source: str = "",
    nvidia: Nvidia | None = None,
) -> Opened:
    """Return a graph's engine.

    Args:
        graph: the contract that the file must follow.
        content: an ONNX model, as it ships.
        device: the runtime to use, or "auto".
        precision: the precision; for "auto" see `precision.form`.
        source: where the bytes are from, for messages.
        nvidia: how to use TensorRT.

    Raises:
        DeviceError: the named runtime is not installed, finds no card, or does not
            support the whole graph; the message says what to do.
        GraphError: the bytes are not an ONNX model, not this graph, or there is no such
            precision of it.
    """
    source = source or f"{graph.name}.onnx"
    nvidia = nvidia or Nvidia()
    asked = (graph, content, precision, source)
    if device != "auto":
        need(device)
        engine, title, problems = _open(device, *asked, nvidia, may_build=True)
        reason = "; ".join((f"{title}, as asked", *problems))
        return Opened(engine, device, title, reason)
    passed: list[str] = []
    uncompiled: Device | None = None
    for one in AUTO[:-1]:
        if RUNTIMES[one].missing():
            continue
        try:
            engine, title, problems = _open(one, *asked, nvidia, may_build=False)
        except (DeviceError, GraphError) as error:
            passed.append(str(error).splitlines()[0])
            if isinstance(error, PlanMissing):
                uncompiled = uncompiled or one
        else:
            reason = "; ".join((title, *passed, *problems))
            return Opened(engine, one, title, reason, tuple(passed), uncompiled)
    engine, title, _ = _open("cpu", *asked, nvidia, may_build=False)
    why = "; ".join(passed) or "no runtime for a graphics card is installed"
    reason = f"{title}; {why}"
    return Opened(engine, "cpu", title, reason, tuple(passed), uncompiled)


def _open(
    device: Device,
    graph: Graph,
    content: bytes,
    precision: Precision,
    source: str,
    nvidia: Nvidia,
    *,
    may_build: bool,
) -> tuple[Engine, str, tuple[str, ...]]:
    """Return an engine, its title, and sentences about problems on the way."""
    if device == "tensorrt" or device == "tensorrt_rtx":
        cache = nvidia.cache or PlanCache()
        wishes = Wishes(
            precision,
            progress=nvidia.progress,
            may_build=may_build,
            stopped=nvidia.stopped,
            int8=nvidia.int8,
        )
        on = nvidia.platform(device)
        try:
            opened = NvidiaEngine(graph, content, on, cache, wishes, source)
        except PlanRefused as error:
            raise DeviceError(f"{device}: {error}; use device cpu") from error
        except BuildStopped as error:
            raise DeviceError(str(error)) from error
        return opened, opened.device, opened.problems
    made = form(content, precision, nvidia=False, source=source)
    engine: Engine
    if device == "cpu":
        engine = OnnxRuntimeEngine(graph, made.content, source)
        return engine, f"{engine.device}, {made.precision}", ()
    if device == "openvino":
        engine = OpenVinoEngine(graph, made.content, source)
    else:
        engine = ProviderEngine(graph, made.content, device, source)
    _try(graph, engine, made.content, made.precision, source)
    return engine, f"{engine.device}, {made.precision}", ()


def _try(
    graph: Graph, engine: Engine, content: bytes, precision: str, source: str
) -> None:
    reference = OnnxRuntimeEngine(graph, content, source)
    try:
        found = compare(graph, engine, reference)
    finally:
        reference.close()
    if not found.within(precision):
        engine.close()
        raise DeviceError(
            f"{source}: {engine.device} computes {found.output} wrong by "
            f"{found.worst:.2g}; use device cpu"
        )
