"""What runs a graph, chosen in one place that says why.

auto            TensorRT, TensorRT-RTX, ONNX Runtime on CUDA, else the processor: the
                first that is installed, finds its card and is ready
any other name  that, or an error

"auto" compiles nothing, so that a start is never late: it takes plans that are kept.
What is not the processor must first answer as the processor does (`parity.py`).
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
"""In this order; OpenVINO, DirectML and Core ML only when asked for."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An engine and why it is this one."""

    engine: Engine
    device: Device
    title: str
    """What runs it, and in what precision."""
    reason: str
    """One sentence without its full stop, for people."""
    passed: tuple[str, ...] = ()
    """What is installed here and "auto" had to pass over, a sentence each."""
    uncompiled: Device | None = None
    """What "auto" would have taken, were its plan kept."""


@dataclass(frozen=True, slots=True)
class Nvidia:
    """How TensorRT is to be used; the defaults are the real thing."""

    cache: PlanCache | None = None
    """Unset, the user's own folder, made when it is first needed."""
    progress: Progress = silent
    stopped: Callable[[], bool] = never
    """Asked while another program compiles the same."""
    platform: Callable[[Flavour], Platform] = platform
    int8: Spare = no_spare
    """The graph in eight bits, in the form that its parser takes."""


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
        graph: the contract that the file must keep.
        content: an ONNX model, as it ships.
        device: what must run it, or "auto".
        precision: in what; "auto" as `precision.form` says.
        source: where the bytes are from, for messages.
        nvidia: how TensorRT is to be used.

    Raises:
        DeviceError: what was asked for by name is not installed, finds no card, or
            does not take all of the graph; what to do is in it.
        GraphError: the bytes are no ONNX model, not this graph, or there is no such
            precision of it.
    """
    source = source or f"{graph.name}.onnx"
    nvidia = nvidia or Nvidia()
    asked = (graph, content, precision, source)
    if device != "auto":
        need(device)
        engine, title, told = _open(device, *asked, nvidia, may_build=True)
        reason = "; ".join((f"{title}, as asked", *told))
        return Opened(engine, device, title, reason)
    passed: list[str] = []
    uncompiled: Device | None = None
    for one in AUTO[:-1]:
        if RUNTIMES[one].missing():
            continue
        try:
            engine, title, told = _open(one, *asked, nvidia, may_build=False)
        except (DeviceError, GraphError) as error:
            passed.append(str(error).splitlines()[0])
            if isinstance(error, PlanMissing):
                uncompiled = uncompiled or one
        else:
            reason = "; ".join((title, *passed, *told))
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
    """Return an engine, its title, and what went wrong on the way."""
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
        return opened, opened.device, opened.told
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
