"""Ends the process after a command: with Python's shutdown, or at once.

Python's shutdown waits for threads and for standard output. So it is left out if a
thread did not end in time or standard output is stuck.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Final, NoReturn, TypeVar

from .threads import ended

T = TypeVar("T")

FLUSH_S: Final = 0.2
"""Time limit for flushing standard output after a clean shutdown."""

_left: Final[list[threading.Thread]] = []
"""Threads that did not end in time. Python cannot shut down cleanly while they run."""

_ended: Final = threading.Event()
"""Set once a command with an `Ending` has ended."""

_broken: Final = threading.Event()
"""Set if standard output cannot be flushed; Python's own shutdown would then fail."""


def in_time(work: Callable[[], T], limit_s: float) -> T | None:
    """Return the result of `work`, or None if it takes longer or raises.

    Work that takes longer continues in a thread.
    """
    results: list[T] = []

    def run() -> None:
        try:
            results.append(work())
        except Exception:
            return

    thread = threading.Thread(target=run, name="in time", daemon=True)
    thread.start()
    if not ended(thread, limit_s):
        _left.append(thread)
    return results[0] if results else None


def note_end(left: Iterable[threading.Thread]) -> None:
    """Take note that a command has ended, and flush standard output.

    Args:
        left: threads that still run.
    """
    still = list(left)
    # Not flushed with threads left, because one of them may lock standard output.
    if not still and not in_time(_flush, FLUSH_S):
        _broken.set()
    _left.extend(still)
    _ended.set()


def leave(code: int) -> NoReturn:
    """End the process: with Python's shutdown, or at once if a thread still runs.

    Python's shutdown waits for threads and for standard output, and native libraries
    crash if their threads still run after it.
    """
    if _ended.is_set():
        # Everything is closed; only Python's own shutdown remains.
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, signal.SIG_IGN)
    if _broken.is_set() or any(thread.is_alive() for thread in _left):
        os._exit(code)
    sys.exit(code)


def _flush() -> bool:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    return True
