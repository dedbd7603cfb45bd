"""One accepted session of Face Motion v3, seen by the computer.

It begins with the first whole table (SCHEMA) and reads frames by the newest one. Over
UDP it acknowledges every new table. It answers by filling `replies`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .errors import DecodeError
from .fmv3 import LEAST_UDP, PLAYBACK, TRACKED, Kind, Message, Part, newer, room
from .fmv3_parts import Joiner
from .fmv3_schema import Start, decode_frame, decode_schema, decode_start
from .phone import PhoneFace

EVERY_S: Final = 1.0
"""Least time between two acknowledgements, and between two requests, of a table."""


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """One frame, as the computer understood it."""

    face: PhoneFace
    app: str
    session: int
    sequence: int
    played: bool
    """True if the phone plays a recording."""


class Refused(Exception):
    """The phone has ended the session; the argument is its text."""


class Session:
    """Reads one session. Time is an argument, in seconds of any clock."""

    def __init__(self, opening: Message, now_s: float, *, stream: bool = False) -> None:
        """Begin with the first table.

        Args:
            opening: the whole SCHEMA.
            now_s: when it came.
            stream: True over TCP, where nothing is acknowledged.

        Raises:
            DecodeError: the table cannot be read.
        """
        self.start, self.schema = decode_schema(opening.body)
        self.number = opening.session
        self.heard_s = now_s
        """When the last valid message came."""
        self.frames = 0
        self.replies: list[Message] = []
        self._table = opening
        self._stream = stream
        self._joiner = Joiner()
        self._sequence: int | None = None
        self._acked_s = self._asked_s = now_s - EVERY_S
        self.acknowledge(now_s)

    def acknowledge(self, now_s: float) -> None:
        """Say that the newest table is there; at most once a second, only over UDP."""
        if not self._stream and now_s - self._acked_s >= EVERY_S:
            self._acked_s = now_s
            number = self._table.schema
            self.replies.append(Message(Kind.SCHEMA_ACK, self.number, schema=number))

    def ask(self, now_s: float, schema: int = 0) -> None:
        """Ask for a table, 0 for the newest one; at most once a second."""
        if now_s - self._asked_s >= EVERY_S:
            self._asked_s = now_s
            self.replies.append(Message(Kind.GET_SCHEMA, self.number, schema=schema))

    def hear(self, part: Part, now_s: float) -> Told | None:
        """Take a message of this session; return the frame that it completes.

        Raises:
            DecodeError: the message contradicts the session; it is not used.
            Refused: the phone has ended the session.
        """
        message = part.message
        if message.kind is Kind.FRAME:
            return self._frame(part, now_s)
        if message.kind is Kind.SCHEMA:
            self._schema(part, now_s)
        elif message.kind is Kind.PONG:
            self.heard_s = now_s
        elif message.kind is Kind.ERROR:
            raise Refused(message.body.decode())
        else:
            raise DecodeError(f"fmv3: a phone never sends {message.kind.name}")
        return None

    def _frame(self, part: Part, now_s: float) -> Told | None:
        message = part.message
        if message.schema > self._table.schema:
            self.ask(now_s, message.schema)
            return None
        if message.schema < self._table.schema or not self._is_newer(message.sequence):
            return None
        if part.total != self.schema.size:
            raise DecodeError(
                f"fmv3: FRAME of {part.total} bytes, expected {self.schema.size}"
            )
        whole = self._joiner.add(part, now_s)
        if whole is None:
            return None
        tracked = bool(whole.flags & TRACKED)
        face = decode_frame(self.schema, whole.body, tracked=tracked)
        self._sequence = whole.sequence
        self.heard_s = now_s
        self.frames += 1
        return Told(
            face,
            self.schema.app,
            self.number,
            whole.sequence,
            bool(whole.flags & PLAYBACK),
        )

    def _is_newer(self, sequence: int) -> bool:
        return self._sequence is None or newer(sequence, self._sequence)

    def _schema(self, part: Part, now_s: float) -> None:
        message = part.message
        if message.schema < self._table.schema:
            return
        if part.index == 0:
            self._same_start(decode_start(message.body))
        if message.schema == self._table.schema:
            self._repeated(part)
            self.heard_s = now_s
            self.acknowledge(now_s)
            return
        whole = self._joiner.add(part, now_s)
        if whole is None:
            return
        start, schema = decode_schema(whole.body)
        self._same_start(start)
        self._joiner.clear()
        self.schema, self._table = schema, whole
        self.heard_s = now_s
        self._acked_s = now_s - EVERY_S
        self.acknowledge(now_s)

    def _same_start(self, start: Start) -> None:
        if start != self.start:
            raise DecodeError("fmv3: the settings of a session have changed")

    def _repeated(self, part: Part) -> None:
        """Raise DecodeError if the stored table does not contain this part."""
        at = part.index * room(Kind.SCHEMA, LEAST_UDP)
        body = self._table.body
        if part.total != len(body) or body[at : at + len(part.message.body)] != (
            part.message.body
        ):
            raise DecodeError(f"fmv3: another SCHEMA with number {self._table.schema}")
