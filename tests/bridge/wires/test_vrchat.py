"""The wire `vrchat`, from the command line to what arrives."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.config_file import load_config
from bridge.daemon import Daemon
from bridge.errors import ConfigError, SinkError
from bridge.inspect.endpoint import parse_endpoint
from bridge.inspect.tally import Ledger
from bridge.inspect.watch import listen, open_receiver
from bridge.sinks.open import open_sink
from bridge.vrchat import services
from bridge.wires.vrchat import VRCHAT, VrChat, VrchatReader
from bridge.wires.wire import Probe
from protocols.osc import Message, encode
from protocols.timecode import Timecode
from protocols.vrcft import Plan
from protocols.vrchat import Eyes
from tests.bridge.faces import face
from tests.bridge.fakes import PATIENCE_S, ListSource, ScriptedTracker, image, until
from tests.bridge.vrchat.game import Game, Near
from tests.ports import free_port

TIME = Timecode(7, 0.0, 60)


@pytest.fixture
def game(monkeypatch: pytest.MonkeyPatch) -> Iterator[Game]:
    made = Game(FT__v2__JawOpen=float, FT__v2__JawX1=bool, LipTrackingActive=bool)
    monkeypatch.setattr(services, "MulticastServices", lambda: Near(made.service))
    yield made
    made.close()


def test_the_command_line_sets_everything() -> None:
    text = (
        "vrchat=10.0.0.5:9002?parameters=all&prefix=FT/&eyes=off&discover=false"
        "&listen=9001&rate=30"
    )
    (target,) = load_config(sinks=[text]).sinks
    assert target == VrChat(
        host="10.0.0.5",
        port=9002,
        parameters="all",
        prefix="FT/",
        eyes="off",
        discover=False,
        listen=9001,
        rate=30.0,
    )


@pytest.mark.parametrize("prefix", ["FT", "/FT/", "F T/", "FT//", "#/", "ä/"])
def test_a_prefix_that_no_address_has_is_a_mistake(prefix: str) -> None:
    with pytest.raises(ConfigError, match="prefix"):
        load_config(settings=[f"sinks=[{{kind='vrchat', prefix='{prefix}'}}]"])


def test_eyes_go_as_the_settings_say() -> None:
    assert VrChat().eyes_for(Plan()) == Eyes(gaze=True, lids=True)
    assert VrChat(eyes="off").eyes_for(Plan()) == Eyes(gaze=False, lids=False)
    every = VrChat(parameters="all").plan()
    assert VrChat().eyes_for(every) == Eyes(gaze=False, lids=False)
    assert VrChat(eyes="on").eyes_for(every) == Eyes(gaze=True, lids=True)


def test_the_doctor_looks_at_its_port() -> None:
    assert VRCHAT.probe(VrChat()) == Probe("127.0.0.1", 9000, "UDP", ours=False)


def test_the_worn_avatar_gets_its_parameters_and_another_one_its_own(
    game: Game,
) -> None:
    sink = open_sink(VrChat(port=free_port(), eyes="off"), ["anna"])
    try:
        until(lambda: any("HOST_INFO" in path for path in game.asked), PATIENCE_S)
        index = 0

        def send(**channels: float) -> bool:
            nonlocal index
            index += 1
            sink.send(face(index, "anna", **channels), TIME)
            return "/avatar/parameters/FT/v2/JawOpen" in game.heard

        until(lambda: send(jawOpen=0.5, jawRight=1.0), PATIENCE_S)
        game.hears("FT/v2/JawOpen", 0.5)
        game.hears("FT/v2/JawX1", True)
        game.hears("LipTrackingActive", True)
        assert len(game.heard) == 3 and sink.answered is not False
    finally:
        sink.close()
    # The end tells the avatar that the face is gone.
    game.hears("LipTrackingActive", False)


def test_all_is_sent_without_asking_anybody(game: Game) -> None:
    target = VrChat(port=game.port, parameters="all", prefix="FT/", eyes="on")
    sink = open_sink(target, ["anna"])
    try:
        sink.send(face(1, "anna", jawOpen=0.5), TIME)
        game.hears("FT/v2/JawOpen", 0.5)
        until(lambda: "/tracking/eye/EyesClosedAmount" in game.heard, PATIENCE_S)
        until(lambda: len(game.heard) == 178 + 3 + 2, PATIENCE_S)
    finally:
        sink.close()
    assert not game.asked


def test_without_any_avatar_vrchats_own_eyes_move() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
        end.bind(("127.0.0.1", 0))
        end.settimeout(PATIENCE_S)
        target = VrChat(port=end.getsockname()[1], discover=False)
        sink = open_sink(target, ["anna"])
        try:
            sink.send(face(1, "anna"), TIME)
            assert b"/tracking/eye/LeftRightPitchYaw" in end.recv(4096)
        finally:
            sink.close()


def test_the_daemon_drives_the_avatar_and_ends(game: Game) -> None:
    config = load_config(sinks=[f"vrchat=127.0.0.1:{free_port()}"])
    source = ListSource([image(i) for i in range(3)], wait=True)
    daemon = Daemon(config, tracker=ScriptedTracker(), source=source)
    try:
        daemon.start()
        until(lambda: "/avatar/parameters/FT/v2/JawOpen" in game.heard, PATIENCE_S)
    finally:
        daemon.stop()


def test_an_unknown_host_and_a_taken_port_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(SinkError, match="was not found"):
        open_sink(VrChat(host="nowhere.invalid"), ["anna"])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(SinkError, match=f"leave out listen={port}"):
            open_sink(VrChat(listen=port, discover=False), ["anna"])


def test_what_its_sink_sends_inspect_shows() -> None:
    target = parse_endpoint(f"vrchat:{free_port()}")
    assert isinstance(target, VrChat)
    receiver, ledger = open_receiver(target), Ledger()
    sink = open_sink(
        target.model_copy(update={"parameters": "all", "eyes": "on"}), ["anna"]
    )
    frames = (f for f in listen(receiver, "vrchat", ledger, PATIENCE_S) if f)
    try:
        sink.send(face(5, "anna", jawOpen=0.5, mouthLeft=0.5), TIME)
        last = next(f for f in frames if "eye.EyesClosedAmount" in f.values)
        sink.send(replace(face(6, "anna", jawOpen=0.75)), TIME)
        after = next(f for f in frames if f.values["JawOpen"] == 0.75)
    finally:
        sink.close()
        receiver.close()
    assert last.values["JawOpen"] == 0.5 and last.values["MouthX."] == -0.5
    assert last.tracked is True and len(last.values) == 178 + 3 + 4 + 1
    assert len(after.values) == len(last.values)
    assert ledger.malformed == 0 and not ledger.left_out


def test_inspect_reports_what_is_of_another_use() -> None:
    left: list[str] = []
    reader = VrchatReader(lambda address, why: left.append(address))
    for message in (
        Message("/chatbox/input", ("hello", True)),
        Message("/avatar/parameters/VRCEmote", ("x",)),
        Message("/avatar/parameters/Empty"),
    ):
        assert reader((encode(message),)) == []
    assert left == [
        *("/chatbox/input", "/avatar/parameters/VRCEmote", "/avatar/parameters/Empty")
    ]
    for number in range(3000):
        data = encode(Message(f"/avatar/parameters/p{number}", (0.5,)))
        (heard,) = reader((data,))
        assert len(heard.values) <= 1024
