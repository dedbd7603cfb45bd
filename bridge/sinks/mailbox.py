"""A sink for wires that need a handshake or may block: it sends in its own thread.

The pipeline only puts frames into a mailbox, which has one slot per face. A newer frame
replaces a waiting frame of the same face, which is dropped.
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
"""How long `close` waits for a busy sender."""


class Sender(Protocol):
    """An open connection. Only the sink's thread uses it, and it may block there."""

    def send(self, frame: FaceFrame, time: Timecode) -> None:
        """Send one frame, or raise; after an error the sink opens a new connection."""

    def close(self) -> None:
        """Close the connection. Called once."""


Connect = Callable[[], Sender]
"""Opens a connection, including its handshake; raises if that fails."""


class MailboxSink:
    """Sends the newest frame of each face whenever the connection is ready for it.

    The sink connects at the first frame. After a failure it sends no frames for a
    quarter of a second, then tries again; the wait doubles up to four seconds. The
    frames' own time counts, so a stopped source causes no attempts.
    """

    def __init__(
        self,
        name: str,
        connect: Connect,
        *,
        close_limit_s: float = CLOSE_S,
        interrupt: Callable[[], None] | None = None,
    ) -> None:
        """Start the thread; it waits for the first frame.

        Args:
            name: as on the command line.
            connect: opens a connection; called in the thread.
            close_limit_s: how long `close` waits for the thread, in seconds.
            interrupt: called by `close`, from any thread: ends what `connect` or
                `send` waits for.
        """
        self.name = name
        self.sent = 0
        self.failed = 0
        self.dropped = 0
        """Frames that a newer frame replaced, or that were still waiting at the end."""
        self._connect = connect
        self._close_limit_s = close_limit_s
        self._interrupt = interrupt
        self._faults = Faults(name)
        self._sender: Sender | None = None
        self._changed = threading.Condition(threading.Lock())
        self._waiting: dict[str, tuple[FaceFrame, Timecode]] = {}
        self._closed = False
        # A daemon thread, so that a blocked connection does not keep the process alive.
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def answered(self) -> bool | None:
        """True while it is connected, False after a failure; None before the first."""
        return None if not self.sent and not self.failed else self._sender is not None

    def send(self, frame: FaceFrame, time: Timecode) -> None:
        """Pass the frame to the thread; it replaces a waiting one. Never blocks."""
        with self._changed:
            if self._closed:
                return
            # Remove the old frame first, so that faces are sent in order of arrival.
            self.dropped += self._waiting.pop(frame.subject, None) is not None
            self._waiting[frame.subject] = (frame, time)
            self._changed.notify()

    def close(self) -> None:
        """End the thread, which closes the connection. Safe to call twice.

        If the connection blocks the thread for longer than `close_limit_s`, this logs
        a warning and returns; the thread ends with that call or with the process.
        """
        with self._changed:
            first, self._closed = not self._closed, True
            self.dropped += len(self._waiting)
            self._waiting.clear()
            self._changed.notify()
        if self._interrupt is not None:
            self._interrupt()
        if not ended(self._thread, self._close_limit_s) and first:
            logger.warning(
                "x %s: did not answer within %g s at the end; not closed",
                self.name,
                self._close_limit_s,
            )

    def _run(self) -> None:
        """Send frames until `close`. Runs in the thread."""
        try:
            while (letter := self._next()) is not None:
                self._deliver(*letter)
        finally:
            self._disconnect()

    def _next(self) -> tuple[FaceFrame, Timecode] | None:
        """Wait for a frame and remove it; return None after `close`."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            if self._closed:
                return None
            return self._waiting.pop(next(iter(self._waiting)))

    def _deliver(self, frame: FaceFrame, time: Timecode) -> None:
        """Send one frame and count the result; connect first if necessary.

        It is counted last: who sees the count finds the words and the connection as
        they are now.
        """
        if self._faults.blocks(frame.captured_ns):
            self.failed += 1
            return
        try:
            if self._sender is None:
                self._sender = self._connect()
            self._sender.send(frame, time)
        # Libraries raise their own errors; any error ends only this connection.
        except Exception as error:
            if not self._closed:
                self._faults.failed(error, frame.captured_ns)
            self._disconnect()
            self.failed += 1
        else:
            self._faults.succeeded()
            self.sent += 1

    def _disconnect(self) -> None:
        sender, self._sender = self._sender, None
        if sender is None:
            return
        try:
            sender.close()
        except Exception as error:
            logger.debug("x %s: closing: %s", self.name, error)
