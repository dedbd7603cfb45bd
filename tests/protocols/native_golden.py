"""Golden datagrams and ZMTP streams of the native stream, for all plugins.

`python -m tests.protocols.native_golden` writes `tests/data/native/` again. Do so only
where the stream changes on purpose. `tests/data/README.md` describes the files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import msgpack
import numpy as np

from protocols import native
from protocols.channels import ARKIT, CHANNELS, EXPRESSIONS, Vector
from protocols.errors import DecodeError
from protocols.frame import NO_EXPRESSION, FaceFrame
from protocols.timecode import Timecode

from .faces import NOON, doubting, ramp
from .golden import DATA, golden
from .native_packets import fields
from .zmtp import command, greeting, message, ready

FOLDER: Final = DATA / "native"
EXPECTED: Final = "expected.json"
SENT_NS: Final = 1_000_250_000
DROP_FRAME_RATE: Final = Timecode(2_589_407, 0.5, 30_000, 1001)
"""The last frame of a day at 29.97 frames a second, and a half."""


def written(name: str) -> bytes:
    """Return the bytes of one golden file."""
    return (FOLDER / name).read_bytes()


def expected() -> dict[str, Any]:
    """Return what every reader must make of the golden files."""
    found: dict[str, Any] = json.loads((FOLDER / EXPECTED).read_text("utf-8"))
    return found


def live() -> FaceFrame:
    """A face as a daemon sends one: signed bones, odd doubts, a lead of 50 ms."""
    at = np.arange(len(CHANNELS), dtype=np.float64)
    vector: Vector = (np.sin(at + 1.0) * 0.7).astype(np.float32)
    vector[: len(ARKIT)] = np.abs(vector[: len(ARKIT)])
    doubt: Vector = (0.01 + at[: len(ARKIT)] / 300.0).astype(np.float32)
    share = np.exp(-np.arange(len(EXPRESSIONS)) / 2.0)
    expression: Vector = (share / share.sum()).astype(np.float32)
    return FaceFrame(
        index=4711,
        captured_ns=98_765_432_109_876,
        subject="face",
        vector=vector,
        expression=expression,
        confidence=0.8125,
        doubt=doubt,
        lead_ns=50_000_000,
    )


def held() -> FaceFrame:
    """A face that is not seen now, before midnight, of an actor with a long name."""
    name = "\u990a\u4e50\u591a " + "x" * (native.MAX_SUBJECT - 4)
    away = replace(live(), subject=name, tracked=False, confidence=0.0)
    return replace(away, captured_ns=-1, expression=NO_EXPRESSION, lead_ns=0)


def holding() -> FaceFrame:
    """A face that holds an expression."""
    return replace(doubting(), mood="happiness")


def boredom() -> bytes:
    """Return a frame whose mood no version of ours has."""
    packed: bytes = msgpack.packb({**fields(payload(holding())), "mood": "boredom"})
    return packed


def payload(
    frame: FaceFrame, time: Timecode = NOON, *, seq: int = 7, sent_ns: int = SENT_NS
) -> bytes:
    """Return a frame's map as a live stream has it."""
    return native.encode(
        frame, time, seq=seq, sent_ns=sent_ns, display_ns=frame.display_ns
    )


def datagram(frame: FaceFrame, packed: bytes) -> bytes:
    """Return a map as one datagram."""
    return native.join(native.topic(frame.subject), packed)


def later_version() -> bytes:
    """Return a frame of a version to come: keys of every type that we do not know, in
    another order, and numbers that are longer than they need to be."""
    known = fields(payload(live()))
    unknown = {
        "nothing": None,
        "flags": [True, False, -1, -33, -129, -32_769, -(2**31) - 1],
        "large": [255, 65_535, 2**32 - 1, 2**64 - 1],
        "nested": {"a": [{"b": 1.5}, "\u00fc", b"bytes"], "c": {}},
        "long": ["y" * 40, "y" * 300, b"z" * 300, list(range(20))],
        "ext": msgpack.ExtType(5, b"1234"),
    }
    body: dict[str, object] = {"v": 1, **unknown, **dict(reversed(known.items()))}
    packed: bytes = msgpack.packb(body)
    # `seq` as a uint64, and `subject` with a length of 32 bits.
    packed = packed.replace(b"\xa3seq\x07", b"\xa3seq\xcf" + (7).to_bytes(8, "big"))
    return packed.replace(b"\xa4face", b"\xdb\0\0\0\x04face")


