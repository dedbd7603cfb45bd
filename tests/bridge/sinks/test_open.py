import json
import socket
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from bridge.errors import SinkError
from bridge.shape.finish import MIRRORED, mirrored, mirrored_doubt
from bridge.sinks.open import Route, open_routes, open_sink
from bridge.sinks.udp import UdpSink
from bridge.user_folder import device_id
from bridge.wires.heard import Heard
from bridge.wires.livelink import LiveLink
from bridge.wires.osc import Osc
from bridge.wires.settings import Target
from bridge.wires.table import WIRES
from bridge.wires.vmc import Vmc
from bridge.wires.zmq import Zmq
from protocols import livelink, osc, plain_osc
from protocols.frame import FaceFrame
from protocols.osc_reader import ignore_left_out
from protocols.timecode import Timecode
from tests.bridge.faces import face

TIME = Timecode(0, 0.0, 60)


@dataclass
class ListSink:
    """Keeps what was sent."""

    name: str = "list"
    sent: int = 0
    failed: int = 0
    answered: bool | None = None
    frames: list[FaceFrame] = field(default_factory=list)

    def send(self, frame: FaceFrame, time: Timecode) -> None:
        self.frames.append(frame)

    def close(self) -> None:
        pass


def at(ms: float, subject: str = "face") -> FaceFrame:
    shown = face(0, subject, eyeBlinkLeft=1.0)
    return FaceFrame(0, round(ms * 1e6), subject, shown.vector)


def test_only_the_chosen_faces_pass() -> None:
    sink = ListSink()
    route = Route(sink, ["ben"])
    for subject in ("anna", "ben"):
        route.publish(at(0, subject), TIME)
    assert [frame.subject for frame in sink.frames] == ["ben"]


def test_a_closed_route_sends_nothing() -> None:
    sink = ListSink()
    route = Route(sink, ["face"])
    route.publish(at(0), TIME)
    route.close()
    route.close()
    route.publish(at(100), TIME)
    assert len(sink.frames) == 1


def test_a_sink_is_not_closed_under_whoever_sends() -> None:
    sending, let = threading.Event(), threading.Event()
    closed: list[bool] = []

    class Slow(ListSink):
        def send(self, frame: FaceFrame, time: Timecode) -> None:
            sending.set()
            assert let.wait(30.0)

        def close(self) -> None:
            closed.append(let.is_set())

    route = Route(Slow(), ["face"])
    thread = threading.Thread(target=route.publish, args=(at(0), TIME))
    thread.start()
    assert sending.wait(10.0)
    route.close()
    assert closed == []
    let.set()
    thread.join(10.0)
    route.close()
    assert closed == [True]


@pytest.mark.parametrize(("camera_hz", "cap", "share"), [(60, 30, 0.5), (30, 60, 1.0)])
def test_a_rate_cap_thins_evenly(camera_hz: int, cap: int, share: float) -> None:
    sink = ListSink()
    route = Route(sink, ["face"], rate=cap)
    random = np.random.default_rng(2)
    for i in range(600):
        route.publish(at(i * 1000 / camera_hz + random.normal(0, 1)), TIME)
    assert len(sink.frames) == pytest.approx(600 * share, rel=0.02)
    gaps = np.diff([frame.captured_ns for frame in sink.frames]) / 1e6
    assert gaps.max() < 1000 / min(camera_hz, cap) * 1.5


def test_a_cap_that_does_not_divide_the_rate_holds_on_average() -> None:
    sink = ListSink()
    route = Route(sink, ["face"], rate=25)
    for i in range(600):
        route.publish(at(i * 1000 / 60), TIME)
    assert len(sink.frames) == pytest.approx(250, rel=0.05)


def test_a_timeline_that_starts_anew_is_sent_at_once() -> None:
    sink = ListSink()
    route = Route(sink, ["face"], rate=30)
    for ms in (0, 60_000, 0, 34):
        route.publish(at(ms), TIME)
    assert len(sink.frames) == 4


