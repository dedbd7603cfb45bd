"""What the runner needs of CUDA, as thin as it goes.

`PyCuda` is the real one. A simulated one in the tests keeps the same rules: everything
is made, used and freed on the thread that opened it.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from engines.runtime.plan_key import Gpu

Pinned = npt.NDArray[np.float32]
"""An array whose memory does not move, so that copies need not wait for it."""


class Cuda(Protocol):
    """One card, one context, one thread. Handles and addresses are plain numbers.

    Every method raises DeviceError where CUDA fails.
    """

    gpu: Gpu

    def allocate(self, size: int) -> int:
        """Return the address of new device memory of `size` bytes, zeroed."""

    def free(self, address: int) -> None:
        """Give memory back."""

    def pinned(self, shape: tuple[int, ...]) -> Pinned:
        """Return a new page-locked array, zeroed."""

    def unpin(self, array: Pinned) -> None:
        """Give an array of `pinned` back; it must not be touched afterwards."""

    def stream(self) -> int:
        """Return a new stream that does not wait for the default one."""

    def drop_stream(self, stream: int) -> None:
        """Give a stream back."""

    def upload(self, address: int, array: Pinned, stream: int) -> None:
        """Enqueue a copy to the device."""

    def download(self, array: Pinned, address: int, stream: int) -> None:
        """Enqueue a copy from the device."""

    def synchronize(self, stream: int) -> None:
        """Wait until all that was enqueued is done."""

    def begin_capture(self, stream: int) -> None:
        """From here on record what is enqueued instead of doing it (this thread's)."""

    def end_capture(self, stream: int) -> int:
        """Return what was recorded, ready to launch; 0 if it cannot be.

        Ends the recording in any case.
        """

    def launch(self, recorded: int, stream: int) -> None:
        """Enqueue all that was recorded."""

    def drop_recorded(self, recorded: int) -> None:
        """Give a recording back."""

    def close(self) -> None:
        """Leave the context. Nothing works afterwards; safe to call twice."""
