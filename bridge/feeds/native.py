"""Reads facewire's own stream as solved faces: `--source native:PORT` (UDP) and
`--source zmq:tcp://HOST:PORT`.

So one facewire passes faces on to many, with their doubts, expressions and timecode.
All versions of the stream are read. A held face counts as no face, because this
facewire holds faces itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from protocols import native
from protocols.channels import ARKIT, CHANNELS, EXPRESSIONS
from protocols.errors import DecodeError

from .kind import Kind, udp_kind
from .report import Reader, Report, Setup, bounded
from .subscription import OPTIONS, check_address, subscribe

PORT: Final = 5561
"""The port that the sink `native` sends to, if nobody names another one."""


class StreamReader:
    """Reads the messages of one publisher."""

    def __init__(self, peer: str) -> None:
        """Expect the order of numbers that this version has.

        Args:
            peer: the publisher's host or address.
        """
        self._peer = peer
        self._strange = ""

    def __call__(self, data: bytes, now_ns: int) -> Sequence[Report]:
        """Return the face of a message; nothing for the schema.

        Raises:
            DecodeError: it is no message of the stream, or the schema names other
                numbers than this version, so that frames would be misread.
        """
        topic, payload = native.split(data)
        if topic == native.SCHEMA_TOPIC:
            self._strange = _strangeness(native.decode_schema(payload))
        elif not topic.startswith(native.FACE_TOPICS):
            raise DecodeError(
                f"native: topic {topic!r:.60} is not a topic of facewire; expected "
                "face.<subject> or schema"
            )
        if self._strange:
            raise DecodeError(self._strange)
        if topic == native.SCHEMA_TOPIC:
            return ()
        packet = native.decode(payload)
        frame = packet.frame
        return (
            Report(
                key=(self._peer, frame.subject),
                vector=bounded(frame.vector) if frame.tracked else None,
                named=True,
                time=packet.time,
                # All zero means that no expression was identified.
                expression=frame.expression if frame.expression.any() else None,
                confidence=frame.confidence,
                doubt=frame.doubt,
                index=packet.seq,
            ),
        )


def _strangeness(schema: native.Schema) -> str:
    """Return why a schema's numbers cannot be read; empty if they can."""
    for name, found, expected in (
        ("channels", schema.channels, CHANNELS),
        ("expressions", schema.expressions, EXPRESSIONS),
        ("doubts", schema.doubts or ARKIT, ARKIT),
    ):
        if found != expected:
            return (
                f"native: the {name} of {schema.software!r:.60} are not those of this "
                "facewire; use the same version on both machines"
            )
    return ""


def _reader(setup: Setup) -> Reader:
    return StreamReader(setup.peer)


NATIVE: Final = udp_kind("native", _reader, help="another facewire", port=PORT)

ZMQ: Final = Kind(
    word="zmq",
    form="zmq:tcp://HOST:PORT",
    help="another facewire, or your own program",
    reader=_reader,
    check=check_address,
    open=subscribe,
    options=OPTIONS,
)
