"""Run a graph with TensorRT: a cached plan, compared with the processor, on one thread.

    ONNX bytes -> form -> plan (kept or built) -> runner -> parity -> engine

The runner has its own thread, because a CUDA context belongs to a thread. So the engine
may be opened on one thread and used on another, one at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

from engines.file_lock import HeldElsewhere, patience
from engines.runtime.cache import Made, Obtained, PlanCache, PlanRefused
from engines.runtime.engine import Spec, Tensors, check_feeds
from engines.runtime.graphs import Graph
from engines.runtime.kernel_timings import KernelTimings
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from engines.runtime.parity import Parity, compare
from engines.runtime.plan_key import Recipe
from engines.runtime.precision import Form, Precision, Spare, form, no_spare
from engines.runtime.runtimes import RUNTIMES, PlanMissing

from .builder import Progress
from .cuda import Cuda
from .platform import Platform, kernel_timings, plan_key
from .runner import Runner

LOG_KEPT: Final = 20
"""Lines of a build's warnings that are kept with its plan."""


TRIED_S: Final = 0.5
"""How long to wait for another program. It tries a kept plan in less time; a build
takes longer and is not waited for."""


def silent(phase: str, done: float) -> bool:
    """Let a build continue."""
    return True


def never() -> bool:
    """Wait for another program's build as long as it takes."""
    return False


@dataclass(frozen=True, slots=True)
class Wishes:
    """How to compile a graph."""

    precision: Precision = "auto"
    recipe: Recipe = field(default_factory=Recipe)
    progress: Progress = silent
    may_build: bool = True
    """False: use only a kept plan, and do not wait for another program's build."""
    stopped: Callable[[], bool] = never
    """Called while another program builds the same plan; True stops waiting."""
    int8: Spare = no_spare
    """Reads the same network in eight bits, in the form that NVIDIA's parser
    accepts."""


class NvidiaEngine:
    """Implements `Engine`."""

    inputs: tuple[Spec, ...]
    outputs: tuple[Spec, ...]

    def __init__(
        self,
        graph: Graph,
        content: bytes,
        on: Platform,
        cache: PlanCache,
        wishes: Wishes | None = None,
        source: str = "",
    ) -> None:
        """Load the kept plan or build one, and compare its results with the
        processor's.

        Args:
            graph: the contract that the file must follow.
            content: an ONNX model.
            on: the builder, card and loader.
            cache: where plans are kept.
            wishes: how to compile; None means the defaults.
            source: where the bytes are from, for messages.

        Raises:
            BuildStopped: the progress callback stopped the build.
            DeviceError: there is no card, or CUDA fails.
            GraphError: the file is not this graph, or NVIDIA's parser refuses it.
            PlanMissing: no plan is kept and none may be built.
            PlanRefused: the new plan does not load, or computes wrong results.
        """
        wishes = wishes or Wishes()
        source = source or f"{graph.name}.onnx"
        made = form(
            content, wishes.precision, nvidia=True, source=source, int8=wishes.int8
        )
        self.inputs, self.outputs = graph.inputs, graph.outputs
        self._graph = graph.name
        self._closed = False
        self._runner: Runner | None = None
        self._cuda: Cuda | None = None
        self._timings: KernelTimings | None = None
        self._owner = ThreadPoolExecutor(1, thread_name_prefix=f"{on.flavour}")
        try:
            self._cuda = self._owner.submit(on.enter).result()
            obtained = self._obtain(graph, made, on, cache, wishes, source)
        except BaseException:
            self.close()
            raise
        gpu = self._cuda.gpu
        title = RUNTIMES[on.flavour].title
        graphs = "" if self._running.recorded else ", without a CUDA graph"
        self.device = f"{title} {on.version}, {gpu.name}, {made.precision}{graphs}"
        self.built = obtained.built
        """False if a kept plan was used."""
        timed = () if self._timings is None else tuple(self._timings.problems)
        self.problems = (*obtained.problems, *timed)
        """Sentences about problems on the way; usually none."""

    def run(self, feeds: Tensors) -> Tensors:
        """Run once; see `Engine`."""
        if self._closed:
            raise RuntimeError(f"{self._graph}: used after close")
        check_feeds(self._graph, self.inputs, feeds)
        return self._owner.submit(self._running.step, feeds).result()

    def close(self) -> None:
        """Free the card's memory and end the thread. Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        try:
            self._owner.submit(self._leave).result()
        finally:
            self._owner.shutdown()

    @property
    def _running(self) -> Runner:
        if self._runner is None:
            raise RuntimeError(f"{self._graph}: nothing is loaded")
        return self._runner

    def _obtain(
        self,
        graph: Graph,
        made: Form,
        on: Platform,
        cache: PlanCache,
        wishes: Wishes,
        source: str,
    ) -> Obtained[Parity]:
        reference = OnnxRuntimeEngine(graph, made.content, source)
        cuda = self._cuda
        if cuda is None:
            raise RuntimeError(f"{source}: no card was entered")

        about: dict[str, Any] = {
            "gpu_uuid": cuda.gpu.uuid,
            "driver": cuda.gpu.driver,
        }

        def make() -> Made:
            if not wishes.may_build:
                raise PlanMissing(
                    f"{on.flavour}: no plan of {graph.name} is kept; "
                    "run: facewire engines build"
                )
            progress, recipe = wishes.progress, wishes.recipe
            timings = kernel_timings(on, cache.folder, cuda.gpu)
            self._timings = timings
            built = on.build(graph, made.content, recipe, progress, source, timings)
            about["layers"] = built.layers
            about["log"] = built.log[-LOG_KEPT:]
            return Made(built.plan, about)

        def accept(plan: bytes) -> Parity:
            self._runner = self._owner.submit(
                lambda: Runner(cuda, on.load(plan, graph), graph)
            ).result()
            found = compare(graph, self, reference)
            if not found.within(made.precision):
                self._owner.submit(self._drop_runner).result()
                raise PlanRefused(
                    f"{source}: {on.flavour} computes {found.output} wrong by "
                    f"{found.worst:.2g} in {made.precision}"
                )
            about["parity"] = found.worst
            return found

        key = plan_key(on, graph, made, wishes.recipe, cuda.gpu)
        stopped = wishes.stopped if wishes.may_build else patience(TRIED_S)
        try:
            return cache.obtain(key, make, accept, stopped)
        except HeldElsewhere as error:
            if wishes.may_build:
                raise
            raise PlanMissing(
                f"{on.flavour}: another program is compiling {graph.name}"
            ) from error
        finally:
            reference.close()

    def _drop_runner(self) -> None:
        if self._runner is not None:
            self._runner.close()
            self._runner = None

    def _leave(self) -> None:
        self._drop_runner()
        if self._cuda is not None:
            self._cuda.close()
            self._cuda = None
