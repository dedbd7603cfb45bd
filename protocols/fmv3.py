"""Face Motion v3 (FMV3), contract revision 5: the messages and how they are cut.

iFacialMocap, iFacialMocapTr and Facemotion3D speak it over UDP (port 49983 at both
ends) and TCP (port 49984 at both ends). Little-endian, no padding, nothing encrypted.
The vendor's specification is PROTOCOL_V3.md in
github.com/emoto-yasushi/iFacialMocap_Facemotion3d_udp-tcp_v3 (MIT).

    offset  type  header of every message, 40 bytes
      0     4s    FMV3
      4     u8    kind, see `Kind`
      5     u8    frames: bit 0 the face is seen, bit 1 a recording is played; else 0
      6     u16   40
      8     u64   session, never 0; of a HELLO and of its refusal: the HELLO's nonce
     16     u32   schema: the table that the message is about
     20     u32   sequence: of frames; of a PING and its PONG
     24     u32   token of frames, which receivers may ignore; else 0
     28     u32   bytes of the whole body
     32     u16   number of this part, from 0
     34     u16   number of parts, 1 if the body is whole
     36     u32   bytes of the body in this part, which follow

Over UDP the bodies of SCHEMA and FRAME are cut into equal parts, the last one shorter:
of at most 576 bytes with the header for a SCHEMA, of the agreed size for a FRAME. Over
TCP nothing is cut. The bodies are in fmv3_schema.py.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from .errors import DecodeError

UDP_PORT: Final = 49983
TCP_PORT: Final = 49984
REVISION: Final = 5


class Kind(IntEnum):
    """The kinds of messages, in the order of a start over UDP."""

    HELLO = 1
    SCHEMA = 2
    SCHEMA_ACK = 3
    FRAME = 4
    GET_SCHEMA = 5
    PING = 6
    PONG = 7
    STOP = 8
    ERROR = 9


TRACKED: Final = 1
PLAYBACK: Final = 2

MAGIC: Final = b"FMV3"
HEADER: Final = struct.Struct("<4sBBHQIIIIHHI")

LEAST_UDP: Final = 576
"""Bytes of a datagram that every receiver takes; all parts of a SCHEMA fit it."""
MOST_UDP: Final = 1200

MAX_SCHEMA: Final = 262_144
MAX_NAMES: Final = 4096
MAX_FRAME: Final = MAX_NAMES * 4 + 48
MAX_ERROR: Final = 512
MAX_PARTS: Final = 512

_SIZES: Final = {
    Kind.HELLO: (8, 8),
    Kind.SCHEMA: (20, MAX_SCHEMA),
    Kind.FRAME: (48, MAX_FRAME),
    Kind.ERROR: (1, MAX_ERROR),
}
"""Least and most bytes of a body; the other kinds have none."""

_CUT: Final = (Kind.SCHEMA, Kind.FRAME)
_WITH_SCHEMA: Final = (Kind.SCHEMA, Kind.SCHEMA_ACK, Kind.FRAME)
_WITH_SEQUENCE: Final = (Kind.FRAME, Kind.PING, Kind.PONG, Kind.ERROR)


@dataclass(frozen=True, slots=True)
class Message:
    """One whole message."""

    kind: Kind
    session: int
    """1 to 2^64 - 1."""
    body: bytes = b""
    schema: int = 0
    sequence: int = 0
    flags: int = 0
    token: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """One datagram, or a whole message of a stream: `message.body` is its share."""

    message: Message
    total: int = 0
    """Bytes of the whole body."""
    index: int = 0
    count: int = 1

    @property
    def whole(self) -> bool:
        """True if this part is all of its message."""
        return self.count == 1


def encode(message: Message, udp: int | None = None) -> list[bytes]:
    """Return the datagrams of a message, or for a stream its bytes.

    Args:
        message: its body is within the limits of its kind.
        udp: largest datagram of a FRAME in bytes, 576 to 1200; None for a stream.
    """
    body, size = message.body, len(message.body)
    share = size if udp is None or message.kind not in _CUT else room(message.kind, udp)
    count = max(1, -(-size // max(share, 1)))
    return [
        HEADER.pack(
            MAGIC,
            message.kind,
            message.flags,
            HEADER.size,
            message.session,
            message.schema,
            message.sequence,
            message.token,
            size,
            index,
            count,
            len(piece := body[index * share : (index + 1) * share]),
        )
        + piece
        for index in range(count)
    ]


def room(kind: Kind, udp: int) -> int:
    """Return how many bytes of a body one datagram has."""
    return (LEAST_UDP if kind is Kind.SCHEMA else udp) - HEADER.size


def decode(data: bytes, udp: int | None = None) -> Part:
    """Parse one datagram.

    Args:
        data: header and body.
        udp: largest datagram of a FRAME in bytes, by which the parts must be cut; None
            for a message of a stream.

    Raises:
        DecodeError: naming what is wrong; nothing else is ever raised.
    """
    part, size = decode_header(data)
    if len(data) != HEADER.size + size:
        raise DecodeError(
            f"fmv3: {len(data) - HEADER.size} bytes of {part.message.kind.name}, "
            f"expected {size}"
        )
    if udp is not None and part.message.kind in _CUT:
        share = room(part.message.kind, udp)
        count = max(1, -(-part.total // share))
        if part.count != count or size != min(share, part.total - part.index * share):
            raise DecodeError(
                f"fmv3: part {part.index} of {part.count} of a "
                f"{part.message.kind.name} has {size} bytes, expected {count} parts "
                f"of at most {share}"
            )
    message = part.message
    body = bytes(data[HEADER.size :])
    if message.kind is Kind.ERROR:
        try:
            body.decode()
        except UnicodeDecodeError:
            raise DecodeError("fmv3: the text of an ERROR is not UTF-8") from None
    return Part(
        Message(
            message.kind,
            message.session,
            body,
            message.schema,
            message.sequence,
            message.flags,
            message.token,
        ),
        part.total,
        part.index,
        part.count,
    )


def decode_header(data: bytes | bytearray) -> tuple[Part, int]:
    """Parse the first 40 bytes; return a part without a body, and the body's bytes.

    Raises:
        DecodeError: see `decode`.
    """
    if len(data) < HEADER.size:
        raise DecodeError(f"fmv3: {len(data)} bytes, expected {HEADER.size} or more")
    fields = HEADER.unpack_from(data)
    magic, number, flags, header, session, schema, sequence, token = fields[:8]
    total, index, count, size = fields[8:]
    if magic != MAGIC or header != HEADER.size:
        raise DecodeError(f"fmv3: begins with {bytes(data[:4])!r}, expected {MAGIC!r}")
    if number not in Kind.__members__.values():
        raise DecodeError(
            f"fmv3: kind {number}, expected 1 to 9; update the app if it is a beta "
            "of revision 4"
        )
    kind = Kind(number)
    _check(kind, flags, session, schema, sequence, token)
    least, most = _SIZES.get(kind, (0, 0))
    if not least <= total <= most:
        old = (
            "; it looks like a SCHEMA of revision 4, so update the app"
            if kind is Kind.SCHEMA_ACK
            else ""
        )
        raise DecodeError(
            f"fmv3: {kind.name} of {total} bytes, expected {least} to {most}{old}"
        )
    cut = count > 1 and kind in _CUT and 0 < size < total
    if (
        index >= count
        or count > MAX_PARTS
        or not (cut or (count == 1 and size == total))
    ):
        raise DecodeError(
            f"fmv3: part {index} of {count} of a {kind.name}, {size} of {total} bytes"
        )
    message = Message(kind, session, b"", schema, sequence, flags, token)
    return Part(message, total, index, count), size


def _check(
    kind: Kind, flags: int, session: int, schema: int, sequence: int, token: int
) -> None:
    """Raise DecodeError if a field has a value that its kind does not allow."""
    if session == 0:
        raise DecodeError(f"fmv3: {kind.name} of session 0")
    needed, optional = kind in _WITH_SCHEMA, kind is Kind.GET_SCHEMA
    if (schema == 0 and needed) or (schema != 0 and not needed and not optional):
        raise DecodeError(f"fmv3: {kind.name} with schema {schema}")
    if sequence != 0 and kind not in _WITH_SEQUENCE:
        raise DecodeError(f"fmv3: {kind.name} with sequence {sequence}")
    allowed = TRACKED | PLAYBACK if kind is Kind.FRAME else 0
    if flags & ~allowed or (token and kind is not Kind.FRAME):
        raise DecodeError(f"fmv3: {kind.name} with flags {flags} and token {token}")


def newer(sequence: int, last: int) -> bool:
    """Return True if a frame is newer than the last one; the numbers wrap at 2^32."""
    return 0 < (sequence - last) % 2**32 < 2**31
