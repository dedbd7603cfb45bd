"""Runs what may wait (a disk, a receiver of files) beside the socket's thread."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from typing import Final

from bridge.threads import ended

logger = logging.getLogger(__name__)

ROOM: Final = 8
"""Largest number of waiting pieces of work; more are refused."""

LOOK_S: Final = 0.1
"""Longest time between two looks at the end."""


class Worker:
    """One thread that does pieces of work in order."""

    def __init__(self, name: str) -> None:
        """Start the thread."""
        self._waiting: queue.Queue[Callable[[], object]] = queue.Queue(ROOM)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def post(self, work: Callable[[], object]) -> bool:
        """Add a piece of work; return False if too many wait. Never blocks."""
        try:
            self._waiting.put_nowait(work)
        except queue.Full:
            return False
        return True

    def close(self, timeout_s: float) -> bool:
        """End after the current piece of work; return False if that takes too long."""
        self._stop.set()
        return ended(self._thread, timeout_s)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                work = self._waiting.get(timeout=LOOK_S)
            except queue.Empty:
                continue
            try:
                work()
            except Exception:
                # One broken piece of work must not end those after it.
                logger.exception("x remote: a command failed")
