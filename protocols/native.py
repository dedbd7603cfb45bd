"""facewire's own stream: one msgpack map per frame, on ZeroMQ, UDP and in takes.

Topic `face.<subject>`, then this map. `v` always comes first. Readers must ignore
unknown keys, so that later versions may add some without a new `v`. This is version
1.3; 1.2 had no `mood`, 1.1 no `display_ns` either, and 1.0 no `doubt`.

    v            int       1
    seq          int       counts what this publisher sent of this subject; a gap is
                           a message lost on the way
    index        int       capture counter; a gap is a frame dropped before sending
    captured_ns  int       when a camera's image arrived, on the sender's monotonic
                           clock, ns; of a file, its own time from 0
    sent_ns      int       when this was sent, on that clock: for a camera the
                           difference is latency
    subject      str       the actor's name, at most 256 characters
    tracked      bool      false while the last pose is held
    confidence   float64   0 to 1
    vector       bin 340   85 float32, little-endian: 52 weights 0 to 1, ten rotation
                           vectors in radians, head position in metres
    expression   bin 32    8 float32, little-endian, probabilities; all 0: unknown
    doubt        bin 104   52 float16, little-endian, 0 to 1: the root mean square
                           error that the solver expects of each weight; the key is
                           left out where it is unknown. Since 1.1
    display_ns   int       when the face is meant to be seen, on the clock of
                           `captured_ns`: later than that by as much as the numbers
                           are predicted ahead (`lead_ms`). Where the key is left out,
                           as in takes, it is `captured_ns`. Since 1.2
    mood         str       the one of the eight expressions that the face holds, which
                           does not flicker as the probabilities do; the key is left
                           out where it is unknown. Since 1.3
    timecode     array     [int frames since midnight, float64 fraction of a frame,
                           int rate numerator, int rate denominator]

The monotonic clock is CLOCK_MONOTONIC on Linux, mach_absolute_time on macOS and
QueryPerformanceCounter on Windows, in ns; Python's `time.perf_counter_ns` reads it.
Programs on one machine share it; two machines do not.

Topic `schema`, sent to every new subscriber, describes the numbers.

    v            int       1
    minor        int       3: the version is 1.3. Left out by 1.0
    software     str       the sender: "facewire 0.1.0"
    channels     [str]     names of `vector`, in order
    expressions  [str]     names of `expression`, in order
    doubts       [str]     names of `doubt`, in order. Since 1.1
    units        {str: str}  of weights, rotations, position, doubt
    coordinates  str       the frame of the rotations and the position

Over ZeroMQ a message has two parts, topic and map. ZMQ_CONFLATE would keep only one of
them, so a subscriber that wants the newest message reads until none is waiting. Where
only one part is possible, `join` puts a zero byte between them; no topic contains one.
`native_datagrams.py` sends such messages by UDP.
Subscriptions match by prefix: `face.Ann` also brings `face.Anna`, so a subscriber that
wants one actor must compare `subject`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import msgpack
import numpy as np

from .channels import ARKIT, CHANNELS, EXPRESSIONS, unit, unit_number
from .errors import DecodeError
from .fields import Fields
from .frame import FaceFrame
from .outgoing import outgoing
from .timecode import Timecode

VERSION: Final = 1
"""Readers must know this number."""
MINOR: Final = 3
"""Counts the additions since, which readers may ignore."""
SCHEMA_TOPIC: Final = b"schema"
FACE_TOPICS: Final = b"face."
"""Subscribe to this for every subject."""
MAX_SUBJECT: Final = 256
"""Characters."""

UNITS: Final = {
    "weights": "0 to 1, 0 is this actor's neutral",
    "rotations": "rotation vectors x y z in radians, parent-local, 0 is the rest pose",
    "position": "metres, in the camera's frame",
    "doubt": "expected root mean square error of a weight, 0 to 1; absent: unknown",
}
DOUBT: Final = np.dtype("<f2")
"""Type of a stored doubt: exact to 0.05 % of itself, in half the bytes."""
COORDINATES: Final = "right-handed, +X the actor's left, +Y up, +Z out of the face"


@dataclass(frozen=True, slots=True)
class Packet:
    """One frame and its transport data."""

    frame: FaceFrame
    time: Timecode
    seq: int
    sent_ns: int


@dataclass(frozen=True, slots=True)
class Schema:
    """The meaning of a stream's numbers."""

    software: str
    channels: tuple[str, ...] = CHANNELS
    expressions: tuple[str, ...] = EXPRESSIONS
    doubts: tuple[str, ...] = ARKIT
    """Empty in version 1.0."""
    units: dict[str, str] = field(default_factory=lambda: dict(UNITS))
    coordinates: str = COORDINATES
    minor: int = MINOR


def topic(subject: str) -> bytes:
    """Return the topic of a subject's frames.

    Raises:
        ValueError: the subject is empty, too long, has a NUL or is not valid text.
    """
    if not 0 < len(subject) <= MAX_SUBJECT or "\0" in subject:
        raise ValueError(
            f"native: subject {subject!r}, expected 1 to {MAX_SUBJECT} characters"
        )
    return FACE_TOPICS + subject.encode()


