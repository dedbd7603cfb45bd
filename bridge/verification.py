"""Tries all that facewire does with an NVIDIA card, for `facewire engines verify`.

For each compiler, network and precision:

    built       a new plan, compared with the processor
    kept        opened again: the kept plan is found, and computes the same
    recorded    the run is recorded as one CUDA graph, with page-locked copies
    fallback    the same without a recording, as on a card that refuses one
    timed       back to back, and 30 times a second

Then one network runs for a while, and must compute the same at the end as at the start,
without growth of the process.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import psutil

from engines.runtime.cache import PlanCache, PlanRefused
from engines.runtime.engine import Engine, GraphError
from engines.runtime.graphs import Graph
from engines.runtime.nvidia.engine import NvidiaEngine, Wishes
from engines.runtime.nvidia.platform import Platform, platform
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from engines.runtime.parity import compare, made_up
from engines.runtime.plan_key import Flavour, Gpu
from engines.runtime.precision import Precision, form
from engines.runtime.runtimes import DeviceError
from engines.runtime.timing import Timing, time_calls
from engines.runtime.weights import Weights

from .plans import PACE_HZ

SOAK_HZ: Final = 60.0
"""Calls a second of the long run."""

Tell = Callable[[str], None]
"""Called with what is being tried now."""


@dataclass(frozen=True, slots=True)
class Verified:
    """One network in one precision on one compiler."""

    graph: str
    flavour: Flavour
    precision: str
    problem: str = ""
    """What went wrong, one sentence; empty if everything worked."""
    build_s: float = 0.0
    """Building (or finding) the plan, loading and comparing it."""
    reload_ms: float = 0.0
    """Opening it again from the kept plan."""
    worst: float = 0.0
    """Largest difference from the processor, as a share of the output's range."""
    recorded: bool = False
    """True if the card has recorded the run."""
    flat_out: Timing | None = None
    paced: Timing | None = None
    fallback: Timing | None = None
    """Back to back, without a recording."""


@dataclass(frozen=True, slots=True)
class Soaked:
    """The long run."""

    graph: str
    seconds: float
    calls: int
    late: int
    """Calls that took longer than one period."""
    growth_mib: float
    """Growth of the process from a tenth of the run to its end."""
    same: bool
    """True if the last result is exactly that of the first call."""


def verify(
    graphs: list[tuple[Graph, Weights]],
    flavours: tuple[Flavour, ...],
    cache: PlanCache,
    *,
    calls: int,
    tell: Tell,
    on: Callable[[Flavour], Platform] = platform,
) -> Iterator[Verified]:
    """Try every network in every precision on every compiler, one row each.

    Args:
        graphs: with their weights.
        flavours: the installed compilers.
        cache: where plans are kept.
        calls: to be timed back to back; a third of them is timed at 30 a second.
        tell: shows what is being tried.
        on: opens a compiler and its card.
    """
    for flavour in flavours:
        for graph, weights in graphs:
            precisions: tuple[Precision, ...] = ("fp32", "fp16")
            if weights.nvidia_path is not None:
                precisions += ("int8",)
            for precision in precisions:
                tell(f"{flavour} {graph.name} {precision}")
                try:
                    found = on(flavour)
                    yield _one(graph, weights, found, precision, cache, calls)
                except (DeviceError, GraphError, PlanRefused) as error:
                    yield Verified(
                        graph.name, flavour, precision, str(error).splitlines()[0]
                    )


def card(flavour: Flavour, on: Callable[[Flavour], Platform] = platform) -> Gpu:
    """Return the card; DeviceError if there is none."""
    cuda = on(flavour).enter()
    try:
        return cuda.gpu
    finally:
        cuda.close()


def soak(
    graph: Graph,
    weights: Weights,
    found: Platform,
    cache: PlanCache,
    seconds: float,
    *,
    clock_ns: Callable[[], int] = time.perf_counter_ns,
    wait: Callable[[float], object] = time.sleep,
) -> Soaked:
    """Run a network at 60 Hz for some seconds.

    Raises:
        DeviceError: CUDA fails.
        GraphError, PlanRefused: the network cannot be used.
    """
    engine = _open(graph, weights, found, "auto", cache)
    process = psutil.Process()
    feeds = made_up(graph, 1)
    total, late, before = max(2, round(seconds * SOAK_HZ)), 0, 0
    try:
        first = _copies(engine, feeds)
        for number in range(total):
            began = clock_ns()
            engine.run(feeds)
            left = 1.0 / SOAK_HZ - (clock_ns() - began) / 1e9
            late += left < 0.0
            wait(max(left, 0.0))
            if number == total // 10:
                before = process.memory_info().rss
        growth = (process.memory_info().rss - before) / 2**20
        last = _copies(engine, feeds)
    finally:
        engine.close()
    same = all((first[name] == last[name]).all() for name in first)
    return Soaked(graph.name, seconds, total, late, round(growth, 1), bool(same))


def _one(
    graph: Graph,
    weights: Weights,
    found: Platform,
    precision: Precision,
    cache: PlanCache,
    calls: int,
) -> Verified:
    made = form(
        weights.read(),
        precision,
        nvidia=True,
        source=str(weights.path),
        int8=weights.read_nvidia_int8,
    )
    row = Verified(graph.name, found.flavour, made.precision)
    reference = OnnxRuntimeEngine(graph, made.content)
    try:
        began = time.perf_counter()
        _open(graph, weights, found, precision, cache).close()
        row = replace(row, build_s=round(time.perf_counter() - began, 2))
        began = time.perf_counter()
        engine = _open(graph, weights, found, precision, cache)
        row = replace(row, reload_ms=round(1e3 * (time.perf_counter() - began), 1))
        try:
            if engine.built:
                return replace(row, problem="the plan that was just kept is not used")
            parity = compare(graph, engine, reference)
            row = replace(
                row,
                worst=parity.worst,
                recorded="without a CUDA graph" not in engine.device,
                flat_out=time_calls(graph, engine, calls),
                paced=time_calls(graph, engine, max(calls // 3, 1), 1.0 / PACE_HZ),
            )
        finally:
            engine.close()
        plain = _open(graph, weights, without_recording(found), precision, cache)
        try:
            if not compare(graph, plain, reference).within(made.precision):
                return replace(row, problem="without a CUDA graph it computes wrong")
            return replace(row, fallback=time_calls(graph, plain, calls))
        finally:
            plain.close()
    finally:
        reference.close()


def _open(
    graph: Graph,
    weights: Weights,
    found: Platform,
    precision: Precision,
    cache: PlanCache,
) -> NvidiaEngine:
    wishes = Wishes(precision, int8=weights.read_nvidia_int8)
    content, source = weights.read(), str(weights.path)
    return NvidiaEngine(graph, content, found, cache, wishes, source)


def _copies(engine: Engine, feeds: Any) -> dict[str, Any]:
    return {name: array.copy() for name, array in engine.run(feeds).items()}


class _Unrecorded:
    """A card that refuses every recording; everything else is the real one's."""

    def __init__(self, cuda: Any) -> None:
        self._cuda = cuda

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cuda, name)

    def end_capture(self, stream: int) -> int:
        """Throw the recording away."""
        recorded = self._cuda.end_capture(stream)
        if recorded:
            self._cuda.drop_recorded(recorded)
        return 0


def without_recording(found: Platform) -> Platform:
    """Return the same platform with a card that refuses to record."""
    return replace(found, enter=lambda: _Unrecorded(found.enter()))
