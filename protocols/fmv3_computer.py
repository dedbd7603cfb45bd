"""The computer's side of Face Motion v3: asks a phone, keeps the stream, ends it.

    asking      HELLO every second, five times, then every five seconds
    streaming   PING every three seconds; after three seconds without a frame it
                acknowledges and asks for the table again, three times
    waiting     after twelve seconds without a frame, or when the phone has refused

The vendor's sample asks five times and then only waits. A daemon that runs for hours
must find its phone again, so this one asks again, with a new nonce: after five seconds,
or thirty if the phone has refused. Without a phone to ask it always waits, as for a
start from the phone.

While a session streams, no other session can replace it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable
from typing import Final, Literal

from .errors import DecodeError
from .fmv3 import Kind, Message, Part, decode, encode
from .fmv3_parts import SCHEMA_S, Joiner
from .fmv3_schema import Start, Wish, decode_start
from .fmv3_session import Refused, Session, Told

HELLO_S: Final = 1.0
HELLOS: Final = 5
AGAIN_S: Final = 5.0
REFUSED_S: Final = 30.0
PING_S: Final = 3.0
SILENT_S: Final = 3.0
REPAIR_S: Final = 1.0
REPAIRS: Final = 3
GONE_S: Final = 12.0
REMEMBERED: Final = 32
"""Ended sessions whose late messages are ignored."""

Peer = Hashable
"""An address over UDP, a connection over TCP."""

State = Literal["asking", "streaming", "waiting"]


class Computer:
    """Receives from one phone at a time. Time is an argument, in seconds."""

    def __init__(
        self,
        phone: Peer | None,
        numbers: Callable[[], int],
        *,
        stream: bool = False,
        wish: Wish | None = None,
    ) -> None:
        """Ask at the first `tick`.

        Args:
            phone: whom to ask; None waits for a start from any phone.
            numbers: returns random numbers from 1 to 2^64 - 1.
            stream: True over TCP.
            wish: what to ask for.
        """
        self.outbox: list[tuple[Peer, bytes]] = []
        """What to send, and to whom; the caller empties it."""
        self.news: list[str] = []
        """What happened, for the log; the caller empties it."""
        self.state: State = "waiting" if phone is None else "asking"
        self.session: Session | None = None
        self._phone, self._numbers, self._stream = phone, numbers, stream
        self._wish = wish or Wish()
        self._nonce = numbers()
        self._peer: Peer | None = None
        self._hellos = 0
        self._next_s: float | None = None
        self._frame_s = self._ping_s = self._repair_s = 0.0
        self._repairs = self._pings = 0
        self._candidate: tuple[Peer, int, float, Joiner] | None = None
        self._ended: deque[tuple[Peer, int]] = deque(maxlen=REMEMBERED)

    def hear(self, data: bytes, peer: Peer, now_s: float) -> Told | None:
        """Take a datagram; return the frame that it completes.

        Raises:
            DecodeError: the datagram is malformed, or contradicts its session.
        """
        own = self.session is not None and peer == self._peer
        udp = self.session.start.udp if own and self.session else self._wish.udp
        return self.take(decode(data, udp), peer, now_s)

    def take(self, part: Part, peer: Peer, now_s: float) -> Told | None:
        """Take a datagram's part, or a message of a stream; see `hear`."""
        number = part.message.session
        if (peer, number) in self._ended:
            return None
        session = self.session
        if session is not None and peer == self._peer and number == session.number:
            return self._own(session, part, now_s)
        if part.message.kind is Kind.ERROR:
            if self.state == "asking" and (peer, number) == (self._phone, self._nonce):
                self._wait(now_s + REFUSED_S)
                self.news.append(f"the phone refuses: {part.message.body.decode()}")
        elif part.message.kind is Kind.SCHEMA and self.state != "streaming":
            self._another(part, peer, now_s)
        return None

    def tick(self, now_s: float) -> None:
        """Do what is due. Call it several times a second."""
        if self.state == "streaming":
            self._keep(now_s)
        elif self._phone is not None and (
            self._next_s is None or now_s >= self._next_s
        ):
            self._hello(now_s)

    def connected(self, now_s: float) -> None:
        """Record that the connection has opened or closed: its session ends, and the
        phone is asked at once."""
        self._end()
        self._wait(now_s)

    def stop(self) -> None:
        """End the session, so that the phone stops sending."""
        if self.session is not None:
            self._send(Message(Kind.STOP, self.session.number))
            self._end()

    def _own(self, session: Session, part: Part, now_s: float) -> Told | None:
        try:
            told = session.hear(part, now_s)
        except Refused as error:
            self.news.append(f"the phone has ended the stream: {error}")
            self._end()
            self._wait(now_s + REFUSED_S)
            return None
        if told is not None:
            self.state, self._frame_s, self._repairs = "streaming", now_s, 0
        self._reply(session)
        return told

    def _another(self, part: Part, peer: Peer, now_s: float) -> None:
        """Collect the first table of a new session, and begin it."""
        number = part.message.session
        candidate = self._candidate
        if candidate is None or candidate[:2] != (peer, number):
            if candidate is not None and now_s - candidate[2] < SCHEMA_S:
                return
            candidate = self._candidate = (peer, number, now_s, Joiner())
        try:
            if part.index == 0 and not self._fits(decode_start(part.message.body)):
                self._candidate = None
                return
            opening = candidate[3].add(part, now_s)
            if opening is None:
                return
            session = Session(opening, now_s, stream=self._stream)
        except DecodeError:
            self._candidate = None
            raise
        self._candidate = None
        if not self._fits(session.start):
            return
        self._end()
        self.session, self._peer, self.state = session, peer, "streaming"
        self._frame_s = self._ping_s = now_s
        self._repairs = 0
        self._reply(session)

    def _fits(self, start: Start) -> bool:
        """Return True if a session answers our HELLO, or the phone has started it."""
        if start.nonce == 0:
            return True
        wish = self._wish
        return start.nonce == self._nonce and (
            start.fps <= wish.fps and start.udp <= wish.udp
        )

    def _keep(self, now_s: float) -> None:
        session = self.session
        assert session is not None
        silent_s = now_s - self._frame_s
        lease_s = session.start.lease_ms / 1000.0
        if silent_s >= GONE_S or now_s - session.heard_s >= max(lease_s, SILENT_S):
            self.news.append("no frames arrive any more; asking again")
            self._end()
            self._wait(now_s)
            return
        due = self._repairs == 0 or now_s - self._repair_s >= REPAIR_S
        if silent_s >= SILENT_S and self._repairs < REPAIRS and due:
            self._repairs, self._repair_s = self._repairs + 1, now_s
            session.acknowledge(now_s)
            session.ask(now_s)
        if now_s - self._ping_s >= PING_S:
            self._ping_s, self._pings = now_s, self._pings % 0xFFFFFFFF + 1
            session.replies.append(
                Message(Kind.PING, session.number, sequence=self._pings)
            )
        self._reply(session)

    def _hello(self, now_s: float) -> None:
        if self.state == "waiting":
            # A new attempt; late answers to the last one must not be taken.
            self.state, self._nonce, self._hellos = "asking", self._numbers(), 0
        self._hellos += 1
        self._next_s = now_s + (HELLO_S if self._hellos < HELLOS else AGAIN_S)
        self._peer = self._phone
        self._send(Message(Kind.HELLO, self._nonce, self._wish.encode()))

    def _wait(self, until_s: float) -> None:
        self.state, self._next_s = "waiting", until_s

    def _end(self) -> None:
        if self.session is not None:
            self._ended.append((self._peer, self.session.number))
            self.session = None

    def _reply(self, session: Session) -> None:
        for message in session.replies:
            self._send(message)
        session.replies.clear()

    def _send(self, message: Message) -> None:
        self.outbox.append((self._peer, encode(message)[0]))