def encode(
    frame: FaceFrame,
    time: Timecode,
    *,
    seq: int,
    sent_ns: int,
    display_ns: int | None = None,
) -> bytes:
    """Return one frame's map: weights clamped, NaN as 0; NaN of a doubt as 1.

    Args:
        frame: the face.
        time: its timecode.
        seq: counts the frames that this publisher sent of this subject.
        sent_ns: now, monotonic ns.
        display_ns: `frame.display_ns` for a live stream; None leaves the key out.

    Raises:
        ValueError: the subject is not valid text, or a number exceeds 64 bits.
    """
    numbers = outgoing(frame)
    fields: dict[str, object] = {
        "v": VERSION,
        "seq": seq,
        "index": frame.index,
        "captured_ns": frame.captured_ns,
        "sent_ns": sent_ns,
        "subject": frame.subject,
        "tracked": bool(frame.tracked),
        "confidence": unit_number(frame.confidence),
        "vector": numbers.vector.astype("<f4", copy=False).tobytes(),
        "expression": unit(frame.expression).astype("<f4", copy=False).tobytes(),
        "timecode": (time.frame, time.subframe, time.rate_num, time.rate_den),
    }
    if numbers.doubt is not None:
        fields["doubt"] = numbers.doubt.astype(DOUBT).tobytes()
    if display_ns is not None:
        fields["display_ns"] = display_ns
    if frame.mood:
        fields["mood"] = frame.mood
    return _pack(fields)


def decode(data: bytes) -> Packet:
    """Parse one frame's map.

    Raises:
        DecodeError: naming the field that is wrong; nothing else is ever raised.
    """
    fields = Fields("native", data, VERSION)
    subject = fields.text("subject", MAX_SUBJECT)
    if "\0" in subject:
        raise DecodeError(
            f"native: subject {subject!r:.40} has a NUL, expected none in a topic"
        )
    captured_ns = _instant(fields, "captured_ns")
    display_ns = captured_ns
    if fields.has("display_ns"):
        display_ns = _instant(fields, "display_ns")
    frame = FaceFrame(
        index=fields.integer("index"),
        captured_ns=captured_ns,
        subject=subject,
        vector=fields.floats("vector", len(CHANNELS)),
        expression=fields.floats("expression", len(EXPRESSIONS)),
        confidence=fields.share("confidence"),
        tracked=fields.flag("tracked"),
        doubt=(
            fields.shares("doubt", len(ARKIT), DOUBT) if fields.has("doubt") else None
        ),
        lead_ns=display_ns - captured_ns,
        mood=_mood(fields),
    )
    return Packet(
        frame,
        _time(fields),
        fields.integer("seq"),
        _instant(fields, "sent_ns"),
    )


def encode_schema(schema: Schema) -> bytes:
    """Return the map that describes this version's numbers."""
    return _pack(
        {
            "v": VERSION,
            "minor": schema.minor,
            "software": schema.software,
            "channels": schema.channels,
            "expressions": schema.expressions,
            "doubts": schema.doubts,
            "units": schema.units,
            "coordinates": schema.coordinates,
        }
    )


def decode_schema(data: bytes) -> Schema:
    """Parse a schema map.

    Raises:
        DecodeError: naming the field that is wrong; nothing else is ever raised.
    """
    fields = Fields("native schema", data, VERSION)
    return Schema(
        software=fields.text("software", MAX_SUBJECT),
        channels=fields.texts("channels"),
        expressions=fields.texts("expressions"),
        doubts=fields.texts("doubts") if fields.has("doubts") else (),
        units=fields.table("units"),
        coordinates=fields.text("coordinates", MAX_SUBJECT),
        minor=fields.integer("minor") if fields.has("minor") else 0,
    )


def join(topic: bytes, payload: bytes) -> bytes:
    """Return the two parts of a message as one."""
    return topic + b"\0" + payload


def split(message: bytes) -> tuple[bytes, bytes]:
    """Return topic and map of a one-part message.

    Raises:
        DecodeError: there is no zero byte after a topic.
    """
    topic, zero, payload = message.partition(b"\0")
    if not zero:
        raise DecodeError(f"native: no topic in {len(message)} bytes")
    return topic, payload


def _pack(fields: dict[str, object]) -> bytes:
    try:
        packed: bytes = msgpack.packb(fields)
    except OverflowError:
        raise ValueError("native: a number exceeds 64 bits") from None
    return packed


def _mood(fields: Fields) -> str:
    """Return the held expression; empty if it is unknown to this version."""
    mood = fields.text("mood", MAX_SUBJECT) if fields.has("mood") else ""
    return mood if mood in EXPRESSIONS else ""


def _instant(fields: Fields, name: str) -> int:
    """Return a time in ns, of 64 bits with a sign."""
    value = fields.integer(name, low=-(2**63))
    if value >= 2**63:
        raise DecodeError(f"native: {name} is {value}, expected an int below 2**63")
    return value


def _time(fields: Fields) -> Timecode:
    frame, subframe, num, den = fields.items("timecode", (int, float, int, int))
    # The other wires have 31 bits for each of these, and for a day's frames.
    sound = 0 <= frame < 2**31 and 0 < num < 2**31 and 0 < den < 2**31
    if not (sound and 0.0 <= subframe < 1.0 and 86_400 * num // den < 2**31):
        raise DecodeError(f"native: timecode {frame} + {subframe} at {num}/{den}")
    return Timecode(frame, subframe, num, den)
