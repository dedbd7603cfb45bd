"""facewire's own stream in UDP datagrams, for plugins that need no library for it.

A datagram is one message of the native stream, as `native.join` writes it:

    topic    `face.<subject>` or `schema`, UTF-8
    u8       0
    map      msgpack, as `native.py` describes it

A frame is one datagram, about 650 bytes. The schema is a datagram of its own, about
2.3 kB: the first one, and then one every two seconds, before a frame. A receiver needs
a buffer of 4096 bytes. It must not wait for the schema, because of the two IP packets
that carry it one may be lost.

Frames may be lost, repeated or arrive in another order: `seq` of a subject tells. It
begins at 0 when the sender starts.
"""

from __future__ import annotations

from typing import Final

from . import native
from .frame import FaceFrame
from .timecode import Timecode

SCHEMA_EVERY_NS: Final = 2_000_000_000


class Encoder:
    """Encodes the frames of all subjects for one receiver. Not thread-safe."""

    def __init__(self, software: str) -> None:
        """Start counting at 0.

        Args:
            software: the sender, for the schema, such as "facewire 0.1.0".
        """
        schema = native.encode_schema(native.Schema(software))
        self._schema = native.join(native.SCHEMA_TOPIC, schema)
        self._described_ns: int | None = None
        self._seq: dict[str, int] = {}

    def encode(
        self, frame: FaceFrame, time: Timecode, *, sent_ns: int
    ) -> tuple[bytes, ...]:
        """Return a frame's datagram, after the schema's if that is due.

        Raises:
            ValueError: the subject is not valid text, or a number exceeds 64 bits.
        """
        seq = self._seq.get(frame.subject, 0)
        self._seq[frame.subject] = seq + 1
        payload = native.encode(
            frame, time, seq=seq, sent_ns=sent_ns, display_ns=frame.display_ns
        )
        datagram = native.join(native.topic(frame.subject), payload)
        described_ns = self._described_ns
        if described_ns is None or sent_ns - described_ns >= SCHEMA_EVERY_NS:
            self._described_ns = sent_ns
            return (self._schema, datagram)
        return (datagram,)
