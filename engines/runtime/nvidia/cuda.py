"""The part of CUDA that the runner needs.

`PyCuda` is the real implementation. The tests have a simulated one with the same rules:
everything is made, used and freed on the thread that opened it.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from engines.runtime.plan_key import Gpu

Pinned = npt.NDArray[np.float32]
"""A page-locked array, so that copies to and from the card can be asynchronous."""


class Cuda(Protocol):
    """One card, one context, one thread. Handles and addresses are plain numbers.

    Every method raises DeviceError if CUDA fails.
    """

    gpu: Gpu

    def allocate(self, size: int) -> int:
        """Return the address of new device memory of `size` bytes, zeroed."""

    def free(self, address: int) -> None:
        """Free memory."""

    def pinned(self, shape: tuple[int, ...]) -> Pinned:
        """Return a new page-locked array, zeroed."""

    def unpin(self, array: Pinned) -> None:
        """Free an array from `pinned`; it must not be used afterwards."""

    def stream(self) -> int:
        """Return a new stream that does not wait for the default one."""

    def drop_stream(self, stream: int) -> None:
        """Free a stream."""

    def upload(self, address: int, array: Pinned, stream: int) -> None:
        """Enqueue a copy to the device."""

    def download(self, array: Pinned, address: int, stream: int) -> None:
        """Enqueue a copy from the device."""

    def synchronize(self, stream: int) -> None:
        """Wait until everything in the stream is done."""

    def begin_capture(self, stream: int) -> None:
        """Start recording what this thread enqueues instead of running it."""

    def end_capture(self, stream: int) -> int:
        """Return the recording, ready to launch; 0 if it cannot be launched.

        The recording ends in any case.
        """

    def launch(self, recorded: int, stream: int) -> None:
        """Enqueue everything that was recorded."""

    def drop_recorded(self, recorded: int) -> None:
        """Free a recording."""

    def close(self) -> None:
        """Leave the context. No other call works afterwards; safe to call twice."""
