from __future__ import annotations

from dataclasses import replace

import msgpack
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import CaptureError, ConfigError
from bridge.feeds.native import StreamReader
from bridge.feeds.spec import Spec
from bridge.feeds.subscription import check_address
from bridge.feeds.table import KINDS
from bridge.wires.zmq import Zmq
from protocols import native
from protocols.channels import ARKIT, CHANNELS
from protocols.errors import DecodeError
from protocols.timecode import Timecode
from tests.protocols.native_golden import FOLDER, expected, live, written

KEY = "a&b?c#d%e@f" + 29 * "="


def face(subject: str = "anna", seq: int = 3, **changes: object) -> bytes:
    frame = replace(live(), subject=subject, **changes)  # type: ignore[arg-type]
    payload = native.encode(frame, Timecode(7, 0.5, 60), seq=seq, sent_ns=0)
    return native.join(native.topic(subject), payload)


@pytest.mark.parametrize("name", ["frame_1_0.bin", "frame_1_1.bin", "frame_1_2.bin"])
def test_every_version_is_read(name: str) -> None:
    (report,) = StreamReader("10.0.0.7")(written(name), 0)
    packet = native.decode(native.split(written(name))[1])
    assert report.key == ("10.0.0.7", packet.frame.subject)
    assert report.time == packet.time and report.index == packet.seq
    assert report.vector is not None and report.given is None
    np.testing.assert_array_equal(report.vector, packet.frame.vector)
    assert (report.doubt is None) is (name == "frame_1_0.bin")
    assert report.confidence == packet.frame.confidence


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.bin")), ids=lambda p: p.name)
def test_the_golden_datagrams_are_read_or_refused(path) -> None:  # type: ignore[no-untyped-def]
    if path.name.startswith("zmtp"):
        return
    read = StreamReader("10.0.0.7")
    if path.name.startswith("refused"):
        with pytest.raises(DecodeError):
            read(path.read_bytes(), 0)
    else:
        assert len(read(path.read_bytes(), 0)) == (not path.name.startswith("schema"))
    assert expected()


def test_a_held_face_is_no_face() -> None:
    (report,) = StreamReader("p")(written("frame_held.bin"), 0)
    assert report.vector is None and report.time is not None


def test_a_face_without_an_expression_has_none() -> None:
    nothing = np.zeros(8, dtype=np.float32)
    (report,) = StreamReader("p")(face(expression=nothing), 0)
    assert report.expression is None
    (report,) = StreamReader("p")(face(), 0)
    assert report.expression is not None and report.expression.sum() > 0.9


def test_numbers_that_no_face_has_are_brought_within_bounds() -> None:
    payload = msgpack.unpackb(native.split(face())[1])
    payload["vector"] = np.full(85, 1e30, dtype="<f4").tobytes()
    data = native.join(native.topic("anna"), msgpack.packb(payload))
    (report,) = StreamReader("p")(data, 0)
    assert report.vector is not None
    assert report.vector[: len(ARKIT)].max() == 1.0
    assert report.vector.max() == 100.0 and report.vector[60] < 7.0


def test_frames_of_other_numbers_are_refused_until_the_schema_fits() -> None:
    read = StreamReader("p")
    assert read(face(), 0)
    swapped = (CHANNELS[1], CHANNELS[0], *CHANNELS[2:])
    for schema in (
        native.Schema("facewire 9", channels=swapped),
        native.Schema("facewire 9", doubts=("jawOpen",)),
    ):
        data = native.encode_schema(schema)
        with pytest.raises(DecodeError, match="same version on both machines"):
            read(native.join(native.SCHEMA_TOPIC, data), 0)
        with pytest.raises(DecodeError, match="facewire 9"):
            read(face(), 0)
    assert read(written("schema_1_0.bin"), 0) == ()
    assert read(face(), 0)


def test_every_truncation_is_refused() -> None:
    data, read = face(), StreamReader("p")
    for size in range(len(data)):
        with pytest.raises(DecodeError):
            read(data[:size], 0)


@given(st.one_of(st.binary(max_size=800), st.binary().map(b"face.a\0".__add__)))
def test_garbage_is_refused_and_nothing_else(data: bytes) -> None:
    with pytest.raises(DecodeError):
        StreamReader("p")(data, 0)


def test_a_subscription_has_an_address_and_a_key() -> None:
    assert check_address(Spec.of("zmq:tcp://127.0.0.1:5562"), ()) == (
        "zmq:tcp://127.0.0.1:5562"
    )
    assert check_address(Spec.of("zmq:127.0.0.1"), ()) == "zmq:tcp://127.0.0.1:5560"
    spec = Spec.of(f"zmq:tcp://127.0.0.1:5562?key={KEY}")
    assert spec.options(KINDS["zmq"].options) == {"key": KEY}
    assert KEY[3:] not in check_address(spec, ())


@pytest.mark.parametrize(
    "text",
    ["zmq", "zmq:", "zmq:fax://1", "zmq:tcp://h", "zmq:ipc://x", "zmq:tcp://h:99999"],
)
def test_other_addresses_are_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="expected"):
        check_address(Spec.of(text), ())


def test_a_wrong_key_and_an_unknown_host_are_told_without_the_key() -> None:
    with pytest.raises(ConfigError, match="9 characters, expected 40") as caught:
        check_address(Spec.of("zmq:tcp://127.0.0.1:1?key=verysecre"), ())
    assert "verysecre" not in str(caught.value)
    with pytest.raises(CaptureError, match="nowhere"):
        check_address(Spec.of("zmq:tcp://nowhere.invalid:1"), ())


@pytest.mark.parametrize("bound", ["tcp://127.0.0.1:5560", "tcp://*:5560"])
def test_a_subscription_to_the_own_sink_is_refused(bound: str) -> None:
    with pytest.raises(ConfigError, match="of this facewire publishes there"):
        check_address(Spec.of("zmq:localhost"), [Zmq(address=bound)])
    check_address(Spec.of("zmq:localhost:5562"), [Zmq(address=bound)])
