"""A one-slot mailbox between two threads: the newest value wins, nothing queues."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Latest(Generic[T]):
    """Hand values from a fast thread to a slow one without ever queueing."""

    def __init__(self) -> None:
        self._changed = threading.Condition(threading.Lock())
        self._value: T | None = None
        self.dropped = 0
        """Values replaced before anybody took them."""
        self.closed = False
        """True after `close`. A value that still waits can be taken."""

    def put(self, value: T) -> None:
        """Replace whatever is waiting. Never blocks."""
        with self._changed:
            if self.closed:
                return
            self.dropped += self._value is not None
            self._value = value
            self._changed.notify()

    def take(self, timeout_s: float | None = None) -> T | None:
        """Return the newest value and leave the slot empty.

        None after `timeout_s` seconds without one, or at once when closed and empty.
        """
        with self._changed:
            if self._value is None and not self.closed:
                self._changed.wait_for(
                    lambda: self._value is not None or self.closed, timeout_s
                )
            value, self._value = self._value, None
            return value

    def close(self) -> None:
        """Wake whoever waits; later values are ignored. Safe to call twice."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()
