from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.wires.livelink import LiveLinkReader
from bridge.wires.osc import OscReader
from bridge.wires.table import WIRES
from bridge.wires.vmc import VmcReader
from bridge.wires.zmq import NativeReader
from protocols import livelink, native, plain_osc, vmc
from protocols.channels import ARKIT
from protocols.errors import DecodeError
from protocols.osc_reader import ignore_left_out
from protocols.timecode import Timecode
from tests.bridge.faces import face

TIME = Timecode(108_000, 0.5, 30)
FRAME = face(5, "anna", jawOpen=0.5, head__y=0.25)
DOUBTING = replace(FRAME, doubt=(np.arange(52) / 64).astype(np.float32))
DOUBT = {name: i / 64 for i, name in enumerate(ARKIT)}


def test_live_link() -> None:
    data = livelink.Encoder("device", "anna").encode(FRAME, TIME)
    (heard,) = LiveLinkReader()((data,))
    assert (heard.subject, heard.tracked, heard.stamp) == ("anna", True, 108_000.5)
    assert heard.values["jawOpen"] == 0.5
    assert heard.time == "01:00:00:00 @ 30"


def test_live_link_without_a_face() -> None:
    data = livelink.encode(livelink.Packet("device", "anna", TIME, None))
    (heard,) = LiveLinkReader()((data,))
    assert heard.tracked is False and not heard.values


@pytest.mark.parametrize("names", ["pascal", "camel"])
def test_vmc_is_a_frame_after_its_last_datagram(names: vmc.Names) -> None:
    reader = VmcReader()
    *first, last = vmc.Encoder(vmc.VmcStyle(names=names)).encode(FRAME)
    assert first and all(reader((data,)) == [] for data in first)
    (heard,) = reader((last,))
    assert heard.values["jawOpen"] == 0.5
    assert set(ARKIT) <= set(heard.values)


@pytest.mark.parametrize("split", [False, True])
def test_plain_osc_is_a_frame_however_many_datagrams(split: bool) -> None:
    reader = OscReader()
    encoder = plain_osc.Encoder("anna", split=split)
    for _ in range(2):
        heard = [h for data in encoder.encode(FRAME, TIME) for h in reader((data,))]
        assert len(heard) == 1
    frame = heard[0]
    assert (frame.subject, frame.tracked, frame.stamp) == ("anna", True, 5)
    assert list(frame.values)[:52] == list(ARKIT)
    assert frame.values["jawOpen"] == 0.5
    assert frame.values["head.1"] == 0.25
    assert frame.time == "01:00:00:00"
    assert frame.doubt is None


@pytest.mark.parametrize("split", [False, True])
def test_plain_osc_tells_the_doubt_where_it_is_sent(split: bool) -> None:
    reader = OscReader()
    encoder = plain_osc.Encoder("anna", split=split, doubt=True)
    for frame, doubt in ((DOUBTING, DOUBT), (FRAME, None), (DOUBTING, DOUBT)):
        data = encoder.encode(frame, TIME)
        (heard,) = [h for part in data for h in reader((part,))]
        assert heard.doubt == doubt
        assert not any(name.startswith("doubt") for name in heard.values)


def test_the_native_stream_carries_its_age() -> None:
    reader = NativeReader(lambda: 5_000_000)
    payload = native.encode(FRAME, TIME, seq=9, sent_ns=3_000_000)
    (heard,) = reader((native.topic("anna"), payload))
    assert heard.exact and heard.stamp == 9
    assert heard.age_ms == 2.0
    assert heard.values["head.y"] == 0.25
    assert heard.doubt is None
    doubting = native.encode(DOUBTING, TIME, seq=9, sent_ns=3_000_000)
    assert reader((native.topic("anna"), doubting))[0].doubt == DOUBT
    # One part, as a subscriber with ZMQ_CONFLATE gets it.
    assert len(reader((native.join(native.topic("anna"), payload),))) == 1


@pytest.mark.parametrize(
    ("parts", "fact"),
    [
        ((b"gaze.3d.0.", b"\x80"), "topic b'gaze.3d.0.' is not a topic of facewire"),
        ((b"face.a", b"", b""), "a message of 3 parts, expected 2"),
        ((b"face.a",), "no topic in 6 bytes"),
    ],
)
def test_other_zeromq_publishers_are_told_apart(
    parts: tuple[bytes, ...], fact: str
) -> None:
    with pytest.raises(DecodeError, match=fact):
        NativeReader()(parts)


CASES = Path(__file__).parents[3].parent / "shared" / "cases"
WHOLE_NUMBERS = CASES / "vmc_whole_numbers_as_int.hex"


@pytest.mark.skipif(not WHOLE_NUMBERS.exists(), reason="no ../shared/cases here")
def test_a_real_sender_of_whole_numbers_is_read_whole() -> None:
    left_out: list[str] = []
    reader = VmcReader(lambda address, why: left_out.append(address))
    (heard,) = reader((bytes.fromhex(WHOLE_NUMBERS.read_text("ascii")),))
    assert (heard.values["eyeBlinkLeft"], heard.values["eyeBlinkRight"]) == (1.0, 0.0)
    assert heard.values["jawOpen"] == 0.5 and heard.values["Head.w"] == 1.0
    assert heard.stamp == 2.0 and not left_out


def test_another_machines_clock_is_no_age_and_the_schema_no_frame() -> None:
    reader = NativeReader(lambda: 0)
    payload = native.encode(FRAME, TIME, seq=0, sent_ns=10**15)
    assert reader((native.topic("anna"), payload))[0].age_ms is None
    schema = native.encode_schema(native.Schema("facewire"))
    assert reader((native.SCHEMA_TOPIC, schema)) == []


@pytest.mark.parametrize("kind", WIRES)
@given(data=st.binary(max_size=200))
def test_garbage_is_a_decode_error_and_nothing_else(kind: str, data: bytes) -> None:
    try:
        WIRES[kind].reader(ignore_left_out)((data,))
    except DecodeError as error:
        assert str(error)
