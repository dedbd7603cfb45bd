"""Lock a file for one thread or process at a time; the lock ends with its process."""

from __future__ import annotations

import errno
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from .runtime.runtimes import DeviceError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

POLL_S: Final = 0.05


class HeldElsewhere(DeviceError):
    """Another program held the lock until waiting was stopped."""


@contextmanager
def hold(path: Path, stopped: Callable[[], bool]) -> Iterator[None]:
    """Hold a lock file, creating it if needed; wait while another program holds it.

    The file stays on disk. If it were deleted, two programs could each lock a different
    file of the same name.

    Raises:
        DeviceError: the file cannot be opened.
        HeldElsewhere: `stopped` returned True while waiting.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise DeviceError(f"{path}: cannot be opened ({error.strerror})") from error
    try:
        pause = threading.Event()
        while not _taken(handle):
            if stopped():
                raise HeldElsewhere(f"{path}: stopped while another program builds it")
            pause.wait(POLL_S)
        try:
            yield
        finally:
            _release(handle)
    finally:
        os.close(handle)


def patience(seconds: float) -> Callable[[], bool]:
    """Return a `stopped` function that returns True after this many seconds."""
    end = time.perf_counter() + seconds
    return lambda: time.perf_counter() >= end


def _taken(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            os.lseek(handle, 0, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
            return False
        raise  # the disk does not support locks: waiting would never end
    return True


def _release(handle: int) -> None:
    if sys.platform == "win32":
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)
    else:
        fcntl.flock(handle, fcntl.LOCK_UN)