def frames() -> dict[str, bytes]:
    """Return the datagrams that hold a frame, by file."""
    return {
        "frame_1_0.bin": datagram(ramp(), golden("native_ramp.bin")),
        "frame_1_1.bin": datagram(doubting(), golden("native_doubt.bin")),
        "frame_1_2.bin": datagram(doubting(), payload(doubting())),
        "frame_1_3.bin": datagram(holding(), payload(holding())),
        "frame_live.bin": datagram(
            live(), payload(live(), DROP_FRAME_RATE, sent_ns=98_765_440_000_000)
        ),
        "frame_held.bin": datagram(held(), payload(held(), seq=0, sent_ns=0)),
        "frame_mood_later.bin": datagram(doubting(), boredom()),
        "frame_later.bin": datagram(live(), later_version()),
    }


def schemas() -> dict[str, bytes]:
    """Return the datagrams that hold a schema, by file."""
    newest = native.encode_schema(native.Schema("facewire 0.1.0"))
    return {
        "schema_1_0.bin": native.join(native.SCHEMA_TOPIC, golden("native_schema.bin")),
        "schema_1_1.bin": native.join(
            native.SCHEMA_TOPIC, golden("native_schema_1_1.bin")
        ),
        "schema_1_2.bin": native.join(
            native.SCHEMA_TOPIC, golden("native_schema_1_2.bin")
        ),
        "schema_1_3.bin": native.join(native.SCHEMA_TOPIC, newest),
    }


def refused() -> dict[str, bytes]:
    """Return datagrams that every reader must refuse, by file."""
    whole = fields(payload(doubting()))
    nan, inf = (np.full(n, x, "<f4").tobytes() for n, x in ((85, np.nan), (8, np.inf)))
    odd = np.full(52, 1.5, "<f2").tobytes()

    def with_(name: str, value: object) -> bytes:
        return datagram(ramp(), msgpack.packb({**whole, name: value}))

    def without(name: str) -> bytes:
        left = {key: value for key, value in whole.items() if key != name}
        return datagram(ramp(), msgpack.packb(left))

    deep = b"\x91" * 2000 + b"\xc0"
    return {
        "refused_version.bin": with_("v", 2),
        "refused_vector_short.bin": with_("vector", bytes(84 * 4)),
        "refused_vector_nan.bin": with_("vector", nan),
        "refused_vector_missing.bin": without("vector"),
        "refused_expression_inf.bin": with_("expression", inf),
        "refused_doubt_large.bin": with_("doubt", odd),
        "refused_confidence.bin": with_("confidence", 1.25),
        "refused_tracked.bin": with_("tracked", 1),
        "refused_subject_empty.bin": with_("subject", ""),
        "refused_subject_long.bin": with_("subject", "x" * 257),
        "refused_subject_nul.bin": with_("subject", "a\0b"),
        "refused_seq_negative.bin": with_("seq", -1),
        "refused_seq_float.bin": with_("seq", 7.0),
        "refused_rate_zero.bin": with_("timecode", [1, 0.0, 60, 0]),
        "refused_subframe.bin": with_("timecode", [1, 1.0, 60, 1]),
        "refused_display.bin": with_("display_ns", "now"),
        "refused_mood.bin": with_("mood", 3),
        "refused_mood_empty.bin": with_("mood", ""),
        "refused_list.bin": datagram(ramp(), b"\x90"),
        "refused_trailing.bin": datagram(ramp(), payload(ramp()) + b"\0"),
        "refused_deep.bin": datagram(ramp(), b"\x82\xa1v\x01\xa1x" + deep),
        "refused_length.bin": datagram(
            ramp(), b"\x82\xa1v\x01\xa1x\xdd\xff\xff\xff\xff"
        ),
        "refused_topic.bin": native.join(b"gaze.3d.0", payload(ramp())),
        "refused_no_topic.bin": payload(ramp()).replace(b"\0", b"\1"),
        "refused_livelink.bin": golden("livelink_ramp.bin"),
        "refused_osc.bin": golden("osc_doubt.bin"),
    }


