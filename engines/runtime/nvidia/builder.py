"""Build a plan from an ONNX file, with NVIDIA's own parser and builder.

Types are always strong: the file says what is computed in fp16 and what in fp32, and
the builder does not change it. On TensorRT 10 that is a flag, on 11 the only way.
"""

from __future__ import annotations

import threading
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from engines.runtime.engine import GraphError, Spec
from engines.runtime.graphs import Graph
from engines.runtime.plan_key import Recipe

from .bindings import Bindings
from .timings import Timings, keep, lend

LOOPS: Final = frozenset({"LOOP_OUTPUT", "RECURRENCE", "TRIP_LIMIT", "ITERATOR"})
"""Kinds of layers that a CUDA graph cannot contain."""

Progress = Callable[[str, float], bool]
"""Called with a phase and the share of the whole that is done, 0 to 1, never falling.
It returns False to stop the build."""


class BuildStopped(Exception):
    """The progress callback stopped the build."""


@dataclass(frozen=True, slots=True)
class Built:
    """A plan and facts about its build."""

    plan: bytes
    layers: dict[str, int]
    """Number of layers of each kind that the parser made."""
    log: tuple[str, ...]
    """Warnings during the build."""


def build(
    bindings: Bindings,
    graph: Graph,
    content: bytes,
    recipe: Recipe,
    progress: Progress,
    source: str = "",
    timings: Timings | None = None,
) -> Built:
    """Compile a graph; takes a second to a minute.

    Args:
        bindings: of either flavour.
        graph: the contract that the file must follow.
        content: an ONNX model whose types give the precision.
        recipe: how to build.
        progress: called from the library's threads.
        source: where the bytes are from, for messages.
        timings: kernel timings of earlier builds; only TensorRT has them.

    Raises:
        BuildStopped: `progress` returned False.
        GraphError: the parser or the builder refuses the file, it is not this graph, or
            it contains a loop.
    """
    source = source or f"{graph.name}.onnx"
    try:
        return _build(bindings, graph, content, recipe, progress, source, timings)
    except BaseException as error:
        # The traceback's frames would keep NVIDIA's objects alive. If those are freed
        # while Python exits, they log, find no interpreter, and abort the process.
        traceback.clear_frames(error.__traceback__)
        raise


def census(network: Any) -> dict[str, int]:
    """Return the number of layers of each kind in a parsed network."""
    return dict(
        Counter(
            str(network.get_layer(at).type.name) for at in range(network.num_layers)
        )
    )


def _build(
    bindings: Bindings,
    graph: Graph,
    content: bytes,
    recipe: Recipe,
    progress: Progress,
    source: str,
    timings: Timings | None,
) -> Built:
    trt = bindings.trt
    mark = bindings.log.mark()
    builder = trt.Builder(bindings.logger)
    strong = trt.NetworkDefinitionCreationFlag.STRONGLY_TYPED
    network = builder.create_network(1 << int(strong))
    parser = trt.OnnxParser(network, bindings.logger)
    # An empty file can be parsed; the network then has no outputs.
    if not parser.parse(content) or not network.num_outputs:
        raise GraphError(f"{source}: {bindings.flavour} refuses it: {_why(parser)}")
    graph.check(source, *_sides(trt, network, source))
    layers = census(network)
    looped = LOOPS & layers.keys()
    if looped:
        raise GraphError(
            f"{source}: contains {', '.join(sorted(looped))}, which a CUDA graph "
            "cannot record; export the step unrolled"
        )
    config = builder.create_builder_config()
    config.set_memory_pool_limit(trt.MemoryPoolType.WORKSPACE, recipe.workspace)
    config.builder_optimization_level = recipe.optimization_level
    config.max_aux_streams = recipe.aux_streams
    if not recipe.tf32:
        config.clear_flag(trt.BuilderFlag.TF32)
    capturable = trt.BuilderFlag.__members__.get("REQUIRE_USER_ALLOCATION")
    if capturable is not None:  # only TensorRT-RTX has the flag; TensorRT always
        # behaves so
        config.set_flag(capturable)
    monitor = _monitor(trt, progress)
    config.progress_monitor = monitor
    lent = None if timings is None else lend(config, timings)
    plan = builder.build_serialized_network(network, config)
    if monitor.stopped:
        raise BuildStopped(f"{source}: the build was stopped")
    log = bindings.log.since(mark)
    if plan is None:
        last = log[-1] if log else "no reason given"
        raise GraphError(f"{source}: {bindings.flavour} cannot build it: {last}")
    if timings is not None:
        keep(config, lent, timings)
    return Built(bytes(plan), layers, log)


def _sides(
    trt: Any, network: Any, source: str
) -> tuple[tuple[Spec, ...], tuple[Spec, ...]]:
    def specs(tensors: list[Any]) -> tuple[Spec, ...]:
        for tensor in tensors:
            if tensor.dtype != trt.DataType.FLOAT:
                raise GraphError(
                    f"{source}: {tensor.name} is {tensor.dtype}, expected float32"
                )
        return tuple(Spec(one.name, tuple(one.shape)) for one in tensors)

    return (
        specs([network.get_input(at) for at in range(network.num_inputs)]),
        specs([network.get_output(at) for at in range(network.num_outputs)]),
    )


def _why(parser: Any) -> str:
    if not parser.num_errors:
        return "it has no outputs"
    error = parser.get_error(0)
    said = " ".join(str(error.desc()).split("\n")[:2])
    node = f" at {error.node_operator()} {error.node_name()}" if error.node() else ""
    return f"{said}{node}"


class Phases:
    """Convert nested phases to one share of the whole."""

    def __init__(self) -> None:
        self._steps: dict[str, int] = {}
        self._done: dict[str, int] = {}
        self._parents: dict[str, str | None] = {}
        self._share = 0.0

    def start(self, name: str, parent: str | None, steps: int) -> None:
        """Start a phase with a number of steps inside another phase."""
        self._steps[name], self._done[name] = max(steps, 1), 0
        self._parents[name] = parent

    def step(self, name: str, step: int) -> float:
        """Mark a step (from 0) as done; return the share of the whole."""
        self._done[name] = step + 1
        roots = [one for one in self._steps if self._parents[one] not in self._steps]
        if roots:
            self._share = max(self._share, self._share_of(roots[0]))
        return self._share

    def finish(self, name: str) -> None:
        """End a phase, stopped or done."""
        self._steps.pop(name, None)

    def _share_of(self, name: str) -> float:
        inside = [
            self._share_of(one) for one in self._steps if self._parents[one] == name
        ]
        return min(
            1.0, (self._done[name] + max(inside, default=0.0)) / self._steps[name]
        )


def _monitor(trt: Any, progress: Progress) -> Any:
    class Monitor(trt.IProgressMonitor):  # type: ignore[misc]  # untyped
        def __init__(self) -> None:
            trt.IProgressMonitor.__init__(self)
            self.stopped = False
            self._phases = Phases()
            self._lock = threading.Lock()

        def phase_start(self, name: str, parent: str | None, steps: int) -> None:
            with self._lock:
                self._phases.start(name, parent, steps)

        def step_complete(self, name: str, step: int) -> bool:
            with self._lock:
                try:
                    wanted = progress(name, self._phases.step(name, step))
                except Exception:  # an exception must not pass through C++
                    wanted = False
                self.stopped = self.stopped or not wanted
                return not self.stopped

        def phase_finish(self, name: str) -> None:
            with self._lock:
                self._phases.finish(name)

    return Monitor()
