"""A simulated card: it tests order and ownership, and knows nothing of time.

Nothing that is enqueued happens before `synchronize`; all must come from the thread
that entered; what was not given back is known. ONNX Runtime computes the networks, on
the processor, so results are right, and say nothing of any real card.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from engines.runtime.cache import PlanRefused
from engines.runtime.graphs import Graph
from engines.runtime.nvidia.builder import Built, Progress
from engines.runtime.nvidia.cuda import Cuda, Pinned
from engines.runtime.nvidia.platform import Platform
from engines.runtime.nvidia.runner import Context, Plan
from engines.runtime.nvidia.timings import Timings
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from engines.runtime.plan_key import Flavour, Gpu, Recipe
from engines.runtime.runtimes import DeviceError

MAGIC = b"simulated plan\n"
Work = Callable[[], None]


@dataclass
class SimulatedCuda:
    """Implements `Cuda`."""

    gpu: Gpu = field(default=Gpu("simulated card", "0.0", 1))
    calls: list[str] = field(default_factory=list)
    records: bool = True
    """False for a card that cannot record."""
    fails: str = ""
    """A method that fails from now on."""

    def __post_init__(self) -> None:
        self.owner = threading.get_ident()
        self.memory: dict[int, bytearray] = {}
        self.arrays: dict[int, Pinned] = {}
        self.streams: set[int] = set()
        self.recordings: dict[int, list[Work]] = {}
        self.enqueued: list[Work] = []
        self.recording: list[Work] | None = None
        self.closed = False
        self._next = 4096

    @property
    def leaked(self) -> int:
        """Things that were not given back."""
        held = len(self.memory) + len(self.arrays)
        return held + len(self.streams) + len(self.recordings)

    def allocate(self, size: int) -> int:
        self._called("allocate")
        address = self._number()
        self.memory[address] = bytearray(size)
        return address

    def free(self, address: int) -> None:
        self._called("free")
        del self.memory[address]

    def pinned(self, shape: tuple[int, ...]) -> Pinned:
        self._called("pinned")
        array = np.zeros(shape, np.float32)
        self.arrays[id(array)] = array
        return array

    def unpin(self, array: Pinned) -> None:
        self._called("unpin")
        del self.arrays[id(array)]

    def stream(self) -> int:
        self._called("stream")
        stream = self._number()
        self.streams.add(stream)
        return stream

    def drop_stream(self, stream: int) -> None:
        self._called("drop_stream")
        self.streams.remove(stream)

    def upload(self, address: int, array: Pinned, stream: int) -> None:
        self._called("upload")
        assert id(array) in self.arrays, "only pinned memory is copied without waiting"

        def copy() -> None:
            self.memory[address][:] = array.tobytes()

        self.enqueue(copy, stream)

    def download(self, array: Pinned, address: int, stream: int) -> None:
        self._called("download")
        assert id(array) in self.arrays, "only pinned memory is copied without waiting"

        def copy() -> None:
            array[...] = self.read(address, array.shape)

        self.enqueue(copy, stream)

    def synchronize(self, stream: int) -> None:
        self._called("synchronize")
        assert self.recording is None, "nothing may be waited for while recording"
        while self.enqueued:
            self.enqueued.pop(0)()

    def begin_capture(self, stream: int) -> None:
        self._called("begin_capture")
        assert not self.enqueued, "what came before must be done"
        self.recording = []

    def end_capture(self, stream: int) -> int:
        self._called("end_capture")
        recorded, self.recording = self.recording, None
        if recorded is None or not self.records:
            return 0
        number = self._number()
        self.recordings[number] = recorded
        return number

    def launch(self, recorded: int, stream: int) -> None:
        self._called("launch")
        for work in self.recordings[recorded]:
            self.enqueue(work, stream)

    def drop_recorded(self, recorded: int) -> None:
        self._called("drop_recorded")
        del self.recordings[recorded]

    def close(self) -> None:
        self._called("close")
        self.closed = True

    def enqueue(self, work: Work, stream: int) -> None:
        assert stream in self.streams
        (self.enqueued if self.recording is None else self.recording).append(work)

    def read(self, address: int, shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
        flat = np.frombuffer(bytes(self.memory[address]), np.float32)
        return flat.reshape(shape)

    def _called(self, name: str) -> None:
        assert threading.get_ident() == self.owner, f"{name} on another thread"
        assert not self.closed, f"{name} after close"
        self.calls.append(name)
        if self.fails == name:
            raise DeviceError(f"CUDA: {name} failed on {self.gpu.name}")

    def _number(self) -> int:
        self._next += 4096
        return self._next


class SimulatedContext:
    """Implements `runner.Context`."""

    def __init__(
        self, cuda: SimulatedCuda, engine: OnnxRuntimeEngine, wrong: float
    ) -> None:
        self.cuda, self.engine, self._wrong = cuda, engine, wrong
        self._places: dict[str, int] = {}

    def set_tensor_address(self, name: str, memory: int) -> bool:
        specs = (*self.engine.inputs, *self.engine.outputs)
        if name not in {spec.name for spec in specs}:
            return False
        self._places[name] = memory
        return True

    def execute_async_v3(self, stream_handle: int) -> bool:
        self.cuda.calls.append("execute")
        # A recording keeps the addresses of the moment.
        places = dict(self._places)

        def compute() -> None:
            feeds = {
                spec.name: self.cuda.read(places[spec.name], spec.shape)
                for spec in self.engine.inputs
            }
            for name, array in self.engine.run(feeds).items():
                wrong = (array + np.float32(self._wrong)).astype(np.float32)
                self.cuda.memory[places[name]][:] = wrong.tobytes()

        self.cuda.enqueue(compute, stream_handle)
        return True


class SimulatedPlan:
    """Implements `runner.Plan`: a plan's bytes are the ONNX file behind a line."""

    scratch = 64

    def __init__(
        self, cuda: SimulatedCuda, content: bytes, graph: Graph, wrong: float
    ) -> None:
        if not content.startswith(MAGIC):
            raise PlanRefused("the simulated runtime cannot load it: magic")
        self.engine = OnnxRuntimeEngine(graph, content.removeprefix(MAGIC))
        self.cuda, self._wrong = cuda, wrong
        self.contexts = 0

    def context(self, scratch: int) -> Context:
        assert len(self.cuda.memory[scratch]) == self.scratch
        self.contexts += 1
        return SimulatedContext(self.cuda, self.engine, self._wrong)

    def close(self) -> None:
        self.cuda.calls.append("close plan")