def streams() -> dict[str, list[bytes]]:
    """Return, by file, what a publisher sends over one ZMTP connection, in the parts
    that a reader may have to tell apart."""
    first, second = ramp(), live()
    said = (
        message(native.SCHEMA_TOPIC, native.encode_schema(native.Schema("facewire")))
        + message(native.topic("face"), payload(first))
        + message(native.topic("face"), payload(second, seq=8))
    )
    hello = [greeting(), ready(b"XPUB")]
    ping = command(b"PING", b"\0\x14" + b"fw")
    large = b"\2" + (2**40).to_bytes(8, "big")
    return {
        "zmtp_frames.bin": [*hello, said],
        "zmtp_ping.bin": [*hello, ping, message(native.topic("face"), payload(first))],
        "zmtp_curve.bin": [greeting(b"CURVE", as_server=True)],
        "zmtp_old.bin": [b"\xff" + bytes(7) + b"\1\x7f\1\2\0\0"],
        "zmtp_socket_type.bin": [greeting(), ready(b"REP")],
        "zmtp_error.bin": [greeting(), command(b"ERROR", b"\4nope")],
        "zmtp_large.bin": [*hello, large],
        "zmtp_many_parts.bin": [*hello, b"\1\1a" * 3 + b"\0\1a"],
        "zmtp_http.bin": [b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"],
    }


def truth(packed: bytes) -> dict[str, object]:
    """Return what a reader must find in a frame's map, floats exactly."""
    packet = native.decode(packed)
    frame, time = packet.frame, packet.time
    return {
        "subject": frame.subject,
        "seq": packet.seq,
        "index": frame.index,
        "captured_ns": frame.captured_ns,
        "sent_ns": packet.sent_ns,
        "display_ns": frame.display_ns,
        "tracked": frame.tracked,
        "confidence": frame.confidence,
        "timecode": [time.frame, time.subframe, time.rate_num, time.rate_den],
        "vector": frame.vector.tolist(),
        "expression": frame.expression.tolist(),
        "doubt": None if frame.doubt is None else frame.doubt.tolist(),
        "mood": frame.mood,
    }


def answers() -> dict[str, object]:
    """Return the contents of `expected.json`."""
    return {
        "channels": CHANNELS,
        "expressions": EXPRESSIONS,
        "frames": {
            name: truth(native.split(data)[1]) for name, data in frames().items()
        },
        "schemas": {
            name: native.decode_schema(native.split(data)[1]).minor
            for name, data in schemas().items()
        },
        "refused": {name: why(data) for name, data in refused().items()},
        "streams": {
            "zmtp_frames.bin": {"schemas": 1, "seqs": [7, 8], "refused": False},
            "zmtp_ping.bin": {"schemas": 0, "seqs": [7], "refused": False},
            **{
                name: {"schemas": 0, "seqs": [], "refused": True}
                for name in streams()
                if name not in ("zmtp_frames.bin", "zmtp_ping.bin")
            },
        },
    }


def why(data: bytes) -> str:
    """Return the reason for which our own reader refuses a datagram."""
    try:
        topic, packed = native.split(data)
        if not topic.startswith(native.FACE_TOPICS):
            return f"native: topic {topic!r:.60}, expected face.<subject> or schema"
        native.decode(packed)
    except DecodeError as error:
        return str(error)
    raise AssertionError("a datagram that should be refused is read")


def files() -> Mapping[str, bytes]:
    """Return every file of the folder, by name."""
    text = json.dumps(answers(), indent=1, ensure_ascii=True)
    return {
        **frames(),
        **schemas(),
        **refused(),
        **{name: b"".join(parts) for name, parts in streams().items()},
        EXPECTED: (text + "\n").encode(),
    }


def write(folder: Path = FOLDER) -> None:
    """Write the folder."""
    folder.mkdir(exist_ok=True)
    for name, data in files().items():
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    write()
