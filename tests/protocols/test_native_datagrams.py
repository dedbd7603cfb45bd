from dataclasses import replace

import pytest

from protocols import native
from protocols.native_datagrams import SCHEMA_EVERY_NS, Encoder

from .faces import NOON, face, ramp
from .native_packets import same


def topics(datagrams: tuple[bytes, ...]) -> list[bytes]:
    return [native.split(data)[0] for data in datagrams]


def test_a_frame_is_one_datagram_and_the_schema_comes_now_and_then() -> None:
    encoder = Encoder("facewire 9")
    schema, frame = [b"schema"], [b"face.face"]
    for sent_ns, expected in (
        (5, schema + frame),
        (6, frame),
        (SCHEMA_EVERY_NS + 4, frame),
        (SCHEMA_EVERY_NS + 5, schema + frame),
        (SCHEMA_EVERY_NS + 6, frame),
    ):
        sent = encoder.encode(ramp(), NOON, sent_ns=sent_ns)
        assert topics(sent) == expected
        packet = native.decode(native.split(sent[-1])[1])
        same(packet.frame, ramp())
        assert (packet.time, packet.sent_ns) == (NOON, sent_ns)


def test_the_schema_names_the_sender() -> None:
    (schema, _) = Encoder("facewire 9").encode(ramp(), NOON, sent_ns=0)
    told = native.decode_schema(native.split(schema)[1])
    assert told == native.Schema("facewire 9") and told.minor == 3


def test_each_subject_is_counted_by_itself() -> None:
    encoder = Encoder("facewire")
    seqs = [
        native.decode(
            native.split(encoder.encode(face(i, subject=name), NOON, sent_ns=i)[-1])[1]
        ).seq
        for i, name in enumerate(("anna", "ben", "anna", "anna", "ben"))
    ]
    assert seqs == [0, 0, 1, 2, 1]


def test_a_frame_says_when_it_is_meant_to_be_seen() -> None:
    ahead = replace(ramp(), lead_ns=40_000_000)
    sent = Encoder("facewire").encode(ahead, NOON, sent_ns=0)[-1]
    frame = native.decode(native.split(sent)[1]).frame
    assert (frame.captured_ns, frame.lead_ns) == (1_000_000_000, 40_000_000)
    assert frame.display_ns == 1_040_000_000


def test_a_take_does_not_say_it() -> None:
    ahead = replace(ramp(), lead_ns=40_000_000)
    frame = native.decode(native.encode(ahead, NOON, seq=0, sent_ns=0)).frame
    assert frame.display_ns == frame.captured_ns


def test_a_subject_that_is_no_topic_is_refused() -> None:
    with pytest.raises(ValueError, match="expected 1 to 256 characters"):
        Encoder("facewire").encode(face(subject="a\0b"), NOON, sent_ns=0)
