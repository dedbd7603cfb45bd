"""Files that takes are written to, and how much room there is for them."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from bridge.clock import ClockNs, monotonic_ns

LOW_BYTES: Final = 64 << 20
"""With less room on the disk a recording ends while it still can in good order."""


class File(Protocol):
    """What a take is written to; `DiskFile` is one. All raise OSError."""

    def write(self, data: bytes, /) -> int | None:
        """Write some of the bytes, and say how many."""

    def seek(self, offset: int, /) -> int:
        """Go to a place."""

    def truncate(self, size: int, /) -> int:
        """Cut the file."""

    def sync(self) -> None:
        """Have the disk keep what was written, also if power fails."""

    def close(self) -> None:
        """Release it. Safe to call twice."""


class DiskFile(io.FileIO):
    """A new file. Opening it fails where there is one already."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "x")

    def sync(self) -> None:
        """Have the disk keep what was written, also if power fails."""
        os.fsync(self.fileno())


def free_bytes(folder: Path) -> int:
    """Return how much room a folder's disk has for us; raises OSError."""
    return shutil.disk_usage(folder).free


@dataclass(frozen=True, slots=True)
class Disk:
    """What a take needs of the system; tests have their own."""

    open: Callable[[Path], File] = DiskFile
    """Makes a new file, or raises OSError."""
    room: Callable[[Path], int] = free_bytes
    """Returns the bytes that are free in a folder, or raises OSError."""
    clock_ns: ClockNs = monotonic_ns


def put(file: File, data: bytes | bytearray) -> None:
    """Write all of the bytes; raises OSError."""
    left = memoryview(data)
    while left:
        # A file may take less than all; None and 0 say that it takes nothing.
        taken = file.write(bytes(left))
        if not taken:
            raise OSError("nothing was written")
        left = left[taken:]
