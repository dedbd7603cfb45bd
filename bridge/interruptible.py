"""Runs work that Ctrl-C stops before KeyboardInterrupt is raised.

NVIDIA's builders need this. They run in C++, where Python handles no signals. They call
back into Python, but no exception may pass through them. They must end before the
process does. So the work runs on a thread. Ctrl-C asks it to stop, and raises
KeyboardInterrupt only after it has ended.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from .ending import SIGNALS

T = TypeVar("T")

SLICE_S: Final = 0.1
"""Length of one wait. On Windows, signal handlers cannot run during a wait."""


def interruptible(
    work: Callable[[threading.Event], T],
    discard: Callable[[T], object] = lambda result: None,
) -> T:
    """Return the result of `work`, or raise its exception.

    Args:
        work: called on a thread, with an event that is set when it should stop.
        discard: called with the result if the work finished although Ctrl-C came.

    Raises:
        KeyboardInterrupt: Ctrl-C came, and the work has ended.
    """
    stop = threading.Event()
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work(stop))
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run, name="work")
    try:
        with _set_by_signals(stop):
            thread.start()
            while thread.is_alive():
                thread.join(SLICE_S)
        if stop.is_set():
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        for result in results:
            discard(result)
        raise
    if errors:
        raise errors[0]
    return results[0]


@contextmanager
def _set_by_signals(stop: threading.Event) -> Iterator[None]:
    """Let signals set an event instead of raising KeyboardInterrupt."""
    if threading.current_thread() is not threading.main_thread():
        # Only the main thread handles signals.
        yield
        return
    before = {}
    try:
        for name in SIGNALS:
            sign = getattr(signal, name, None)
            if sign is not None and callable(signal.getsignal(sign)):
                before[sign] = signal.signal(sign, lambda *_: stop.set())
        yield
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)
