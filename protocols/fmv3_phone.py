"""The phone's side of Face Motion v3, which facewire imitates.

A receiver begins by a HELLO; or this side begins, as when somebody presses "start" in
the app, and offers its table to an address every second. Either way frames follow when
the table is acknowledged, until STOP or until the receiver is silent for the lease.

A real phone serves one receiver; this one serves up to four. A further one gets BUSY.
A HELLO with a new nonce from the same address replaces that address's session, because
its program has started again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final

from .channels import ARKIT
from .errors import DecodeError
from .fmv3 import MOST_UDP, REVISION, TRACKED, Kind, Message, Part, decode, encode
from .fmv3_schema import (
    LEASE_MS,
    Schema,
    Start,
    Wish,
    decode_wish,
    encode_frame,
    encode_schema,
)
from .frame import FaceFrame
from .phone import percent, pose

MOST: Final = 4
"""Receivers at the same time."""
AGAIN_S: Final = 1.0
"""Least time between two sendings of a table."""
ACK_S: Final = 10.0
"""How long an acknowledgement is waited for."""

Peer = Hashable
"""An address over UDP, a connection over TCP."""

ORDER: Final = tuple(sorted(range(len(ARKIT)), key=lambda i: ARKIT[i]))
SCHEMA: Final = Schema(tuple(ARKIT[i] for i in ORDER))
"""The one table: the 52 curves by the alphabet, as the apps sort them."""


@dataclass(slots=True)
class Served:
    """One receiver."""

    number: int
    start: Start
    wish: Wish | None
    """What it asked for; None if this side began."""
    since_s: float
    """When its session began."""
    heard_s: float
    sent_s: float = -1e9
    """When the table was last sent."""
    ready: bool = False
    """True if it has the table."""
    sequence: int = 0
    due_s: float = 0.0


class Phone:
    """Serves receivers. Time is an argument, in seconds of any clock."""

    def __init__(
        self, numbers: Callable[[], int], *, stream: bool = False, most: int = MOST
    ) -> None:
        """Start without receivers.

        Args:
            numbers: returns random numbers from 1 to 2^64 - 1.
            stream: True over TCP, where nothing is acknowledged.
            most: receivers at the same time.
        """
        self.outbox: list[tuple[Peer, bytes]] = []
        """What to send, and to whom; the caller empties it."""
        self.served: dict[Peer, Served] = {}
        self._numbers, self._stream, self._most = numbers, stream, most

    def offer(self, peer: Peer, now_s: float) -> None:
        """Begin a session with an address, if it has none."""
        if peer not in self.served and len(self.served) < self._most:
            self._begin(peer, Start(0), None, now_s)

    def hear(self, data: bytes, peer: Peer, now_s: float) -> None:
        """Take a datagram of a receiver.

        Raises:
            DecodeError: the datagram is malformed, or no receiver sends it.
        """
        self.take(decode(data, MOST_UDP), peer, now_s)

    def take(self, part: Part, peer: Peer, now_s: float) -> None:
        """Take a datagram's part, or a message of a stream; see `hear`."""
        message = part.message
        if message.kind is Kind.HELLO:
            self._hello(message, peer, now_s)
            return
        served = self.served.get(peer)
        if served is None or served.number != message.session:
            return
        if message.kind is Kind.SCHEMA_ACK:
            if message.schema != 1 or self._stream:
                return
            served.ready = True
        elif message.kind is Kind.GET_SCHEMA:
            self._table(peer, served, now_s)
        elif message.kind is Kind.PING:
            pong = Message(Kind.PONG, served.number, sequence=message.sequence)
            self._send(peer, served, pong)
        elif message.kind is Kind.STOP:
            del self.served[peer]
            return
        else:
            raise DecodeError(f"fmv3: a receiver never sends {message.kind.name}")
        served.heard_s = now_s

    def tick(self, now_s: float) -> None:
        """Send tables again and end silent sessions. Call it several times a second."""
        for peer, served in list(self.served.items()):
            if not served.ready and now_s - served.since_s >= ACK_S:
                self._send(
                    peer,
                    served,
                    Message(Kind.ERROR, served.number, b"SCHEMA_ACK_TIMEOUT"),
                )
                del self.served[peer]
            elif now_s - served.heard_s >= LEASE_MS / 1000.0:
                del self.served[peer]
            elif not served.ready:
                self._table(peer, served, now_s)

    def show(self, frame: FaceFrame, now_s: float) -> int:
        """Send a face to every receiver that has the table; return how many."""
        count = 0
        body = b""
        for peer, served in self.served.items():
            gap_s = 1.0 / served.start.fps
            if not served.ready or now_s < served.due_s - 0.25 * gap_s:
                continue
            if not body:
                percents = percent(frame)
                ordered = [percents[i] for i in ORDER]
                body = encode_frame(SCHEMA, ordered, pose(frame))
            in_step = now_s - served.due_s < gap_s
            served.due_s = (served.due_s if in_step else now_s) + gap_s
            served.sequence = (served.sequence + 1) % 2**32
            flags = TRACKED if frame.tracked else 0
            told = Message(Kind.FRAME, served.number, body, 1, served.sequence, flags)
            self._send(peer, served, told)
            count += 1
        return count

    def gone(self, peer: Peer) -> None:
        """Record that a connection has closed."""
        self.served.pop(peer, None)

    def _hello(self, message: Message, peer: Peer, now_s: float) -> None:
        wish = decode_wish(message.body)
        served = self.served.get(peer)
        same = served is not None and served.start.nonce == message.session
        if wish.revision != REVISION:
            self._refuse(peer, message, f"UNSUPPORTED_CONTRACT: requires {REVISION}")
        elif not wish.valid:
            self._refuse(peer, message, "INVALID_HELLO")
        elif served is not None and same and served.wish != wish:
            self._refuse(peer, message, "HELLO_SETTINGS_CHANGED")
        elif served is not None and same:
            served.heard_s = now_s
            self._table(peer, served, now_s)
        elif served is None and len(self.served) >= self._most:
            self._refuse(peer, message, "BUSY")
        else:
            start = Start(message.session, wish.fps, wish.udp, LEASE_MS)
            self._begin(peer, start, wish, now_s)

    def _begin(self, peer: Peer, start: Start, wish: Wish | None, now_s: float) -> None:
        served = Served(self._numbers(), start, wish, now_s, now_s)
        self.served[peer] = served
        self._table(peer, served, now_s)
        served.ready = self._stream

    def _table(self, peer: Peer, served: Served, now_s: float) -> None:
        """Send the table, over UDP at most once a second."""
        if not self._stream and now_s - served.sent_s < AGAIN_S:
            return
        served.sent_s = now_s
        body = encode_schema(served.start, SCHEMA)
        self._send(peer, served, Message(Kind.SCHEMA, served.number, body, 1))

    def _refuse(self, peer: Peer, hello: Message, reason: str) -> None:
        error = Message(Kind.ERROR, hello.session, reason.encode())
        self.outbox += [(peer, data) for data in encode(error)]

    def _send(self, peer: Peer, served: Served, message: Message) -> None:
        udp = None if self._stream else served.start.udp
        self.outbox += [(peer, data) for data in encode(message, udp)]
