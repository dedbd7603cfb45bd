"""Work that Ctrl-C ends first: it is asked to stop, and only then it is said.

NVIDIA's builders are such work. They sit in C++, where a signal is not heard, call back
from there, through which no exception may pass, and must not be left behind. So they
get a thread, and meanwhile Ctrl-C raises nothing, however often it comes.
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
"""On Windows a signal's handler does not run while the main thread waits."""


def interruptible(
    work: Callable[[threading.Event], T],
    discard: Callable[[T], object] = lambda result: None,
) -> T:
    """Return what work returns, or raise what it raises.

    Args:
        work: called on a thread, with what is set when it should give up.
        discard: is given what it has returned all the same, after Ctrl-C.

    Raises:
        KeyboardInterrupt: Ctrl-C came; the work has ended.
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
    """Have what would raise KeyboardInterrupt set an event instead."""
    if threading.current_thread() is not threading.main_thread():
        # Signals are the main thread's: none is raised here.
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
