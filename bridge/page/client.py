"""An open page, as the daemon sees it: what waits to be sent, and what it asks.

Nothing queues without a bound: a binary message replaces the waiting one of its kind,
and a text message replaces the waiting one of its type if it describes a state. A page
that does not read costs its own thread and about half a megabyte.
"""

from __future__ import annotations

import contextlib
import json
import logging
import socket
import threading
from collections import deque
from typing import Any, Final

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection

from bridge.clock import ClockNs
from bridge.threads import ended
from protocols.page import PICTURE

from .door import cut

logger = logging.getLogger(__name__)

MOST_TEXTS: Final = 64
"""Text messages that wait. The oldest is dropped: its page has not read for long."""

REPLACED: Final = frozenset(
    {"status", "character", "mapping", "guide", "play", "takes"}
)
"""Types of text messages of which only the newest counts."""

STALL_S: Final = 10.0
"""A page that accepts nothing for so long is disconnected; a browser that returns
connects again."""

BUFFER: Final = 128 * 1024
"""Kernel buffer of each page, bytes; a larger one would queue seconds of frames."""

ORDER: Final = (9, 1, 3)
"""Kinds that are sent before others: the clock and numbers before pictures."""


def as_text(message: dict[str, Any]) -> str:
    """Return JSON as browsers read it: numbers that are not finite become null."""
    try:
        return json.dumps(message, allow_nan=False)
    except ValueError:
        return json.dumps(
            json.loads(json.dumps(message), parse_constant=lambda name: None)
        )


class Client:
    """Implements `bridge.page.visitor.Visitor` for one WebSocket connection."""

    def __init__(
        self, connection: ServerConnection, clock_ns: ClockNs, *, pictures: bool
    ) -> None:
        """Start the thread that sends.

        Args:
            connection: open.
            clock_ns: monotonic nanoseconds.
            pictures: False if this page may not see camera pictures.
        """
        self.face = 0
        self.held = False
        self.pictures = pictures
        """Whether this page gets camera pictures, live or of takes."""
        self._connection = connection
        self._clock_ns = clock_ns
        self._changed = threading.Condition(threading.Lock())
        self._texts: deque[tuple[str, str]] = deque()
        self._slots: dict[int, bytes] = {}
        self._closing: tuple[int, str] | None = None
        self._busy_ns: int | None = None
        with contextlib.suppress(OSError):
            connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
        self._thread = threading.Thread(target=self._run, name="page", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """Number of messages that wait to be sent; a page cannot make it large."""
        with self._changed:
            return len(self._texts) + len(self._slots)

    def tell(self, message: dict[str, Any]) -> None:
        """Send a text message. Never blocks; a page that does not read loses it."""
        self.tell_text(str(message.get("type", "")), as_text(message))

    def tell_text(self, kind: str, text: str) -> None:
        """Send a text message that is JSON already; `kind` is its type."""
        with self._changed:
            if self._closing is not None:
                return
            if kind in REPLACED:
                kept = [one for one in self._texts if one[0] != kind]
                if len(kept) < len(self._texts):
                    self._texts = deque(kept)
            if len(self._texts) >= MOST_TEXTS:
                self._texts.popleft()
            self._texts.append((kind, text))
            self._changed.notify()

    def show(self, kind: int, data: bytes) -> None:
        """Send a binary message; a newer one of its kind replaces it. Never blocks."""
        if kind == PICTURE and not self.pictures:
            return
        with self._changed:
            if self._closing is None:
                self._slots[kind] = data
                self._changed.notify()

    def close(self, code: int = 1001, reason: str = "") -> None:
        """Close the connection soon, after at most one message. Never blocks.

        Args:
            code: of RFC 6455, section 7.4.
            reason: at most 123 bytes as UTF-8 are sent.
        """
        with self._changed:
            if self._closing is None:
                told = reason.encode()[:123].decode("utf-8", "ignore")
                self._closing = (code, told)
                self._changed.notify()

    def wait(self, limit_s: float) -> bool:
        """Wait for the end of the sending thread; return True if it has ended."""
        return ended(self._thread, limit_s)

    def check(self) -> None:
        """End the connection if it has accepted nothing for `STALL_S`."""
        busy_ns = self._busy_ns
        if busy_ns is not None and self._clock_ns() - busy_ns > STALL_S * 1e9:
            logger.debug("x page: it has read nothing for %g s; disconnected", STALL_S)
            self.abort()

    def abort(self) -> None:
        """End the connection at once."""
        self.close()
        cut(self._connection.socket)

    def _run(self) -> None:
        try:
            while (message := self._next()) is not None:
                self._busy_ns = self._clock_ns()
                self._connection.send(message)
                self._busy_ns = None
            assert self._closing is not None
            self._connection.close(*self._closing)
        except (ConnectionClosed, OSError):
            self.close()

    def _next(self) -> str | bytes | None:
        """Wait for a message and remove it; return None after `close`."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._texts or self._slots or self._closing is not None
            )
            if self._closing is not None:
                return None
            # Texts are few, and a person may wait for an answer.
            if self._texts:
                return self._texts.popleft()[1]
            kind = next((k for k in ORDER if k in self._slots), None)
            return self._slots.pop(next(iter(self._slots)) if kind is None else kind)
