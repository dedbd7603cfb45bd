"""Join the parts of Face Motion v3's messages: of datagrams, or of a TCP stream."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from .errors import DecodeError
from .fmv3 import HEADER, Kind, Message, Part, decode, decode_header

MAX_OPEN: Final = 8
"""Messages of which parts are missing."""
MAX_BYTES: Final = 524_288
"""Bytes of their parts."""
FRAME_S: Final = 0.25
SCHEMA_S: Final = 3.0
"""How long the parts of a message are waited for."""

_Name = tuple[Kind, int, int, int]
"""What all parts of a message have in common: kind, session, schema and sequence."""


@dataclass(slots=True)
class _Open:
    first: Part
    since_s: float
    parts: dict[int, bytes] = field(default_factory=dict)
    size: int = 0


class Joiner:
    """Joins the datagrams of one sender, with bounded memory."""

    def __init__(self) -> None:
        self._open: dict[_Name, _Open] = {}
        self._bytes = 0

    def add(self, part: Part, now_s: float) -> Message | None:
        """Return the message that this part completes.

        Parts may come in any order and repeatedly.

        Raises:
            DecodeError: the part contradicts an earlier one; both are dropped.
        """
        self._expire(now_s)
        if part.whole:
            return part.message
        message = part.message
        name = (message.kind, message.session, message.schema, message.sequence)
        group = self._open.get(name)
        if group is None:
            while len(self._open) >= MAX_OPEN:
                self._drop(next(iter(self._open)))
            group = self._open[name] = _Open(part, now_s)
        if _differ(group, part):
            self._drop(name)
            raise DecodeError(
                f"fmv3: the parts of a {message.kind.name} contradict each other"
            )
        if part.index not in group.parts:
            group.parts[part.index] = message.body
            group.size += len(message.body)
            self._bytes += len(message.body)
        if len(group.parts) == part.count:
            self._drop(name)
            body = b"".join(group.parts[i] for i in range(part.count))
            if len(body) != part.total:
                raise DecodeError(
                    f"fmv3: {len(body)} bytes of a {message.kind.name} in all parts, "
                    f"expected {part.total}"
                )
            return replace(message, body=body)
        while self._bytes > MAX_BYTES:
            self._drop(next(iter(self._open)))
        return None

    def clear(self) -> None:
        """Drop all parts."""
        self._open.clear()
        self._bytes = 0

    def _expire(self, now_s: float) -> None:
        for name, group in list(self._open.items()):
            limit_s = SCHEMA_S if name[0] is Kind.SCHEMA else FRAME_S
            if now_s - group.since_s >= limit_s:
                self._drop(name)

    def _drop(self, name: _Name) -> None:
        self._bytes -= self._open.pop(name).size


def _differ(group: _Open, part: Part) -> bool:
    first, message = group.first, part.message
    if (first.total, first.count) != (part.total, part.count):
        return True
    if (first.message.flags, first.message.token) != (message.flags, message.token):
        return True
    return group.parts.get(part.index, message.body) != message.body


class Stream:
    """Cuts a TCP stream into messages. After an error the connection must be closed."""

    def __init__(self) -> None:
        self._data = bytearray()

    def feed(self, data: bytes) -> list[Message]:
        """Return the messages that these bytes complete.

        At most one incomplete message is kept, which its header bounds.

        Raises:
            DecodeError: the stream is not of this format.
        """
        self._data += data
        found, at = [], 0
        while len(self._data) - at >= HEADER.size:
            part, size = decode_header(self._data[at : at + HEADER.size])
            if not part.whole:
                raise DecodeError(
                    f"fmv3: a {part.message.kind.name} in parts, which a stream has not"
                )
            end = at + HEADER.size + size
            if end > len(self._data):
                break
            found.append(decode(bytes(self._data[at:end])).message)
            at = end
        del self._data[:at]
        return found
