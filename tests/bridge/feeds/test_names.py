from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bridge.config import Config
from bridge.config_file import load_config
from bridge.feeds.names import LONGEST, Named, SenderNames
from bridge.feeds.places import Places
from bridge.feeds.report import Report
from bridge.sinks.open import Route
from bridge.wires.by_subject import MOST, BySubject
from bridge.wires.table import WIRES
from protocols import livelink, native, plain_osc
from protocols.plain_osc import address_subject
from protocols.timecode import Timecode
from tests.bridge.faces import face
from tests.bridge.fakes import ListRoute

from .fake_port import NS, FakePort, feed_of

TIME = Timecode(0, 0.0, 60)
FRAME = face(0, "facewire", jawOpen=0.5)


def test_a_face_goes_out_under_its_senders_name() -> None:
    names = SenderNames(["facewire", "facewire2"])
    assert names.named(FRAME) is FRAME
    assert names.take(0, "anna") == "anna"
    out = names.named(FRAME)
    assert out.subject == "anna" and out.vector is FRAME.vector
    # All wires get the same value, so that numbers are computed once.
    assert names.named(FRAME) is out
    assert names.named(replace(FRAME, subject="facewire2")).subject == "facewire2"
    names.take(0, "ben")
    assert names.named(FRAME).subject == "ben"


def test_two_senders_of_one_name_are_told_apart() -> None:
    names = SenderNames(["facewire", "facewire2", "facewire3"])
    assert [names.take(at, "my phone") for at in range(3)] == [
        "my phone",
        "my phone 2",
        "my phone 3",
    ]
    # Nor does a name hide a place that has no sender yet.
    names = SenderNames(["facewire", "facewire2"])
    assert names.take(0, "facewire2") == "facewire2 2"
    assert names.take(1, "facewire2") == "facewire2"


def test_long_names_that_begin_alike_are_told_apart() -> None:
    # 30 of these letters are 90 bytes; an address holds 64.
    names = SenderNames(["facewire", "facewire2", "facewire3"])
    found = [names.take(at, "\u9854" * 30) for at in range(3)]
    assert found[0] == "\u9854" * 30
    assert [name[-2:] for name in found[1:]] == [" 2", " 3"]
    assert len({address_subject(name) for name in found}) == 3


def test_a_sender_without_a_name_has_that_of_its_place() -> None:
    assert SenderNames(["facewire"]).take(0, "   ") == "facewire"


@given(st.lists(st.text(max_size=90), min_size=3, max_size=3))
def test_any_names_can_be_sent(given_names: list[str]) -> None:
    names = SenderNames(["facewire", "facewire2", "facewire3"])
    found = [names.take(at, name) for at, name in enumerate(given_names)]
    assert len({address_subject(name) for name in found}) == 3
    for name in found:
        assert name.isprintable() and 0 < len(name) <= LONGEST + 4
        frame = replace(FRAME, subject=name)
        assert native.topic(name)
        assert livelink.Encoder("device", name).encode(frame, TIME)
        assert plain_osc.Encoder(name).encode(frame, TIME)


def test_wires_that_carry_a_name_and_takes_get_it() -> None:
    assert [kind for kind, wire in WIRES.items() if wire.named] == [
        *("livelink", "osc", "zmq", "native"),
    ]
    names = SenderNames(["facewire"])
    names.take(0, "anna")
    taken = ListRoute()
    Named(taken, names.named).publish(FRAME, TIME)
    assert [frame.subject for frame in taken.frames] == ["anna"]

    class Sent:
        name, sent, failed, answered = "sent", 0, 0, None

        def send(self, frame: object, time: Timecode) -> None:
            frames.append(frame)

        def close(self) -> None:
            """Nothing is open."""

    frames: list[object] = []
    route = Route(Sent(), ["facewire"])
    route.named = names.named
    route.publish(FRAME, TIME)
    assert frames == [names.named(FRAME)]


def test_whoever_sets_names_gets_these() -> None:
    assert "subjects" not in Config().model_fields_set
    assert (
        "subjects" in load_config(settings=["subjects=['facewire']"]).model_fields_set
    )


def test_encoders_of_names_are_made_when_needed_and_bounded() -> None:
    encoders = BySubject(lambda name: [name], ["anna"])
    ben = encoders["ben"]
    assert encoders["anna"] == ["anna"] and ben == ["ben"] and encoders["ben"] is ben
    for number in range(2 * MOST):
        encoders[str(number)]
    assert len(encoders._made) == MOST


def test_only_formats_with_names_give_one() -> None:
    port = FakePort()
    feed = feed_of(port, ["facewire"])
    assert feed.names is None
    names = SenderNames(["facewire"])
    places = Places("test", ["facewire"], feed.timelines, names)
    places.keep(Report(key=("10.0.0.7", "vmc"), vector=None), "10.0.0.7", 0)
    assert names.named(FRAME) is FRAME
    later = 10 * NS
    named = Report(key=("phone", "anna"), vector=None, named=True)
    places.keep(named, "10.0.0.8", later)
    assert names.named(FRAME).subject == "anna"
