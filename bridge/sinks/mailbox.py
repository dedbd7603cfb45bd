"""A sink for wires that shake hands or may block: a thread of its own does the waiting.

The pipeline only puts frames into a mailbox with one place for each face. The newest
frame wins: one that still waits there is dropped when its face's next one comes.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final, Protocol

from bridge.threads import ended
from protocols.frame import FaceFrame
from protocols.timecode import Timecode

from .sink import Faults

logger = logging.getLogger(__name__)

CLOSE_S: Final = 0.5
"""How long `close` waits for a sender that is busy."""


class Sender(Protocol):
    """An open connection. Only the sink's thread uses it, and it may block there."""

    def send(self, frame: FaceFrame, time: Timecode) -> None:
        """Deliver one frame, or raise; after that the sink opens a new connection."""

    def close(self) -> None:
        """Release the connection. Called once."""


Connect = Callable[[], Sender]
"""Opens a connection, with whatever handshake it needs; raises where it cannot."""


class MailboxSink:
    """Sends the newest frame of each face whenever the connection is ready for it.

    Nothing is connected before the first frame. After a failure the frames of the next
    quarter of a second are not sent, then one is tried again; the wait doubles up to
    four seconds. It is told by the frames' own time, so a source that stands still
    causes no attempts.
    """

    def __init__(
        self, name: str, connect: Connect, *, close_limit_s: float = CLOSE_S
    ) -> None:
        """Start the thread; it is idle until a frame comes.

        Args:
            name: as on the command line.
            connect: opens a connection, in the thread.
            close_limit_s: how long `close` waits for the thread, in seconds.
        """
        self.name = name
        self.sent = 0
        self.failed = 0
        self.dropped = 0
        """Frames that a newer one replaced, or that were waiting at the end."""
        self._connect = connect
        self._close_limit_s = close_limit_s
        self._faults = Faults(name)
        self._sender: Sender | None = None
        self._changed = threading.Condition(threading.Lock())
        self._waiting: dict[str, tuple[FaceFrame, Timecode]] = {}
        self._closed = False
        # A daemon thread: one that is stuck in a connection must not keep the program.
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def send(self, frame: FaceFrame, time: Timecode) -> None:
        """Leave the frame to the thread, in place of its face's last. Never waits."""
        with self._changed:
            if self._closed:
                return
            # Taken out first, so that faces are sent in the order they came.
            self.dropped += self._waiting.pop(frame.subject, None) is not None
            self._waiting[frame.subject] = (frame, time)
            self._changed.notify()

    def close(self) -> None:
        """End the thread, which closes the connection. Safe to call twice.

        A thread that is stuck in the connection is left behind after `close_limit_s`,
        with a line in the log; it ends with the connection's call or with the program.
        """
        with self._changed:
            first, self._closed = not self._closed, True
            self.dropped += len(self._waiting)
            self._waiting.clear()
            self._changed.notify()
        if not ended(self._thread, self._close_limit_s) and first:
            logger.warning(
                "x %s: did not answer within %g s at the end; not closed",
                self.name,
                self._close_limit_s,
            )

    def _run(self) -> None:
        """Send what comes until the end: the thread."""
        try:
            while (letter := self._next()) is not None:
                self._deliver(*letter)
        finally:
            self._disconnect()

    def _next(self) -> tuple[FaceFrame, Timecode] | None:
        """Wait for a frame and take it; None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            if self._closed:
                return None
            return self._waiting.pop(next(iter(self._waiting)))

    def _deliver(self, frame: FaceFrame, time: Timecode) -> None:
        """Send one frame, over a new connection if there is none; count the outcome."""
        if self._faults.blocks(frame.captured_ns):
            self.failed += 1
            return
        try:
            if self._sender is None:
                self._sender = self._connect()
            self._sender.send(frame, time)
        # A library's own errors too: whatever goes wrong ends this connection alone.
        except Exception as error:
            self.failed += 1
            self._faults.failed(error, frame.captured_ns)
            self._disconnect()
        else:
            self.sent += 1
            self._faults.succeeded()

    def _disconnect(self) -> None:
        sender, self._sender = self._sender, None
        if sender is None:
            return
        try:
            sender.close()
        except Exception as error:
            logger.debug("x %s: closing: %s", self.name, error)
