"""Read facewire's native stream, version 1: datagrams, and the messages of takes.

A datagram is a topic (`face.<subject>` or `schema`), a zero byte, and a MessagePack
map. facewire's protocols/native.py describes it. Bytes come from strangers: a message
is read whole or refused, unknown keys are ignored, and so later versions can be read.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from typing import Final

from ..shared.channels import ARKIT, CHANNELS, EXPRESSIONS
from .face import Face, Timecode
from .msgpack import Broken, unpack

VERSION: Final = 1
MAX_SUBJECT: Final = 256
"""Characters."""
FACE_TOPICS: Final = b"face."
SCHEMA_TOPIC: Final = b"schema"

_VECTOR: Final = struct.Struct(f"<{len(CHANNELS)}f")
_EXPRESSION: Final = struct.Struct(f"<{len(EXPRESSIONS)}f")
_DOUBT: Final = struct.Struct(f"<{len(ARKIT)}e")

_WANTED: Final = {
    "v": "1; update this extension",
    "seq": "a whole number from 0",
    "index": "a whole number from 0",
    "captured_ns": "a whole number of 64 bits",
    "sent_ns": "a whole number of 64 bits",
    "display_ns": "a whole number of 64 bits",
    "subject": f"1 to {MAX_SUBJECT} characters without a zero byte",
    "tracked": "true or false",
    "confidence": "a float of 0 to 1",
    "vector": f"{len(CHANNELS)} finite float32 in {_VECTOR.size} bytes",
    "expression": f"{len(EXPRESSIONS)} finite float32 in {_EXPRESSION.size} bytes",
    "doubt": f"{len(ARKIT)} float16 of 0 to 1 in {_DOUBT.size} bytes",
    "mood": f"1 to {MAX_SUBJECT} characters",
    "timecode": "[frame, fraction, rate, rate's divisor]",
}
"""What each key must hold."""

Fields = Mapping[str | bytes, object]


class Refused(ValueError):
    """A message that cannot be used; says what was expected."""


def read_datagram(data: bytes) -> Face | None:
    """Return the face of a datagram; None for a schema.

    Raises:
        Refused: it is neither; nothing else is ever raised.
    """
    topic, zero, payload = data.partition(b"\0")
    if not zero:
        raise Refused("no topic: expected face.<subject>, a zero byte and a map")
    if topic == SCHEMA_TOPIC:
        _fields(payload)
        return None
    if not topic.startswith(FACE_TOPICS):
        raise Refused("not facewire: expected the topic face.<subject> or schema")
    return read_face(payload)


def read_face(payload: bytes) -> Face:
    """Return the face of one map.

    Raises:
        Refused: naming the key that is wrong; nothing else is ever raised.
    """
    fields = _fields(payload)
    captured_ns = _instant(fields, "captured_ns")
    return Face(
        subject=_subject(fields),
        seq=_integer(fields, "seq"),
        index=_integer(fields, "index"),
        captured_ns=captured_ns,
        sent_ns=_instant(fields, "sent_ns"),
        display_ns=(
            _instant(fields, "display_ns") if "display_ns" in fields else captured_ns
        ),
        tracked=_flag(fields),
        confidence=_share(fields),
        timecode=_timecode(fields),
        vector=_floats(fields, "vector", _VECTOR),
        expression=_floats(fields, "expression", _EXPRESSION),
        doubt=_doubt(fields) if "doubt" in fields else None,
        mood=_mood(fields) if "mood" in fields else "",
    )


def _fields(payload: bytes) -> Fields:
    """Return a map of this version."""
    try:
        fields = unpack(payload)
    except Broken as error:
        raise Refused(f"no MessagePack: {error}") from None
    if not isinstance(fields, dict):
        raise Refused("no MessagePack map: expected one, whole")
    if type(fields.get("v")) is not int or fields["v"] != VERSION:
        raise _wrong("v")
    return fields


def _wrong(name: str) -> Refused:
    told = "version" if name == "v" else name
    return Refused(f"{told}: expected {_WANTED[name]}")


def _integer(fields: Fields, name: str, low: int = 0, high: int = 2**64) -> int:
    value = fields.get(name)
    if type(value) is not int or not low <= value < high:
        raise _wrong(name)
    return value


def _instant(fields: Fields, name: str) -> int:
    return _integer(fields, name, -(2**63), 2**63)


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= MAX_SUBJECT:
        raise _wrong(name)
    return value


def _subject(fields: Fields) -> str:
    value = _text(fields, "subject")
    if "\0" in value:
        raise _wrong("subject")
    return value


def _mood(fields: Fields) -> str:
    """Return the held expression; empty for one that this version does not know."""
    value = _text(fields, "mood")
    return value if value in EXPRESSIONS else ""


def _flag(fields: Fields) -> bool:
    value = fields.get("tracked")
    if not isinstance(value, bool):
        raise _wrong("tracked")
    return value


def _share(fields: Fields) -> float:
    value = fields.get("confidence")
    if not isinstance(value, float) or not 0.0 <= value <= 1.0:
        raise _wrong("confidence")
    return value


def _floats(fields: Fields, name: str, form: struct.Struct) -> tuple[float, ...]:
    value = fields.get(name)
    if not isinstance(value, bytes) or len(value) != form.size:
        raise _wrong(name)
    read = form.unpack(value)
    # A sum of float32 in float64 is finite only if all are.
    if not math.isfinite(sum(read)):
        raise _wrong(name)
    return read


def _doubt(fields: Fields) -> tuple[float, ...]:
    value = fields.get("doubt")
    if not isinstance(value, bytes) or len(value) != _DOUBT.size:
        raise _wrong("doubt")
    read: tuple[float, ...] = _DOUBT.unpack(value)
    # Written so that a number that is no number is refused.
    if not all(0.0 <= number <= 1.0 for number in read):
        raise _wrong("doubt")
    return read


def _timecode(fields: Fields) -> Timecode:
    value = fields.get("timecode")
    kinds = (int, float, int, int)
    if not isinstance(value, list) or tuple(map(type, value)) != kinds:
        raise _wrong("timecode")
    frame, subframe, num, den = value
    limit = 2**31
    sound = 0 <= frame < limit and 0 < num < limit and 0 < den < limit
    if not (sound and 0.0 <= subframe < 1.0 and 86_400 * num // den < limit):
        raise _wrong("timecode")
    return Timecode(frame, subframe, num, den)
