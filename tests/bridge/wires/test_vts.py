"""The wire `vts`, from the command line to what arrives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from bridge.config_file import load_config
from bridge.daemon import Daemon
from bridge.errors import ConfigError, SinkError
from bridge.inspect.endpoint import parse_endpoint
from bridge.inspect.tally import Ledger
from bridge.inspect.vtube_studio import WAITING, VtubeReceiver
from bridge.inspect.watch import listen, open_receiver
from bridge.sinks.open import open_sink
from bridge.wires.vts import VTS, Vts
from bridge.wires.wire import Probe
from protocols import vtube_studio as api
from protocols.timecode import Timecode
from tests.bridge.faces import face
from tests.bridge.fakes import PATIENCE_S, ListSource, ScriptedTracker, image, until
from tests.bridge.vtube_studio.server import Studio, StudioServer
from tests.ports import free_port

TIME = Timecode(7, 0.0, 60)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACEWIRE_HOME", str(tmp_path))


def test_the_command_line_sets_everything() -> None:
    (target,) = load_config(sinks=["vts=10.0.0.5:8002?defaults=true&rate=30"]).sinks
    assert target == Vts(host="10.0.0.5", port=8002, defaults=True, rate=30.0)
    assert load_config(sinks=["vts"]).sinks == [Vts()]


@pytest.mark.parametrize("rate", ["1", "0.5", "241"])
def test_a_rate_that_lets_parameters_go_is_a_mistake(rate: str) -> None:
    with pytest.raises(ConfigError, match="rate"):
        load_config(sinks=[f"vts?rate={rate}"])


def test_the_doctor_looks_at_its_port() -> None:
    assert VTS.probe(Vts()) == Probe("127.0.0.1", 8001, "TCP", ours=False)


@pytest.mark.parametrize("defaults", [False, True])
def test_what_its_sink_sends_inspect_shows(defaults: bool) -> None:
    target = parse_endpoint(f"vts:{free_port()}").model_copy(
        update={"defaults": defaults}
    )
    receiver, ledger = open_receiver(target), Ledger()
    sink = open_sink(target, ["anna"])
    frames = (f for f in listen(receiver, "vts", ledger, PATIENCE_S) if f is not None)
    try:
        sink.send(face(5, "anna", jawOpen=0.5, head__y=-0.25), TIME)
        heard = next(frames)
        also = next(frames) if defaults else None
    finally:
        sink.close()
        receiver.close()
    assert heard.values["jawOpen"] == 0.5 and heard.tracked is True
    assert heard.values["vts.HeadYaw"] == pytest.approx(14.3239, abs=1e-3)
    if also is not None:
        assert also.values["MouthOpen"] == pytest.approx(0.6)
        assert also.values["vts.FaceAngleX"] == pytest.approx(14.3239, abs=1e-3)
    assert ledger.malformed == 0


def test_the_daemon_drives_a_vtube_studio_and_ends() -> None:
    studio = Studio()
    server = StudioServer(studio)
    config = load_config(sinks=[f"vts=127.0.0.1:{server.port}?defaults=true"])
    source = ListSource([image(i) for i in range(3)], wait=True)
    daemon = Daemon(config, tracker=ScriptedTracker(), source=source)
    try:
        daemon.start()
        until(lambda: len(studio.injected) > 4)
    finally:
        daemon.stop()
        server.close()
    assert len(studio.values(0)) == 70
    assert "FaceAngleX" in studio.values(1)


@pytest.fixture
def receiver() -> Iterator[VtubeReceiver]:
    opened = VtubeReceiver("127.0.0.1", free_port())
    yield opened
    opened.close()
    opened.close()


def test_inspect_answers_what_it_cannot_read_with_nothing(
    receiver: VtubeReceiver,
) -> None:
    with connect(f"ws://{receiver.where}", proxy=None) as plugin:
        for text in ("no JSON", '{"messageType": 5}', b"\xff\x00"):
            plugin.send(text)
        plugin.send(api.request("SomethingElse", "a"))
        answer = api.read(plugin.recv(timeout=PATIENCE_S))
        problem = api.problem(answer)
        assert answer.request == "a" and problem is not None and problem.number == 7
        plugin.send('{"messageType": "InjectParameterDataRequest"}')
        parts = receiver.receive(PATIENCE_S)
    assert parts is not None
    assert receiver.receive(0.0) is None


def test_inspect_admits_no_browser_and_few_plugins(receiver: VtubeReceiver) -> None:
    where = f"ws://{receiver.where}"
    evil = Origin("http://evil")
    with pytest.raises(InvalidStatus), connect(where, proxy=None, origin=evil):
        pass
    opened = [connect(where, proxy=None).__enter__() for _ in range(5)]
    try:
        for one in opened[:4]:
            one.send(api.request("APIState", "a"))
            assert json.loads(one.recv(timeout=PATIENCE_S))["data"] == {"active": True}
    finally:
        for one in opened:
            one.close()


def test_inspect_drops_what_its_screen_does_not_take(receiver: VtubeReceiver) -> None:
    data = {"parameterValues": [{"id": "FaceAngleX", "value": 1.0}]}
    with connect(f"ws://{receiver.where}", proxy=None) as plugin:
        for _ in range(2 * WAITING):
            plugin.send(api.request(api.INJECT, "a", data))
            plugin.recv(timeout=PATIENCE_S)
    count = 0
    while receiver.receive(0.0) is not None:
        count += 1
    assert count == WAITING


def test_a_port_in_use_is_a_sentence(receiver: VtubeReceiver) -> None:
    port = int(receiver.where.rpartition(":")[2])
    with pytest.raises(SinkError, match="close VTube Studio if it runs here"):
        VtubeReceiver("127.0.0.1", port)
