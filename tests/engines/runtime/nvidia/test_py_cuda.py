"""PyCUDA's edge against stand-ins of its two modules: order and modes, no hardware.

The stand-ins have the names and arguments of PyCUDA 2026.1's source and cuda-bindings
13.5; where cuda-bindings is installed, its names are checked for real.
"""

import importlib
import importlib.util
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engines.runtime.nvidia.py_cuda import PyCuda
from engines.runtime.runtimes import RUNTIMES, DeviceError

RUNTIME = RUNTIMES["tensorrt"]

USED = (
    "cuDeviceGet",
    "cuDeviceGetUuid",
    "cuGraphDestroy",
    "cuGraphExecDestroy",
    "cuGraphInstantiate",
    "cuGraphLaunch",
    "cuStreamBeginCapture",
    "cuStreamEndCapture",
)


class Error(Exception):
    """pycuda.driver.Error."""


class World:
    """Both modules, and what was asked of them."""

    def __init__(self, cards: int = 1) -> None:
        self.cards = cards
        self.calls: list[str] = []
        self.fails: set[str] = set()
        self.mode: object = None

    def said(self, name: str) -> None:
        self.calls.append(name)
        if name in self.fails:
            raise Error(f"{name}: out of memory")

    def driver(self) -> Any:
        world = self

        class Context:
            def push(self) -> None:
                world.said("push")

            @staticmethod
            def pop() -> None:
                world.said("pop")

            def detach(self) -> None:
                world.said("detach")

            @staticmethod
            def synchronize() -> None:
                world.said("synchronize context")

        class Device:
            def __init__(self, ordinal: int) -> None:
                self.ordinal = ordinal

            @staticmethod
            def count() -> int:
                return world.cards

            def retain_primary_context(self) -> Context:
                world.said("retain_primary_context")
                return Context()

            def name(self) -> str:
                return "Stand-in"

            def compute_capability(self) -> tuple[int, int]:
                return (9, 0)

            def get_attribute(self, which: str) -> int:
                return {"multiprocessors": 132}[which]

        class Memory:
            def __init__(self, size: int) -> None:
                world.said(f"mem_alloc {size}")

            def __int__(self) -> int:
                return 4096

            def free(self) -> None:
                world.said("mem_free")

        class Stream:
            handle = 77

            def __init__(self, flags: int) -> None:
                world.said(f"stream {flags}")

            def synchronize(self) -> None:
                world.said("synchronize")

        class PinnedBase:
            def free(self) -> None:
                world.said("pinned_free")

        class Pinned(np.ndarray[Any, Any]):
            base = PinnedBase()  # type: ignore[assignment]

        return SimpleNamespace(
            Error=Error,
            Context=Context,
            Device=Device,
            Stream=Stream,
            device_attribute=SimpleNamespace(MULTIPROCESSOR_COUNT="multiprocessors"),
            init=lambda: world.said("init"),
            get_driver_version=lambda: 13000,
            mem_alloc=Memory,
            memset_d8=lambda at, value, size: world.said(f"memset {at} {value} {size}"),
            pagelocked_empty=lambda shape, kind: np.ones(shape, kind).view(Pinned),
            memcpy_htod_async=lambda to, of, on: world.said(f"h2d {to} {on.handle}"),
            memcpy_dtoh_async=lambda to, of, on: world.said(f"d2h {of} {on.handle}"),
        )

    def bindings(self) -> Any:
        modes = SimpleNamespace(CU_STREAM_CAPTURE_MODE_THREAD_LOCAL=1)

        def call(name: str, *results: object) -> Any:
            def answer(*args: object) -> tuple[object, ...]:
                self.calls.append(name)
                if name == "cuStreamBeginCapture":
                    self.mode = args[1]
                if name in self.fails:
                    return (900, *(None for _ in results))
                return (0, *results)

            return answer

        return SimpleNamespace(
            CUstreamCaptureMode=modes,
            cuDeviceGet=call("cuDeviceGet", 0),
            cuDeviceGetUuid=call(
                "cuDeviceGetUuid", SimpleNamespace(bytes=bytes(range(16)))
            ),
            cuStreamBeginCapture=call("cuStreamBeginCapture"),
            cuStreamEndCapture=call("cuStreamEndCapture", 55),
            cuGraphInstantiate=call("cuGraphInstantiate", 66),
            cuGraphDestroy=call("cuGraphDestroy"),
            cuGraphLaunch=call("cuGraphLaunch"),
            cuGraphExecDestroy=call("cuGraphExecDestroy"),
        )


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = World()
    for package in ("pycuda", "cuda", "cuda.bindings"):
        monkeypatch.setitem(sys.modules, package, ModuleType(package))
    monkeypatch.setitem(sys.modules, "pycuda.driver", made.driver())
    monkeypatch.setitem(sys.modules, "cuda.bindings.driver", made.bindings())
    return made


