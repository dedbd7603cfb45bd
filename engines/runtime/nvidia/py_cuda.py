"""CUDA through PyCUDA, and through cuda-bindings what PyCUDA lacks: stream capture.

NEVER RUN ON HARDWARE SO FAR: names and arguments were read in the source of PyCUDA
2026.1 and of cuda-bindings 13.5; the tests run the same calls on a simulated device.

The primary context is used because TensorRT's own runtime calls use it; another context
could not access its memory. PyCUDA's stack of contexts belongs to a thread, so the
thread that opens this object must also use, free and close it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar, cast

import numpy as np

from engines.runtime.plan_key import Gpu
from engines.runtime.runtimes import DeviceError, Runtime, load

from .cuda import Pinned

NON_BLOCKING: Final = 1
"""CU_STREAM_NON_BLOCKING."""

F = TypeVar("F", bound=Callable[..., Any])


def _translated(method: F) -> F:
    """Convert PyCUDA's errors to DeviceError."""

    @wraps(method)
    def call(self: PyCuda, *args: Any) -> Any:
        try:
            return method(self, *args)
        except self.error as error:
            raise DeviceError(
                f"CUDA: {method.__name__} failed on {self.gpu.name} ({error})"
            ) from error

    return cast(F, call)


class PyCuda:
    """Implements `Cuda`."""

    def __init__(self, runtime: Runtime, ordinal: int = 0) -> None:
        """Enter the primary context of a card on this thread.

        Args:
            runtime: the runtime that needs the modules, for messages.
            ordinal: number of the card.

        Raises:
            DeviceError: PyCUDA or the driver is missing, or there is no card.
        """
        self._driver = load("pycuda.driver", runtime)
        self._bindings = load("cuda.bindings.driver", runtime)
        self.error: type[Exception] = self._driver.Error
        self.gpu = Gpu("the card", "", 0)
        self._memory: dict[int, Any] = {}
        self._streams: dict[int, Any] = {}
        try:
            self._driver.init()
            if self._driver.Device.count() <= ordinal:
                raise DeviceError(f"{runtime.name}: no NVIDIA card {ordinal} here")
            device = self._driver.Device(ordinal)
            self._context = device.retain_primary_context()
            self._context.push()
        except self.error as error:
            raise DeviceError(
                f"{runtime.name}: CUDA does not start ({error}); is a driver installed?"
            ) from error
        self._open = True
        self.gpu = self._about(device, ordinal)

    @_translated
    def allocate(self, size: int) -> int:
        """See `Cuda`."""
        memory = self._driver.mem_alloc(max(size, 1))
        self._driver.memset_d8(int(memory), 0, max(size, 1))
        # memset runs on the default stream, which our streams do not wait for.
        self._driver.Context.synchronize()
        self._memory[int(memory)] = memory
        return int(memory)

    @_translated
    def free(self, address: int) -> None:
        """See `Cuda`."""
        self._memory.pop(address).free()

    @_translated
    def pinned(self, shape: tuple[int, ...]) -> Pinned:
        """See `Cuda`."""
        array: Pinned = self._driver.pagelocked_empty(shape, np.float32)
        array[...] = 0.0
        return array

    @_translated
    def unpin(self, array: Pinned) -> None:
        """See `Cuda`."""
        base: Any = array.base
        base.free()

    @_translated
    def stream(self) -> int:
        """See `Cuda`."""
        stream = self._driver.Stream(NON_BLOCKING)
        self._streams[stream.handle] = stream
        return int(stream.handle)

    @_translated
    def drop_stream(self, stream: int) -> None:
        """See `Cuda`."""
        del self._streams[stream]  # the destructor frees it, on this thread

    @_translated
    def upload(self, address: int, array: Pinned, stream: int) -> None:
        """See `Cuda`."""
        self._driver.memcpy_htod_async(address, array, self._streams[stream])

    @_translated
    def download(self, array: Pinned, address: int, stream: int) -> None:
        """See `Cuda`."""
        self._driver.memcpy_dtoh_async(array, address, self._streams[stream])

    @_translated
    def synchronize(self, stream: int) -> None:
        """See `Cuda`."""
        self._streams[stream].synchronize()

    def begin_capture(self, stream: int) -> None:
        """See `Cuda`."""
        mode = self._bindings.CUstreamCaptureMode
        self._call(
            "cuStreamBeginCapture", stream, mode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL
        )

    def end_capture(self, stream: int) -> int:
        """See `Cuda`."""
        try:
            graph = self._call("cuStreamEndCapture", stream)
        except DeviceError:  # an enqueued call cannot be recorded
            return 0
        if not int(graph):
            return 0
        try:
            return int(self._call("cuGraphInstantiate", graph, 0))
        except DeviceError:
            return 0
        finally:
            self._call("cuGraphDestroy", graph)

    def launch(self, recorded: int, stream: int) -> None:
        """See `Cuda`."""
        self._call("cuGraphLaunch", recorded, stream)

    def drop_recorded(self, recorded: int) -> None:
        """See `Cuda`."""
        self._call("cuGraphExecDestroy", recorded)

    def close(self) -> None:
        """See `Cuda`."""
        if self._open:
            self._open = False
            self._context.pop()
            self._context.detach()

    def _call(self, name: str, *args: Any) -> Any:
        status, *results = getattr(self._bindings, name)(*args)
        if int(status):
            raise DeviceError(f"CUDA: {name} failed on {self.gpu.name} ({status!s})")
        return results[0] if results else None

    def _about(self, device: Any, ordinal: int) -> Gpu:
        attribute = self._driver.device_attribute
        major, minor = device.compute_capability()
        uuid = self._call("cuDeviceGetUuid", self._call("cuDeviceGet", ordinal))
        return Gpu(
            device.name(),
            f"{major}.{minor}",
            int(device.get_attribute(attribute.MULTIPROCESSOR_COUNT)),
            bytes(uuid.bytes).hex(),
            str(self._driver.get_driver_version()),
        )
