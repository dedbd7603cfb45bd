"""One holder at a time of a file, over threads and processes; gone with its holder."""

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
    """Another holder had it for as long as one would wait."""


@contextmanager
def hold(path: Path, stopped: Callable[[], bool]) -> Iterator[None]:
    """Hold a lock file, made if need be; wait while another holds it.

    The file stays: deleting it would let two hold "it" at once.

    Raises:
        DeviceError: it cannot be opened.
        HeldElsewhere: `stopped` said True while waiting.
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
    """Return a `stopped` that says True from so many seconds on."""
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
        raise  # a disk that knows no locks: waiting would never end
    return True


def _release(handle: int) -> None:
    if sys.platform == "win32":
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)
    else:
        fcntl.flock(handle, fcntl.LOCK_UN)
