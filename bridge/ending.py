"""Ends a command on Ctrl-C: with a clean shutdown if possible, and quickly in any case.

    first signal    raises KeyboardInterrupt on the main thread: a clean shutdown
    second signal   ends the process at once; so does a step of the clean shutdown that
                    takes longer than `LIMIT_S`

Python runs signal handlers on the main thread only, between two bytecode instructions.
If the main thread waits for a driver, a disk or a terminal, the handlers may never run;
on Windows not even while it waits for a lock. So another thread watches too. It reads
the socket that Python's low-level handler, which is in C and always runs, writes to.
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
"""Signals that end a command, if the system has them. SIGHUP comes from a closed
terminal, SIGBREAK from Ctrl-Break on Windows."""

LIMIT_S: Final = 0.7
"""Time limit of one step of a clean shutdown. Two blocked steps are unlikely."""

RESCUE_S: Final = 0.15
"""Time limit for saving data if the clean shutdown is cut short."""

LAST_SENTENCE_S: Final = 0.05
"""Time limit for the last sentence to standard error in that case."""

FLUSH_S: Final = 0.2
"""Time limit for flushing standard output after a clean shutdown."""

ECHO_NS: Final = 50_000_000
"""A second signal this soon is a copy of the first one, from a wrapper process."""

LATE: Final = "ended without waiting for a blocked driver, disk or terminal"

_left: Final[list[threading.Thread]] = []
"""Threads that did not end in time. Python cannot shut down cleanly while they run."""

_ended: Final = threading.Event()
"""Set once a command with an `Ending` has ended."""

_broken: Final = threading.Event()
"""Set if standard output cannot be flushed; Python's own shutdown would then fail."""


class Ending:
    """A context in which signals such as SIGINT end a command, even a blocked one."""

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
            code: exit code of the process if the clean shutdown is cut short.
            told: a sentence for standard error in that case.
            limit_s: time limit of each step of the clean shutdown; None for no limit.
            leave: ends the process.
        """
        self.asked = threading.Event()
        """Set by the first signal, even while the main thread is blocked."""
        self.interrupted = False
        """True once a signal has ended the work."""
        self.rescue: Callable[[float], int] | None = None
        """Called on any thread if the clean shutdown is cut short. Gets a time limit in
        seconds, saves what it can, and returns the exit code."""
        self._code = code
        self._told = told
        self._limit_s = limit_s
        self._leave = leave
        self._begun = self._over = False
        self._steps = 0
        self._handlers: dict[int, object] = {}
        self._thread = threading.Thread(target=self._watch, name="ending", daemon=True)

    def __enter__(self) -> Ending:
        """Start to handle signals. Call it on the main thread only."""
        self._others = set(threading.enumerate())
        self._receiver, self._sender = socket.socketpair()
        self._sender.setblocking(False)
        self._thread.start()
        self._wakeup = signal.set_wakeup_fd(
            self._sender.fileno(), warn_on_full_buffer=False
        )
        for name in SIGNALS:
            sign = getattr(signal, name, None)
            # Signals that were ignored before, for example by `nohup`, stay ignored.
            if sign is None or signal.getsignal(sign) in (signal.SIG_IGN, None):
                continue
            self._handlers[sign] = signal.signal(sign, self._interrupt)
        return self

    def __exit__(self, kind: type[BaseException] | None, *exception: object) -> bool:
        """Restore the signal handlers, and note the threads that still run."""
        self._begun = self._over = True
        for sign, before in self._handlers.items():
            signal.signal(sign, before)  # type: ignore[arg-type]  # what it returned
        signal.set_wakeup_fd(self._wakeup)
        self._wake()
        self._thread.join(LIMIT_S)
        self._receiver.close()
        self._sender.close()
        left = set(threading.enumerate()) - self._others
        # Not flushed with threads left, because one of them may lock standard output.
        if not left and not in_time(_flush, FLUSH_S):
            _broken.set()
        _left.extend(left)
        _ended.set()
        return self.interrupted and kind is KeyboardInterrupt

    def run(self, work: Callable[[], object]) -> None:
        """Run the work of the command, and begin its shutdown when a signal comes."""
        try:
            try:
                work()
            finally:
                self.begin()
        except KeyboardInterrupt:
            # `interruptible` raises it too, once its work has ended.
            self.interrupted = True
        except Exception:
            # An interrupted import of an extension module raises other exceptions.
            if not self.interrupted:
                raise

    def begin(self) -> None:
        """Begin a clean shutdown: the time limit runs, and signals no longer raise."""
        self._begun = True
        self.more()
        self._wake()

    def more(self) -> None:
        """Restart the time limit: a step has ended, or data is still being saved."""
        self._steps += 1

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        if not self._begun:
            self._begun = self.interrupted = True
            raise KeyboardInterrupt

    def _wake(self) -> None:
        """Wake up the thread. The byte 0 is not the number of a signal."""
        try:
            self._sender.send(b"\0")
        except OSError:
            # The socket is full of signal numbers, so the thread is awake.
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
        """Return the numbers of new signals, or nothing after a slice without any."""
        try:
            self._receiver.settimeout(SLICE_S if self._steps else None)
            return self._receiver.recv(64)
        except OSError:
            # This includes the timeout.
            return b""

    def _end(self, told: str) -> None:
        code = None
        if self.rescue is not None:
            rescue = self.rescue
            code = in_time(lambda: rescue(RESCUE_S), RESCUE_S + LAST_SENTENCE_S)
        in_time(lambda: _print_last(told), LAST_SENTENCE_S)
        self._leave(self._code if code is None else code)


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


def _print_last(told: str) -> None:
    if told:
        say(f"facewire: {told}", error=True)
    if sys.stdout is not None and sys.stdout.isatty():
        # Show the cursor again, which a live table has hidden.
        os.write(sys.stdout.fileno(), b"\x1b[?25h")


def _flush() -> bool:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    return True
