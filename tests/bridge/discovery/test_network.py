"""mDNS and broadcasts for real, on this machine's own interfaces."""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from typer.testing import CliRunner
from zeroconf import Zeroconf

from bridge.cli import app
from bridge.config import Config
from bridge.discovery.announce import Announcer, announced
from bridge.discovery.browse import discover, own_addresses
from bridge.discovery.service import FACEWIRE, OSC, Row
from bridge.discovery.settings import Announce
from bridge.page.settings import Monitor
from bridge.remote.settings import Remote
from bridge.wires.livelink import LiveLink
from bridge.wires.zmq import Zmq
from tests.protocols.test_vts_beacon import packet

OPEN = Config(
    remote=Remote(enabled=True, host="0.0.0.0", port=8123),
    monitor=Monitor(host="0.0.0.0"),
    sinks=[
        Zmq(address="tcp://0.0.0.0:5560"),
        Zmq(address="tcp://127.0.0.1:5561"),
        Zmq(address="tcp://*:5562"),
        LiveLink(),
    ],
)


def test_only_what_others_can_reach_is_announced() -> None:
    found = announced(OPEN, "stage.local", 5570)
    assert [(each.kind, each.port, each.properties["what"]) for each in found] == [
        (OSC, 8123, "remote"),
        (FACEWIRE, 5560, "stream"),
        (FACEWIRE, 5562, "stream"),
        (FACEWIRE, 5570, "monitor"),
    ]
    assert found[0].name == found[1].name == "facewire on stage-local"
    assert [each.name[-1] for each in found[2:]] == ["2", "3"]
    told = str(found)
    assert "token" not in told and "key" not in told


def test_a_usual_run_announces_nothing(caplog: pytest.LogCaptureFixture) -> None:
    config = Config(remote=Remote(enabled=True))
    assert announced(config, "here", 5570) == []
    Announcer([]).close()
    assert "nothing here listens outside loopback" in caplog.text


def test_a_name_of_the_settings_is_cut_to_fit() -> None:
    config = OPEN.model_copy(update={"announce": Announce(name="é" * 40)})
    (first, *_) = announced(config, "here")
    assert first.name == "é" * 30


@contextmanager
def running(name: str) -> Iterator[Announcer]:
    try:
        Zeroconf().close()
    except OSError as error:
        pytest.skip(f"no multicast here: {error}")
    config = OPEN.model_copy(update={"announce": Announce(name=name)})
    announcer = Announcer(announced(config, "here", 5570))
    try:
        yield announcer
    finally:
        announcer.close()
        announcer.close()


def test_what_is_announced_is_found(caplog: pytest.LogCaptureFixture) -> None:
    name = f"facewire-test-{threading.get_native_id()}"
    with caplog.at_level(logging.INFO), running(name):
        assert f"announced in the network as '{name}'" in caplog.text
        rows: list[Row] = []
        for _ in range(10):
            # A busy machine may answer late.
            rows = [row for row in discover(2.0) if row.name.startswith(name)]
            if len({row.what for row in rows}) == 3:
                break
    assert {row.what for row in rows} == {
        *("facewire, monitor page", "facewire, remote control"),
        "facewire, stream",
    }
    hosts = {row.where.rpartition(":")[0] for row in rows}
    assert hosts <= set(own_addresses())


def test_a_broadcast_of_vtube_studio_is_found() -> None:
    try:
        Zeroconf().close()
    except OSError as error:
        pytest.skip(f"no multicast here: {error}")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("", 0))
        port = probe.getsockname()[1]
    ended = threading.Event()

    def send() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            while not ended.wait(0.05):
                out.sendto(packet(active=True), ("127.0.0.1", port))
                out.sendto(b"{}", ("127.0.0.1", port))

    thread = threading.Thread(target=send)
    thread.start()
    try:
        rows = discover(1.0, port)
    finally:
        ended.set()
        thread.join()
    wanted = "facewire run --sink vts=127.0.0.1:8001"
    assert [row.next for row in rows if row.what == "VTube Studio"] == [wanted]


def test_the_command_prints_a_table_or_json(monkeypatch: pytest.MonkeyPatch) -> None:
    row = Row("OSC", "evil\x1b[2J", "10.0.0.7:9000", "facewire run --sink osc=10.0.0.7")
    found = [row]
    monkeypatch.setattr("bridge.discovery.browse.discover", lambda seconds: found)
    shown = CliRunner().invoke(app, ["discover"], env={"COLUMNS": "200"})
    assert shown.exit_code == 0 and "\x1b" not in shown.output
    assert "10.0.0.7:9000" in shown.output
    assert "facewire run --source livelink:0.0.0.0:11112" in shown.output
    told = json.loads(CliRunner().invoke(app, ["discover", "--json"]).output)
    assert told["found"][0]["what"] == "OSC"
    found.clear()
    assert "nothing has announced" in CliRunner().invoke(app, ["discover"]).output
