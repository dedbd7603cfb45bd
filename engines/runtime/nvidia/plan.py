"""Load a plan from its bytes, after checking that it is the right one."""

from __future__ import annotations

from typing import Any

from engines.runtime.cache import PlanRefused
from engines.runtime.engine import Spec
from engines.runtime.graphs import Graph

from .bindings import Bindings


class OpenPlan:
    """A deserialised plan; implements `runner.Plan`. For one thread."""

    def __init__(self, bindings: Bindings, content: bytes, graph: Graph) -> None:
        """Deserialise; the context of a card must be current.

        Raises:
            PlanRefused: it cannot be deserialised here, or is not this graph.
        """
        trt = self._trt = bindings.trt
        mark = bindings.log.mark()
        self._runtime: Any = trt.Runtime(bindings.logger)
        self._runtime.engine_host_code_allowed = False
        # For a damaged plan it only returns None; the reason is in the log, if
        # anywhere.
        self._engine: Any = self._runtime.deserialize_cuda_engine(content)
        try:
            if self._engine is None:
                said = bindings.log.since(mark)
                last = said[-1] if said else "no reason given"
                raise PlanRefused(f"{bindings.flavour} cannot load it: {last}")
            self._check(graph)
        except PlanRefused:
            self.close()
            raise
        self.scratch = int(self._engine.device_memory_size_v2)

    def context(self, scratch: int) -> Any:
        """See `runner.Plan`."""
        strategy = self._trt.ExecutionContextAllocationStrategy.USER_MANAGED
        context = self._engine.create_execution_context(strategy)
        if context is None:
            raise PlanRefused("no execution context can be made of it")
        context.set_device_memory(scratch, self.scratch)
        return context

    def close(self) -> None:
        """See `runner.Plan`."""
        self._engine = None
        self._runtime = None

    def _check(self, graph: Graph) -> None:
        trt = self._trt
        found: dict[Any, set[Spec]] = {}
        for at in range(self._engine.num_io_tensors):
            name = self._engine.get_tensor_name(at)
            if self._engine.get_tensor_dtype(name) != trt.DataType.FLOAT:
                raise PlanRefused(f"{name} in it is not float32")
            mode = self._engine.get_tensor_mode(name)
            shape = tuple(self._engine.get_tensor_shape(name))
            found.setdefault(mode, set()).add(Spec(name, shape))
        wanted = {
            trt.TensorIOMode.INPUT: set(graph.inputs),
            trt.TensorIOMode.OUTPUT: set(graph.outputs),
        }
        if found != wanted:
            raise PlanRefused(f"its inputs and outputs are not those of {graph.name}")