def test_it_enters_and_leaves_the_primary_context(world: World) -> None:
    cuda = PyCuda(RUNTIME)
    assert world.calls[:3] == ["init", "retain_primary_context", "push"]
    assert (cuda.gpu.name, cuda.gpu.capability) == ("Stand-in", "9.0")
    assert (cuda.gpu.multiprocessors, cuda.gpu.driver) == (132, "13000")
    assert cuda.gpu.uuid == bytes(range(16)).hex()
    del world.calls[:]
    cuda.close()
    cuda.close()
    assert world.calls == ["pop", "detach"]


def test_memory_is_zeroed_and_given_back(world: World) -> None:
    cuda = PyCuda(RUNTIME)
    del world.calls[:]
    address = cuda.allocate(640)
    cuda.free(address)
    assert world.calls == [
        "mem_alloc 640",
        "memset 4096 0 640",
        # The default stream sets it; ours would not wait.
        "synchronize context",
        "mem_free",
    ]
    array = cuda.pinned((1, 4))
    assert array.shape == (1, 4)
    assert not array.any()
    cuda.unpin(array)
    assert world.calls[-1] == "pinned_free"


def test_copies_go_over_a_stream_of_their_own(world: World) -> None:
    cuda = PyCuda(RUNTIME)
    del world.calls[:]
    stream = cuda.stream()
    array = cuda.pinned((2,))
    cuda.upload(8, array, stream)
    cuda.download(array, 16, stream)
    cuda.synchronize(stream)
    assert world.calls == ["stream 1", "h2d 8 77", "d2h 16 77", "synchronize"]
    cuda.drop_stream(stream)
    with pytest.raises(KeyError):
        cuda.synchronize(stream)


def test_capture_is_this_threads_and_the_template_is_destroyed(world: World) -> None:
    cuda = PyCuda(RUNTIME)
    stream = cuda.stream()
    del world.calls[:]
    cuda.begin_capture(stream)
    assert world.mode == 1
    recorded = cuda.end_capture(stream)
    cuda.launch(recorded, stream)
    cuda.drop_recorded(recorded)
    assert recorded == 66
    assert world.calls == [
        "cuStreamBeginCapture",
        "cuStreamEndCapture",
        "cuGraphInstantiate",
        "cuGraphDestroy",
        "cuGraphLaunch",
        "cuGraphExecDestroy",
    ]


@pytest.mark.parametrize("fails", ["cuStreamEndCapture", "cuGraphInstantiate"])
def test_what_cannot_be_recorded_is_nothing(world: World, fails: str) -> None:
    cuda = PyCuda(RUNTIME)
    world.fails = {fails}
    stream = cuda.stream()
    cuda.begin_capture(stream)
    assert cuda.end_capture(stream) == 0
    assert ("cuGraphDestroy" in world.calls) is (fails == "cuGraphInstantiate")


def test_failures_are_said(world: World) -> None:
    cuda = PyCuda(RUNTIME)
    world.fails = {"mem_alloc 8", "cuGraphLaunch"}
    with pytest.raises(DeviceError, match=r"CUDA: allocate failed on Stand-in \(mem"):
        cuda.allocate(8)
    with pytest.raises(DeviceError, match="CUDA: cuGraphLaunch failed on Stand-in"):
        cuda.launch(66, 77)


def test_no_card_is_said(world: World) -> None:
    world.cards = 0
    with pytest.raises(DeviceError, match="tensorrt: no NVIDIA card 0 here"):
        PyCuda(RUNTIME)
    assert "push" not in world.calls


def test_no_driver_is_said(world: World) -> None:
    world.fails = {"init"}
    with pytest.raises(DeviceError, match=r"CUDA does not start .* is a driver"):
        PyCuda(RUNTIME)


@pytest.mark.skipif(
    importlib.util.find_spec("cuda") is None
    or importlib.util.find_spec("cuda.bindings") is None,
    reason="cuda-bindings is not installed",
)
def test_the_bindings_have_the_names() -> None:
    driver = importlib.import_module("cuda.bindings.driver")

    for name in USED:
        assert callable(getattr(driver, name))
    mode = driver.CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL
    assert int(mode) == 1
    assert int(driver.CUresult.CUDA_SUCCESS) == 0
