"""Run one plan on one card: fixed buffers, and one recorded CUDA graph per call.

    copy in, execute, copy out     recorded once as a CUDA graph, launched every call

A recurrent graph has two contexts and two buffers for each state. One context reads the
first buffer and writes the second, the other reads the second and writes the first. If
state comes back as it was returned, it is already on the card, and the context that
reads it runs; other state is copied in. In both cases the result depends only on the
inputs.

Everything here belongs to the thread that created it.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from engines.runtime.engine import Tensors
from engines.runtime.graphs import Graph
from engines.runtime.parity import carried
from engines.runtime.runtimes import DeviceError

from .cuda import Cuda, Pinned


class Context(Protocol):
    """The part of TensorRT's `IExecutionContext` that the runner uses."""

    def set_tensor_address(self, name: str, memory: int) -> bool:
        """Set the address of an input or output."""

    def execute_async_v3(self, stream_handle: int) -> bool:
        """Enqueue a run; False if that is not possible."""


class Plan(Protocol):
    """A deserialised plan, as `plan.py` opens it."""

    scratch: int
    """Bytes of device memory that each context needs."""

    def context(self, scratch: int) -> Context:
        """Return a new context that uses the memory at an address."""

    def close(self) -> None:
        """Free the plan, after its contexts."""


class Runner:
    """Runs a graph. Must be used and closed on the thread that created it."""

    def __init__(self, cuda: Cuda, plan: Plan, graph: Graph) -> None:
        """Allocate, warm up and record.

        Args:
            cuda: the card; stays open.
            plan: of this graph; closed with the runner.
            graph: gives names and shapes of the buffers.

        Raises:
            DeviceError: CUDA fails, or the plan does not run.
        """
        self.recorded = True
        """False if the card refused to record; every call is then enqueued again."""
        self._cuda = cuda
        self._plan: Any = plan
        self._graph = graph
        self._state = carried(graph)
        self._addresses: list[int] = []
        self._arrays: list[Pinned] = []
        self._in: dict[str, tuple[int, Pinned]] = {}
        self._out: dict[str, tuple[int, Pinned]] = {}
        self._states: dict[str, tuple[tuple[int, Pinned], tuple[int, Pinned]]] = {}
        self._contexts: list[Any] = []
        self._launches: list[int] = []
        self._stream = cuda.stream()
        self._last = 0
        self._broken = False
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    def step(self, feeds: Tensors) -> dict[str, npt.NDArray[np.float32]]:
        """Run once; inputs are checked already. Returns new arrays.

        Raises:
            DeviceError: CUDA fails; the runner cannot be used afterwards.
        """
        if self._broken:
            raise DeviceError(f"{self._graph.name}: its last run failed on the card")
        self._broken = True  # until the run ends, the card's memory is undefined
        for name, (_, array) in self._in.items():
            array[...] = feeds[name]
        half = self._half(feeds)
        if self._launches:
            self._cuda.launch(self._launches[half], self._stream)
        elif not self._enqueue(half):
            raise DeviceError(f"{self._graph.name}: TensorRT did not run it")
        self._cuda.synchronize(self._stream)
        self._broken = False
        self._last = 1 - half
        found = {name: array.copy() for name, (_, array) in self._out.items()}
        for name, out in self._state.items():
            found[out] = self._states[name][1 - half][1].copy()
        return {spec.name: found[spec.name] for spec in self._graph.outputs}

    def close(self) -> None:
        """Free everything, in reverse order. Safe to call twice."""
        if self._plan is None:
            return
        for recorded in self._launches:
            self._cuda.drop_recorded(recorded)
        self._contexts.clear()
        self._plan.close()
        self._plan = None
        self._in, self._out, self._states = {}, {}, {}
        while self._arrays:
            self._cuda.unpin(self._arrays.pop())
        while self._addresses:
            self._cuda.free(self._addresses.pop())
        self._cuda.drop_stream(self._stream)
        self._broken = True

    def _prepare(self) -> None:
        fed_back = set(self._state.values())
        self._in = {
            spec.name: self._buffer(spec.shape)
            for spec in self._graph.inputs
            if spec.name not in self._state
        }
        self._out = {
            spec.name: self._buffer(spec.shape)
            for spec in self._graph.outputs
            if spec.name not in fed_back
        }
        self._states = {
            spec.name: (self._buffer(spec.shape), self._buffer(spec.shape))
            for spec in self._graph.inputs
            if spec.name in self._state
        }
        for half in range(2 if self._state else 1):
            self._contexts.append(self._context(half))
            # The first run sets things up, which must not be recorded.
            if not self._enqueue(half):
                raise DeviceError(f"{self._graph.name}: TensorRT does not run it")
            self._cuda.synchronize(self._stream)
        for half in range(len(self._contexts)):
            launch = self._record(half)
            if not launch:
                self.recorded = False
                break
            self._launches.append(launch)
        if not self.recorded:
            while self._launches:
                self._cuda.drop_recorded(self._launches.pop())

    def _buffer(self, shape: tuple[int, ...]) -> tuple[int, Pinned]:
        array = self._cuda.pinned(shape)
        self._arrays.append(array)
        address = self._cuda.allocate(array.nbytes)
        self._addresses.append(address)
        return address, array

    def _context(self, half: int) -> Context:
        scratch = self._cuda.allocate(self._plan.scratch)
        self._addresses.append(scratch)
        context: Context = self._plan.context(scratch)
        places = {name: address for name, (address, _) in self._in.items()}
        places |= {name: address for name, (address, _) in self._out.items()}
        for name, out in self._state.items():
            places[name] = self._states[name][half][0]
            places[out] = self._states[name][1 - half][0]
        for name, address in places.items():
            if not context.set_tensor_address(name, address):
                raise DeviceError(f"{self._graph.name}: the plan has no {name}")
        return context

    def _enqueue(self, half: int) -> bool:
        for address, array in self._in.values():
            self._cuda.upload(address, array, self._stream)
        if not self._contexts[half].execute_async_v3(self._stream):
            return False
        for address, array in self._out.values():
            self._cuda.download(array, address, self._stream)
        for pair in self._states.values():
            address, array = pair[1 - half]
            self._cuda.download(array, address, self._stream)
        return True

    def _record(self, half: int) -> int:
        self._cuda.begin_capture(self._stream)
        try:
            enqueued = self._enqueue(half)
        except DeviceError:
            enqueued = False
        finally:  # otherwise the stream could never be used again
            recorded = self._cuda.end_capture(self._stream)
        if recorded and not enqueued:
            self._cuda.drop_recorded(recorded)
            return 0
        return recorded

    def _half(self, feeds: Tensors) -> int:
        """Return which context must run, after making sure that the card holds its
        state."""
        if not self._state:
            return 0
        for half in (self._last, 1 - self._last):
            if all(
                np.array_equal(self._states[name][half][1], feeds[name])
                for name in self._state
            ):
                return half
        for name in self._state:
            address, array = self._states[name][0]
            array[...] = feeds[name]
            self._cuda.upload(address, array, self._stream)
        return 0