def test_a_mirror_of_its_own() -> None:
    sink = ListSink()
    doubt = np.linspace(0.0, 1.0, 52, dtype=np.float32)
    route = Route(sink, ["face"], finish=(MIRRORED,))
    for frame in (at(0), replace(at(0), doubt=doubt)):
        route.publish(frame, TIME)
    assert np.array_equal(sink.frames[0].vector, mirrored(at(0).vector))
    assert sink.frames[0].doubt is None
    sent = sink.frames[1].doubt
    assert sent is not None and np.array_equal(sent, mirrored_doubt(doubt))


def test_each_subject_has_a_device_id_of_its_own_and_keeps_it(own_home: Path) -> None:
    sink = open_sink(LiveLink(port=9), ["anna", "ben"])
    sink.close()
    known = json.loads((own_home / "devices.json").read_text())
    assert set(known) == {"anna", "ben"}
    encoder = livelink.Encoder(device_id("anna"), "anna")
    assert livelink.decode(encoder.encode(at(0), TIME)).device == known["anna"]


NAMES = ("x" * 256, "\U0001f600" * 256, "演" * 64, "x" * 14, "a b/c#d", " ")
"""What a take of somebody else may call its faces; facewire reads up to 256 letters."""


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_no_name_silences_a_wire(name: str, caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
        end.bind(("127.0.0.1", 0))
        end.settimeout(10.0)
        port = end.getsockname()[1]
        for target, most in (
            (LiveLink(port=port), livelink.MAX_PACKET),
            (Vmc(port=port), osc.MTU),
            (Osc(port=port), plain_osc.MAX_BUNDLE),
        ):
            sink = open_sink(target, [name])
            sink.send(at(0, name), TIME)
            assert (sink.sent, sink.failed) == (1, 0)
            reader = WIRES[target.kind].reader(ignore_left_out)
            heard: list[Heard] = []
            while not heard:
                data = end.recv(65536)
                assert len(data) <= most
                heard = reader((data,))
            assert heard[0].values["eyeBlinkLeft"] == 1.0
            sink.close()
    sink = open_sink(Zmq(address="inproc://names"), [name])
    sink.send(at(0, name), TIME)
    assert (sink.sent, sink.failed) == (1, 0)
    sink.close()
    cut = "Unreal will see its first 245 characters" in caplog.text
    assert cut == (name == "\U0001f600" * 256)


def test_one_sink_of_each_kind_with_its_name() -> None:
    wanted: list[Target] = [
        LiveLink(port=9),
        Vmc(port=9),
        Osc(port=9),
        Zmq(address="inproc://x"),
    ]
    routes = open_routes(wanted, ["face"])
    assert [route.sink.name for route in routes] == [
        "livelink=127.0.0.1:9",
        "vmc=127.0.0.1:9",
        "osc=127.0.0.1:9",
        "zmq=inproc://x",
    ]
    for route in routes:
        route.publish(at(0), TIME)
        assert (route.sink.sent, route.sink.failed) == (1, 0)
        route.sink.close()


def test_vmc_takes_the_first_face_unless_told() -> None:
    routes = open_routes([Vmc(port=9), Vmc(port=9, face=2)], ["anna", "ben"])
    for route in routes:
        for subject in ("anna", "ben"):
            route.publish(at(0, subject), TIME)
        assert route.sink.sent == 1
        route.sink.close()


def test_what_was_open_is_closed_when_one_cannot_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closed = []

    def close(sink: UdpSink) -> None:
        closed.append(sink.name)
        really_close(sink)

    really_close = UdpSink.close
    monkeypatch.setattr(UdpSink, "close", close)
    with pytest.raises(SinkError):
        open_routes([LiveLink(port=9), Osc(host="no.invalid")], ["face"])
    assert closed == ["livelink=127.0.0.1:9"]
