"""The end of a command that runs until Ctrl-C: in order if it can, soon in any case.

    first signal    KeyboardInterrupt on the main thread, which ends in order
    second signal   the process ends at once, as it does when a step of an orderly end
                    takes longer than `LIMIT_S`

Python calls signal handlers on the main thread only, between two of its instructions. A
main thread that waits for a driver, a disk or a terminal may not get there, and on
Windows it does not even while it waits for a lock. So another thread listens too: to
the socket that Python's own handler, which is C and always runs, writes to.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Final, NoReturn, TypeVar

from .clock import monotonic_ns
from .printing import say
from .threads import SLICE_S, ended

T = TypeVar("T")

SIGNALS: Final = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""What asks for the end, as far as the system has it: SIGHUP is a terminal that is
closed, SIGBREAK is Ctrl-Break on Windows."""

LIMIT_S: Final = 0.7
"""For a step of an orderly end, of which no two are likely to be stuck."""

RESCUE_S: Final = 0.15
"""For what must be saved where there is no time for an orderly end."""

LAST_WORDS_S: Final = 0.05
"""For standard error to take the last sentence then."""

FLUSH_S: Final = 0.2
"""For standard output to take what waits, after an orderly end."""

ECHO_NS: Final = 50_000_000
"""A second signal that follows so soon is the first one, passed on by a wrapper."""

LATE: Final = "ended without waiting for a driver, a disk or the terminal"

_left: Final[list[threading.Thread]] = []
"""Threads that did not end in time: Python cannot be shut down under them."""

_ended: Final = threading.Event()
"""Set once a command has ended that listens to signals."""

_broken: Final = threading.Event()
"""Set once standard output cannot be flushed: Python's own end would fail for it."""


class Ending:
    """A context in which SIGINT and its like end a command, whatever it is doing."""

    def __init__(
        self,
        *,
        code: int = 0,
        told: str = "",
        limit_s: float | None = LIMIT_S,
        leave: Callable[[int], object] = os._exit,
    ) -> None:
        """Prepare.

        Args:
            code: exit code of the process where it is ended without order.
            told: a sentence for standard error in that case.
            limit_s: for each step of an orderly end; None for as long as it takes.
            leave: ends the process.
        """
        self.asked = threading.Event()
        """Set by the first signal, also while the main thread is stuck."""
        self.interrupted = False
        """True once a signal has ended the work."""
        self.rescue: Callable[[float], int] | None = None
        """Called before an end without order: saves what it can within so many seconds
        and returns the exit code. From any thread."""
        self._code = code
        self._told = told
        self._limit_s = limit_s
        self._leave = leave
        self._begun = self._over = False
        self._steps = 0
        self._handlers: dict[int, object] = {}
        self._thread = threading.Thread(target=self._watch, name="ending", daemon=True)

    def __enter__(self) -> Ending:
        """Listen to signals. On the main thread only."""
        self._others = set(threading.enumerate())
        self._ear, self._mouth = socket.socketpair()
        self._mouth.setblocking(False)
        self._thread.start()
        self._wakeup = signal.set_wakeup_fd(
            self._mouth.fileno(), warn_on_full_buffer=False
        )
        for name in SIGNALS:
            sign = getattr(signal, name, None)
            # What was to be ignored from the start, as `nohup` has it, stays ignored.
            if sign is None or signal.getsignal(sign) in (signal.SIG_IGN, None):
                continue
            self._handlers[sign] = signal.signal(sign, self._interrupt)
        return self

    def __exit__(self, kind: type[BaseException] | None, *exception: object) -> bool:
        """Leave signals as they were, and note which threads are left behind."""
        self._begun = self._over = True
        for sign, before in self._handlers.items():
            signal.signal(sign, before)  # type: ignore[arg-type]  # what it returned
        signal.set_wakeup_fd(self._wakeup)
        self._wake()
        self._thread.join(LIMIT_S)
        self._ear.close()
        self._mouth.close()
        left = set(threading.enumerate()) - self._others
        # One of them may hold standard output.
        if not left and not in_time(_flush, FLUSH_S):
            _broken.set()
        _left.extend(left)
        _ended.set()
        return self.interrupted and kind is KeyboardInterrupt

    def run(self, work: Callable[[], object]) -> None:
        """Do the work of the command, and begin its end when a signal comes."""
        try:
            try:
                work()
            finally:
                self.begin()
        except KeyboardInterrupt:
            # Whoever raised it: `interruptible` does, once its work has ended.
            self.interrupted = True
        except Exception:
            # Extension modules have other names for the interruption of their import.
            if not self.interrupted:
                raise

    def begin(self) -> None:
        """Begin an orderly end: its time runs, and no KeyboardInterrupt comes."""
        self._begun = True
        self.more()
        self._wake()

    def more(self) -> None:
        """Begin the time anew: a step has ended, or something is still being saved."""
        self._steps += 1

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        if not self._begun:
            self._begun = self.interrupted = True
            raise KeyboardInterrupt

    def _wake(self) -> None:
        """Have the thread look again; 0 is no signal's number."""
        try:
            self._mouth.send(b"\0")
        except OSError:
            # Full of signals: it is awake.
            return

    def _watch(self) -> None:
        first_ns: int | None = None
        steps = slices = 0
        while not self._over:
            heard = self._listen()
            if any(number in self._handlers for number in heard):
                now_ns = monotonic_ns()
                if first_ns is None:
                    first_ns = now_ns
                    self.asked.set()
                    self.more()
                elif now_ns - first_ns > ECHO_NS:
                    self._end(self._told)
                    return
            if steps != self._steps:
                steps, slices = self._steps, 0
            slices += not heard
            if self._limit_s is not None and slices * SLICE_S >= self._limit_s:
                self._end(self._told or LATE)
                return

    def _listen(self) -> bytes:
        """Return the numbers of new signals; nothing after a slice without any."""
        try:
            self._ear.settimeout(SLICE_S if self._steps else None)
            return self._ear.recv(64)
        except OSError:
            # Of which a time-out is one.
            return b""

    def _end(self, told: str) -> None:
        code = None
        if self.rescue is not None:
            rescue = self.rescue
            code = in_time(lambda: rescue(RESCUE_S), RESCUE_S + LAST_WORDS_S)
        in_time(lambda: _last_words(told), LAST_WORDS_S)
        self._leave(self._code if code is None else code)


def in_time(work: Callable[[], T], limit_s: float) -> T | None:
    """Return what work returns; None if it takes longer, or raises.

    Work that takes longer is left behind in a thread.
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


def leave(code: int) -> NoReturn:
    """End the process: in order, or at once where a thread was left behind.

    Python waits for threads and for standard output, and native libraries crash when
    their threads outlive it.
    """
    if _ended.is_set():
        # All is closed: what takes a moment now is Python's own end.
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, signal.SIG_IGN)
    if _broken.is_set() or any(thread.is_alive() for thread in _left):
        os._exit(code)
    sys.exit(code)


def _last_words(told: str) -> None:
    if told:
        say(f"facewire: {told}", error=True)
    if sys.stdout is not None and sys.stdout.isatty():
        # A live table has hidden the cursor.
        os.write(sys.stdout.fileno(), b"\x1b[?25h")


def _flush() -> bool:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    return True
