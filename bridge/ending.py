"""Ends a command on Ctrl-C: with a clean shutdown if possible, and quickly in any case.

    first signal    raises KeyboardInterrupt on the main thread: a clean shutdown
    second signal   ends the process at once; so does a step of the clean shutdown that
                    takes longer than `LIMIT_S`

Python runs signal handlers on the main thread only, between two bytecode instructions.
If the main thread waits for a driver, a disk or a terminal, the handlers may never run;
on Windows not even while it waits for a lock. So another thread watches too. It reads
the socket that Python's low-level handler, which is in C and always runs, writes to.

An exception that a handler raises is lost if the main thread happens to run a callback
of the garbage collector, of a weak reference or of C code. The thread sends the signal
again then.
"""

from __future__ import annotations

import _thread
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Final

from . import leaving
from .clock import monotonic_ns
from .leaving import in_time
from .printing import say
from .threads import SLICE_S

SIGNALS: Final = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""Signals that end a command, if the system has them. SIGHUP comes from a closed
terminal, SIGBREAK from Ctrl-Break on Windows."""

LIMIT_S: Final = 0.7
"""Time limit of one step of a clean shutdown. Two blocked steps are unlikely."""

RESCUE_S: Final = 0.15
"""Time limit for saving data if the clean shutdown is cut short."""

LAST_SENTENCE_S: Final = 0.05
"""Time limit for the last sentence to standard error in that case."""

ECHO_NS: Final = 50_000_000
"""A second signal this soon is a copy of the first one, from a wrapper process."""

AGAIN_S: Final = 0.01
"""Time for a callback to end that lost a signal's exception."""

LATE: Final = "ended without waiting for a blocked driver, disk or terminal"


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
        self._raised: KeyboardInterrupt | None = None
        """What the first signal raised."""
        self._lost: signal.Signals | None = None
        """The signal to send again, because what it raised was lost."""
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
        self._report = sys.unraisablehook
        sys.unraisablehook = self._see_lost
        return self

    def __exit__(self, kind: type[BaseException] | None, *exception: object) -> bool:
        """Restore the signal handlers, and note the threads that still run."""
        self._begun = self._over = True
        for sign, before in self._handlers.items():
            signal.signal(sign, before)  # type: ignore[arg-type]  # what it returned
        signal.set_wakeup_fd(self._wakeup)
        if sys.unraisablehook == self._see_lost:
            sys.unraisablehook = self._report
        self._wake()
        self._thread.join(LIMIT_S)
        self._receiver.close()
        self._sender.close()
        left = set(threading.enumerate()) - self._others
        leaving.note_end(left)
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
        self._raised = None
        self.more()
        self._wake()

    def more(self) -> None:
        """Restart the time limit: a step has ended, or data is still being saved."""
        self._steps += 1

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        if self._begun:
            return
        at = frame
        while at is not None:
            if at.f_code is Ending._see_lost.__code__:
                # What is raised there would be lost again.
                self._lost = signal.Signals(number)
                return
            at = at.f_back
        self._begun = self.interrupted = True
        self._raised = KeyboardInterrupt(number)
        raise self._raised

    def _see_lost(self, lost: sys.UnraisableHookArgs) -> None:
        """Take note if a callback lost what a signal raised; report all else."""
        if self._raised is not None and lost.exc_value is self._raised:
            self._lost = signal.Signals(self._raised.args[0])
            self._raised = None
            self._begun = False
            self._wake()
        else:
            self._report(lost)

    def _wake(self) -> None:
        """Wake up the thread. The byte 0 is not the number of a signal."""
        try:
            self._sender.send(b"\0")
        except OSError:
            # The socket is full of signal numbers, so the thread is awake.
            return

    def _watch(self) -> None:
        first_ns: int | None = None
        steps = slices = sent_again = 0
        while not self._over:
            heard = self._listen()
            again, self._lost = self._lost, None
            if again is not None:
                threading.Event().wait(AGAIN_S)
                sent_again += 1
                _thread.interrupt_main(again)
            elif sent_again and any(number in self._handlers for number in heard):
                # It is the copy that was sent again.
                sent_again -= 1
                continue
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


def _print_last(told: str) -> None:
    if told:
        say(f"facewire: {told}", error=True)
    if sys.stdout is not None and sys.stdout.isatty():
        # Show the cursor again, which a live table has hidden.
        os.write(sys.stdout.fileno(), b"\x1b[?25h")
