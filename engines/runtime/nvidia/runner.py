"""One plan on one card: buffers that never move, and one recording a call.

    copy in, execute, copy out     recorded once as a CUDA graph, launched every call

A recurrent graph has two contexts, and two buffers for each state: one context reads
the first and writes the second, the other the second and the first. State that is fed
back as it was returned is on the card already, and the context that reads it runs; only
other state is copied in. What a call computes depends on its feeds alone all the same.

Everything here belongs to one thread, the one that made it.
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
    """What the runner uses of TensorRT's `IExecutionContext`."""

    def set_tensor_address(self, name: str, memory: int) -> bool:
        """Say where an input or output is."""

    def execute_async_v3(self, stream_handle: int) -> bool:
        """Enqueue; False if it cannot be."""


class Plan(Protocol):
    """A deserialised plan, as `plan.py` opens it."""

    scratch: int
    """Bytes of device memory that each context needs."""

    def context(self, scratch: int) -> Context:
        """Return a new context that uses the memory at an address."""

    def close(self) -> None:
        """Let go of it, after its contexts."""


class Runner:
    """Runs a graph. Used and closed on the thread that made it."""

    def __init__(self, cuda: Cuda, plan: Plan, graph: Graph) -> None:
        """Allocate, warm up and record.

        Args:
            cuda: the card; stays open.
            plan: of this graph; closed with the runner.
            graph: whose names and shapes the buffers take.

        Raises:
            DeviceError: CUDA fails, or the plan does not run.
        """
        self.recorded = True
        """False where the card refused to record, and every call is enqueued anew."""
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
        """Execute once; feeds are checked already. Returns new arrays.

        Raises:
            DeviceError: CUDA fails; the runner is of no use from then on.
        """
        if self._broken:
            raise DeviceError(f"{self._graph.name}: its last run failed on the card")
        self._broken = True  # until it is through: what the card holds is not known
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
        """Give everything back, in the reverse order. Safe to call twice."""
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
            # What is set up on first use must not be recorded.
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
        finally:  # or the stream could never be used again
            recorded = self._cuda.end_capture(self._stream)
        if recorded and not enqueued:
            self._cuda.drop_recorded(recorded)
            return 0
        return recorded

    def _half(self, feeds: Tensors) -> int:
        """Return which context runs, and have the card hold the state it reads."""
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