@dataclass
class SimulatedNvidia:
    """What a simulated installation is like, and what it went through."""

    records: bool = True
    wrong: float = 0.0
    """Added to every number it computes."""
    version: str = "0.0.1"
    gpu: Gpu = field(default=Gpu("simulated card", "0.0", 1))
    present: bool = True
    built: list[str] = field(default_factory=list)
    cards: list[SimulatedCuda] = field(default_factory=list)
    measured: list[str] = field(default_factory=list)
    """Graphs whose kernels were timed, because no timings of them were kept."""

    def platform(self, flavour: Flavour = "tensorrt") -> Platform:
        """Return it as `platform.Platform`."""
        return Platform(flavour, self.version, self._build, self._enter, self._load)

    def _build(
        self,
        graph: Graph,
        content: bytes,
        recipe: Recipe,
        progress: Progress,
        source: str,
        timings: Timings | None,
    ) -> Built:
        if timings is not None:
            self._time_kernels(graph, timings)
        self.built.append(hashlib.sha256(content).hexdigest())
        progress("simulated phase", 1.0)
        return Built(MAGIC + content, {"SIMULATED": 1}, ())

    def _time_kernels(self, graph: Graph, timings: Timings) -> None:
        """Timings are a line a graph; other lines are of other graphs."""
        line = f"{graph.name}\n".encode()
        if line in timings.read():
            return
        self.measured.append(graph.name)
        timings.merge(lambda newest: newest + line)

    def _enter(self) -> Cuda:
        if not self.present:
            raise DeviceError("tensorrt: no NVIDIA card 0 here")
        self.cards.append(SimulatedCuda(self.gpu, records=self.records))
        return self.cards[-1]

    def _load(self, content: bytes, graph: Graph) -> Plan:
        # Several may be open; a plan is loaded on the thread that entered its card.
        here = threading.get_ident()
        card = next(one for one in reversed(self.cards) if one.owner == here)
        return SimulatedPlan(card, content, graph, self.wrong)
