"""A one-slot mailbox between two threads: the newest value replaces an older one."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Latest(Generic[T]):
    """Passes values from a fast thread to a slow one without a queue."""

    def __init__(self) -> None:
        self._changed = threading.Condition(threading.Lock())
        self._value: T | None = None
        self.dropped = 0
        """Values that were replaced before they were taken."""
        self.closed = False
        """True after `close`. A remaining value can still be taken."""

    def put(self, value: T) -> None:
        """Store a value, and drop the one that was not taken. Never blocks."""
        with self._changed:
            if self.closed:
                return
            self.dropped += self._value is not None
            self._value = value
            self._changed.notify()

    def take(self, timeout_s: float | None = None) -> T | None:
        """Return the newest value and leave the slot empty.

        Returns None after `timeout_s` seconds without a value, or at once if the
        mailbox is closed and empty.
        """
        with self._changed:
            if self._value is None and not self.closed and timeout_s != 0.0:
                self._changed.wait_for(
                    lambda: self._value is not None or self.closed, timeout_s
                )
            value, self._value = self._value, None
            return value

    def close(self) -> None:
        """Wake up waiting threads; ignore later values. Safe to call twice."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()
