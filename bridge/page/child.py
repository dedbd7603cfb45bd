"""Runs long work in a process of its own, so that the stream keeps its time.

    Child(function, argument).result(progress)

The process has a low priority, prints nothing, and is ended by `stop` or a time limit.
A file from a page that takes all memory ends that process and not facewire.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, Final

from bridge.clock import ClockNs, monotonic_ns
from bridge.errors import BridgeError

JOIN_S: Final = 5.0
"""How long to wait for a process that was ended."""
LOOK_S: Final = 0.1
"""Longest time between two looks at the limit."""
NICE: Final = 10
"""How much lower its priority is, on Unix."""

Progress = Callable[[float], object]
"""Called with the share of the work, 0 to 1, that was done since the last call."""
Work = Callable[[Any, Progress], Any]
"""A function of a module: argument and progress in, result out. All can be pickled."""


class Child:
    """One piece of work in a process of its own."""

    def __init__(self, work: Work, argument: object) -> None:
        """Start the process.

        Args:
            work: what is done there.
            argument: for the work.
        """
        # A copy of this process would have its locks, but not its threads.
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(
            target=_run, args=(theirs, work, argument), name="job", daemon=True
        )
        self._stopped = False
        self._process.start()
        theirs.close()

    def result(
        self,
        progress: Progress,
        limit_s: float | None = None,
        clock_ns: ClockNs = monotonic_ns,
    ) -> Any:
        """Wait for the result.

        Args:
            progress: called in this thread.
            limit_s: the work is ended after so many seconds.
            clock_ns: monotonic nanoseconds.

        Raises:
            BridgeError: the work failed, was stopped, or took too long.
        """
        begin_ns = clock_ns()
        try:
            while True:
                if self._ours.poll(LOOK_S):
                    kind, value = self._ours.recv()
                    if kind == "done":
                        return value
                    if kind == "failed":
                        raise BridgeError(value)
                    progress(value)
                elif limit_s is not None and clock_ns() - begin_ns > limit_s * 1e9:
                    raise BridgeError(f"it took over {limit_s:g} s and was stopped")
        except (EOFError, OSError):
            if self._stopped:
                raise BridgeError("it was stopped") from None
            raise BridgeError(
                "its process ended without a result; perhaps the memory is too small"
            ) from None
        finally:
            self.stop()
            self._ours.close()

    def stop(self) -> None:
        """End the process; `result` then raises. Safe to call twice."""
        self._stopped = True
        self._process.terminate()
        self._process.join(JOIN_S)


def _run(pipe: Connection, work: Work, argument: object) -> None:
    """Do the work. Runs in the new process."""
    # Ctrl-C reaches every process of a terminal; the parent ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(NICE)
    _silence()
    try:
        result = work(argument, lambda share: pipe.send(("progress", share)))
    except BridgeError as error:
        pipe.send(("failed", str(error)))
    except BaseException as error:
        pipe.send(("failed", f"{type(error).__name__}: {error}"))
    else:
        pipe.send(("done", result))
    finally:
        pipe.close()


def _silence() -> None:
    """Print nothing: the terminal belongs to the parent's live table."""
    logging.disable(logging.CRITICAL)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (1, 2):
        os.dup2(nothing, stream)
    os.close(nothing)
