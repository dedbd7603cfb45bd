"""Reads Face Motion v3 as solved faces: `--source fmv3:PHONE`.

The state machine is `protocols.fmv3_computer`. A phone that is named is asked; without
one, a phone starts by itself, when somebody presses "start" in its app.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

from bridge.nonces import number
from protocols.fmv3 import TCP_PORT, UDP_PORT, Message, Part, encode
from protocols.fmv3_computer import Computer
from protocols.fmv3_parts import Stream
from protocols.fmv3_session import Told
from protocols.wording import shown

from .phone_face import report_of
from .phone_kind import Tcp, phone_kind, tcp_setup
from .phone_place import is_phone
from .report import Report, Setup
from .sender import NS

logger = logging.getLogger(__name__)

LARGEST: Final = 1201
"""Bytes; valid datagrams have at most 1200."""

LONGEST: Final = 64
"""Letters of an app's name that identify a sender."""

TOLD: Final = 64
"""Maximum number of log lines about one phone."""


class Fmv3:
    """Reads one phone, and talks with it. Implements `Talker`."""

    def __init__(self, setup: Setup) -> None:
        self._peer = setup.peer
        stream = tcp_setup(setup)
        asked = setup.peer if is_phone(setup.place) else None
        self._computer = Computer(asked, number, stream=stream)
        self._neck_share = setup.neck_share
        self._stream = stream
        self._lines = 0

    def __call__(self, data: bytes, now_ns: int) -> Sequence[Report]:
        """Return the face that a datagram completes, if any.

        Over TCP an empty packet says that a connection has opened or closed.
        """
        now_s = now_ns / NS
        if not self._stream:
            return self._reports(self._computer.hear(data, self._peer, now_s))
        if not data:
            self._computer.connected(now_s)
            return ()
        (message,) = Stream().feed(data)
        part = Part(message, len(message.body))
        return self._reports(self._computer.take(part, self._peer, now_s))

    def due(self, now_ns: int) -> Sequence[bytes]:
        """Return what the phone must hear."""
        self._computer.tick(now_ns / NS)
        for news in self._computer.news:
            self._lines += 1
            if self._lines <= TOLD:
                logger.warning("- fmv3: %s: %s", self._peer, shown(news, 200))
        self._computer.news.clear()
        return self._sent()

    def bye(self) -> Sequence[bytes]:
        """Return STOP, if a session runs."""
        self._computer.stop()
        return self._sent()

    def _sent(self) -> Sequence[bytes]:
        sent = [data for _, data in self._computer.outbox]
        self._computer.outbox.clear()
        return sent

    def _reports(self, told: Told | None) -> Sequence[Report]:
        if told is None:
            return ()
        key = (self._peer, told.app[:LONGEST] or "Face Motion")
        return (report_of(told.face, key, self._neck_share),)


class Cut:
    """Cuts a connection into messages. Implements `Cuts`."""

    def __init__(self) -> None:
        self._stream = Stream()

    def feed(self, data: bytes) -> list[bytes]:
        """Return the whole messages, each with its header."""
        return [_bytes(message) for message in self._stream.feed(data)]


def _bytes(message: Message) -> bytes:
    (data,) = encode(message)
    return data


FMV3: Final = phone_kind(
    "fmv3",
    Fmv3,
    help="phones with iFacialMocap or Facemotion3D, by Face Motion v3",
    phone_port=UDP_PORT,
    port=UDP_PORT,
    largest=LARGEST,
    tcp=Tcp(TCP_PORT, TCP_PORT, Cut),
    # A table comes in parts, and each frame needs it.
    alone=False,
)
