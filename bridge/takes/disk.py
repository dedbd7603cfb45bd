"""Files that takes are written to, and the free space on their disk."""

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
"""A recording stops below this much free space, while the file can still be closed."""


class File(Protocol):
    """The file interface that takes are written through; see `DiskFile`.

    All methods raise OSError.
    """

    def write(self, data: bytes, /) -> int | None:
        """Write some of the bytes, and return how many."""

    def seek(self, offset: int, /) -> int:
        """Set the position, in bytes from the start."""

    def truncate(self, size: int, /) -> int:
        """Cut the file to a size in bytes."""

    def sync(self) -> None:
        """Flush written data to the disk, so that it survives a power failure."""

    def close(self) -> None:
        """Close the file. Safe to call twice."""


class DiskFile(io.FileIO):
    """A new file. Opening it fails if the file exists already."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "x")

    def sync(self) -> None:
        """Flush written data to the disk, so that it survives a power failure."""
        os.fsync(self.fileno())


def free_bytes(folder: Path) -> int:
    """Return the free bytes on a folder's disk; raises OSError."""
    return shutil.disk_usage(folder).free


@dataclass(frozen=True, slots=True)
class Disk:
    """The system functions that recording uses; tests replace them."""

    open: Callable[[Path], File] = DiskFile
    """Creates a new file, or raises OSError."""
    room: Callable[[Path], int] = free_bytes
    """Returns the free bytes on a folder's disk, or raises OSError."""
    clock_ns: ClockNs = monotonic_ns


def put(file: File, data: bytes | bytearray) -> None:
    """Write all of the bytes; raises OSError."""
    left = memoryview(data)
    while left:
        # A write may be partial; None and 0 mean that nothing was written.
        taken = file.write(bytes(left))
        if not taken:
            raise OSError("nothing was written")
        left = left[taken:]
