"""Sends what the pipeline does to every open page, in a thread of its own.

A frame is encoded, and fitted to the character, once for each face that somebody
watches, however many pages there are. Each page has slots of its own, in which a newer
message replaces an older one.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, Protocol

from bridge.clock import ClockNs, monotonic_ns
from bridge.feeds.feed import Solved
from bridge.threads import ended
from protocols.channels import WEIGHTS_SLICE, Vector
from protocols.frame import FaceFrame
from protocols.page import FRAME, PICTURE, encode_frame
from protocols.page_posture import KIND as POSTURE

from .client import Client, as_text
from .pictures import Pictures, Seen
from .tap import Heard, Sent, Tap

logger = logging.getLogger(__name__)

STATUS_S: Final = 0.5
"""Time between two messages with the daemon's figures."""
LATE_S: Final = 0.1
"""Longest wait for a frame, after which the figures are made: the pipeline is idle just
after it has sent one, and would have to wait for the figures at another time."""
JOIN_S: Final = 0.2


class Stage(Protocol):
    """The character that pages show. See `bridge.page.stage.Stage`."""

    @property
    def number(self) -> int:
        """The number of the character; it rises with each."""

    def posture(self, frame: FaceFrame, place: int) -> bytes | None:
        """Return the message POSTURE for a frame of a face. For one thread."""

    def message(self) -> dict[str, Any]:
        """Return the text message that describes the character."""


Status = Callable[[Heard, int], dict[str, Any]]
"""Returns the text message with the daemon's figures; gets the newest values and the
number of open pages. Called about twice a second in the hub's thread."""


class Hub:
    """Serves open pages until it is closed."""

    def __init__(
        self,
        tap: Tap,
        hello: dict[str, Any],
        status: Status,
        *,
        stage: Stage | None,
        own_time: bool,
        picture_rate: float,
        clock_ns: ClockNs = monotonic_ns,
    ) -> None:
        """Start the thread; it waits for the first page.

        Args:
            tap: gives what the pipeline does.
            hello: the first text message to every page, without what it may see.
            status: gives the figures.
            stage: the character that is shown; None to show none.
            own_time: True if frames carry a file's own time, not the clock's.
            picture_rate: most pictures per second.
            clock_ns: monotonic nanoseconds.
        """
        self._tap, self._hello, self._status = tap, hello, status
        self._stage, self._own_time = stage, own_time
        self._clock_ns = clock_ns
        self._lock = threading.Lock()
        self._clients: tuple[Client, ...] = ()
        self._seen = self._told = 0
        self._due_ns = clock_ns()
        self._broken = ""
        self.beat: Callable[[], None] = lambda: None
        """Called about twice a second in the hub's thread."""
        self.look: Callable[[Solved], None] = lambda solved: None
        """Called with the newest solved faces, in the hub's thread; must not block."""
        self._stop = threading.Event()
        self._pictures = Pictures(self._picture, picture_rate, clock_ns)
        self._thread = threading.Thread(target=self._run, name="pages", daemon=True)
        self._thread.start()

    @property
    def clients(self) -> tuple[Client, ...]:
        """The open pages."""
        return self._clients

    def join(self, client: Client) -> None:
        """Tell a new page who we are and what is on stage, and send it all from now."""
        allowed = {"picture": client.pictures, "control": True}
        client.tell({"type": "hello", **self._hello, "allowed": allowed})
        if self._stage is not None:
            client.tell(self._stage.message())
        with self._lock:
            self._clients = (*self._clients, client)
            self._tap.open = True
        # Its first figures at once.
        self._due_ns = self._clock_ns() - round(LATE_S * 1e9)
        self._tap.wake()

    def leave(self, client: Client) -> None:
        """Send nothing more to a page."""
        with self._lock:
            self._clients = tuple(one for one in self._clients if one is not client)
            if not self._clients:
                self._tap.close()

    def tell(self, message: dict[str, Any]) -> None:
        """Send a text message to every page. From any thread."""
        kind, text = str(message.get("type", "")), as_text(message)
        for client in self._clients:
            client.tell_text(kind, text)

    def close(self) -> None:
        """End the threads. Safe to call twice."""
        self._stop.set()
        self._tap.wake()
        self._pictures.close()
        ended(self._thread, JOIN_S)

    def _run(self) -> None:
        while not self._stop.is_set():
            late_ns = self._due_ns + round(LATE_S * 1e9)
            left_s = (late_ns - self._clock_ns()) / 1e9
            heard = self._tap.take(min(max(left_s, 0.0), STATUS_S + LATE_S))
            try:
                self._send(heard)
                now_ns = self._clock_ns()
                if now_ns >= (self._due_ns if heard.sent else late_ns):
                    self._due_ns = now_ns + round(STATUS_S * 1e9)
                    self.beat()
                    if self._clients:
                        self.tell(self._status(heard, len(self._clients)))
            except Exception as error:
                # The pages must not end for one frame. If it repeats, log it once.
                if type(error).__name__ != self._broken:
                    self._broken = type(error).__name__
                    logger.exception("x page: a frame was not sent")
                self._stop.wait(STATUS_S)

    def _send(self, heard: Heard) -> None:
        for place, sent in heard.sent.items():
            self._show(place, sent, heard)
        if heard.count != self._seen:
            self._seen = heard.count
            if heard.solved is not None:
                self.look(heard.solved)
            self._offer(heard)
        stage = self._stage
        if stage is not None and stage.number != self._told:
            # Every page that was open before another page changed it.
            self._told = stage.number
            self.tell(stage.message())

    def _show(self, place: int, sent: Sent, heard: Heard) -> None:
        """Send one face's frame, and the character's posture, to who watches it."""
        watching = [
            client
            for client in self._clients
            if client.face == place and not client.held
        ]
        if not watching:
            return
        frame = sent.frame
        at_ns = frame.captured_ns + self._ahead_ns(heard)
        data = encode_frame(
            frame,
            place,
            seq=sent.seq,
            captured_ms=at_ns / 1e6,
            sent_ms=sent.sent_ns / 1e6,
            raw=_raw(heard, place),
        )
        for client in watching:
            client.show(FRAME, data)
        if self._stage is None:
            return
        if self._own_time:
            frame = replace(frame, captured_ns=at_ns)
        posture = self._stage.posture(frame, place)
        if posture is not None:
            for client in watching:
                client.show(POSTURE, posture)

    def _offer(self, heard: Heard) -> None:
        """Let the newest picture be compressed, if any page wants pictures."""
        solved = heard.solved
        if solved is None or solved.image is None:
            return
        if any(client.pictures and not client.held for client in self._clients):
            at_ns = solved.captured_ns + self._ahead_ns(heard)
            self._pictures.put(Seen(solved, at_ns / 1e6))

    def _picture(self, data: bytes) -> None:
        for client in self._clients:
            if not client.held:
                client.show(PICTURE, data)

    def _ahead_ns(self, heard: Heard) -> int:
        """Return what to add to a time of the feed, so that it is the clock's."""
        if not self._own_time or heard.solved is None:
            return 0
        return heard.solved.arrived_ns - heard.solved.captured_ns


def _raw(heard: Heard, place: int) -> Vector | None:
    """Return (52,) weights of a face before motion; None while it is not seen."""
    solved = heard.solved
    frame = None if solved is None else solved.frames.get(place)
    return None if frame is None else frame.vector[WEIGHTS_SLICE]
