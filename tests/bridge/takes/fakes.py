"""Disks for tests: full after so many bytes, or with as much room as is said."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

from bridge.clock import monotonic_ns
from bridge.takes.disk import LOW_BYTES, Disk, DiskFile


class SmallFile(DiskFile):
    """A file on a disk that is full once the file has `size` bytes."""

    def __init__(self, path: Path, size: int) -> None:
        super().__init__(path)
        self._size = size

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        room = self._size - self.tell()
        if room <= 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(data[:room])


def small_disk(size: int) -> Disk:
    return Disk(lambda path: SmallFile(path, size), lambda folder: 2 * LOW_BYTES)


def disk_with(room: Callable[[], int]) -> Disk:
    """A disk whose seconds pass quickly: every look at the clock is one."""
    seconds = iter(range(1, 10**9))
    return Disk(
        DiskFile, lambda folder: room(), lambda: monotonic_ns() + next(seconds) * 10**9
    )
