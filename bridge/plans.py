"""Compiles and times the networks, for `facewire engines`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib import util
from pathlib import Path
from typing import Final, Literal

from engines.runtime.cache import Made, PlanCache, PlanRefused
from engines.runtime.engine import GraphError
from engines.runtime.graphs import (
    EXPRESSION,
    FAR_FACES,
    MESH,
    MOTION,
    NEAR_FACES,
    REFINER,
    SOLVER,
    Graph,
)
from engines.runtime.nvidia.bindings import load_bindings
from engines.runtime.nvidia.builder import build
from engines.runtime.nvidia.engine import NvidiaEngine, Wishes
from engines.runtime.nvidia.platform import Platform, plan_key, platform
from engines.runtime.plan_key import NO_GPU, Flavour, Recipe
from engines.runtime.precision import Precision, form
from engines.runtime.runtimes import RUNTIMES, Device, DeviceError
from engines.runtime.select import Nvidia, open_engine
from engines.runtime.timing import Timing, time_calls
from engines.runtime.weights import FOLDER, Weights, find_weights

from .errors import ModelError

GRAPHS: Final = (MESH, NEAR_FACES, FAR_FACES, SOLVER, MOTION, EXPRESSION, REFINER)
"""The graphs in pipeline order; the last one is for takes."""

FLAVOURS: Final[tuple[Flavour, ...]] = ("tensorrt", "tensorrt_rtx")

PACE_HZ: Final = 30.0


@dataclass(frozen=True, slots=True)
class Watch:
    """Shows the progress of a build, and can stop it."""

    show: Callable[[str, float], None]
    """Called on any thread with the phase and its finished share, 0 to 1."""
    stop: threading.Event

    def progress(self, phase: str, done: float) -> bool:
        """Implement `builder.Progress`."""
        self.show(phase, done)
        return not self.stop.is_set()


@dataclass(frozen=True, slots=True)
class Compiled:
    """The result of compiling one graph with one compiler."""

    graph: str
    state: Literal["built", "kept", "failed"]
    sentence: str


@dataclass(frozen=True, slots=True)
class Timed:
    """The timing of one graph on one runtime."""

    graph: str
    device: Device
    title: str
    """Runtime and precision."""
    load_ms: float
    """Time to open the graph; long if a plan must be compiled."""
    flat_out: Timing
    """Calls back to back."""
    paced: Timing
    """Calls at 30 per second."""


def shipped(
    names: tuple[str, ...] = (), folder: Path = FOLDER
) -> list[tuple[Graph, Weights]]:
    """Return the named graphs, or all graphs that have weights.

    Raises:
        ModelError: a named graph does not exist or has no weights.
    """
    known = {graph.name: graph for graph in GRAPHS}
    found = []
    for name in names or known:
        if name not in known:
            raise ModelError(f"{name}: no such graph; choose {', '.join(known)}")
        try:
            found.append((known[name], find_weights(name, folder)))
        except GraphError as error:
            if names:
                raise ModelError(str(error)) from error
    return found


def flavours(asked: str | None, *, ahead: bool = False) -> tuple[Flavour, ...]:
    """Return the compilers to use: the named one, or all that are installed.

    Args:
        asked: a name, or None for all.
        ahead: the plans will not run, so the Python bindings are enough.

    Raises:
        DeviceError: no compiler is installed; the message has the install commands.
    """
    if asked is not None:
        return tuple(one for one in FLAVOURS if one == asked)
    lacks = {one: RUNTIMES[one].missing() for one in FLAVOURS}
    here = tuple(
        one
        for one in FLAVOURS
        if (util.find_spec(one) is not None if ahead else not lacks[one])
    )
    if not here:
        raise DeviceError("\n".join(lacks.values()))
    return here


def compile_here(
    graph: Graph,
    weights: Weights,
    flavour: Flavour,
    precision: Precision,
    cache: PlanCache,
    watch: Watch,
    on: Callable[[Flavour], Platform] = platform,
) -> Compiled:
    """Compile a graph for this machine's card, or reuse its plan, and check it.

    Raises:
        BuildStopped: `watch` stopped it.
        DeviceError: a package is not installed, or the machine has no card.
    """
    wishes = Wishes(
        precision,
        progress=watch.progress,
        stopped=watch.stop.is_set,
        int8=weights.read_nvidia_int8,
    )
    source = str(weights.path)
    try:
        content = weights.read()
        engine = NvidiaEngine(graph, content, on(flavour), cache, wishes, source)
    except (GraphError, PlanRefused) as error:
        return Compiled(graph.name, "failed", str(error))
    engine.close()
    told = "; ".join((engine.device, *engine.problems))
    return Compiled(graph.name, "built" if engine.built else "kept", told)


def compile_ahead(
    graph: Graph,
    weights: Weights,
    flavour: Flavour,
    precision: Precision,
    cache: PlanCache,
    watch: Watch,
) -> Compiled:
    """Compile a graph without a card; the plan is not run.

    Raises:
        BuildStopped: `watch` stopped it.
        DeviceError: the bindings are not installed.
    """
    source, recipe = str(weights.path), Recipe()
    bindings = load_bindings(flavour)
    try:
        made = form(
            weights.read(),
            precision,
            nvidia=True,
            source=source,
            int8=weights.read_nvidia_int8,
        )

        def make() -> Made:
            built = build(bindings, graph, made.content, recipe, watch.progress, source)
            return Made(built.plan, {"layers": built.layers, "log": built.log})

        key = plan_key(bindings, graph, made, recipe, NO_GPU)
        obtained = cache.obtain(key, make, len, watch.stop.is_set)
    except GraphError as error:
        return Compiled(graph.name, "failed", str(error))
    where = f"{RUNTIMES[flavour].title} {bindings.version}, no card, {made.precision}"
    told = "; ".join(
        (f"{where}, {obtained.value} bytes, not tried", *obtained.problems)
    )
    return Compiled(graph.name, "built" if obtained.built else "kept", told)


def time_all(
    graphs: list[tuple[Graph, Weights]],
    devices: tuple[Device, ...],
    precision: Precision,
    *,
    calls: int,
    paced: int,
    clock_ns: Callable[[], int],
    nvidia: Nvidia | None = None,
) -> Iterator[Timed | str]:
    """Time each graph on each runtime; yield a sentence if a graph cannot run.

    Args:
        graphs: the graphs to time.
        devices: the runtimes to time them on.
        precision: the precision to compute in.
        calls: number of calls back to back.
        paced: number of calls at 30 per second.
        clock_ns: monotonic nanoseconds.
        nvidia: options for TensorRT.
    """
    absent = {one: RUNTIMES[one].missing() for one in devices}
    yield from (lacks for lacks in absent.values() if lacks)
    for graph, weights in graphs:
        for device in devices:
            if absent[device]:
                continue
            began = clock_ns()
            try:
                opened = open_engine(
                    graph,
                    weights.read(),
                    device,
                    precision=precision,
                    source=str(weights.path),
                    nvidia=replace(nvidia or Nvidia(), int8=weights.read_nvidia_int8),
                )
            except (DeviceError, GraphError) as error:
                yield str(error)
                continue
            load_ms = (clock_ns() - began) / 1e6
            engine = opened.engine
            try:
                flat_out = time_calls(graph, engine, calls)
                slow = time_calls(graph, engine, paced, 1.0 / PACE_HZ)
            finally:
                engine.close()
            yield Timed(graph.name, device, opened.title, load_ms, flat_out, slow)
