"""The port of the remote control: floods, strangers, and its end."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from bridge.clock import monotonic_ns
from bridge.errors import SinkError
from bridge.remote.server import PER_SLOT, RemoteServer
from bridge.remote.session import Session
from bridge.remote.settings import Remote
from bridge.remote.targets import RemoteTargets
from protocols.osc import Message, encode
from tests.bridge.fakes import until
from tests.ports import free_port

from .stage import Controller, Desk


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACEWIRE_HOME", str(tmp_path))


def server(settings: Remote, desk: Desk) -> RemoteServer:
    def make(made: RemoteServer) -> Session:
        return Session(
            desk,
            lambda: desk.status,
            RemoteTargets(["anna"]),
            made.send,
            takes=made.takes.post,
            files=made.files.post,
            refused=made.refuse,
            subjects=["anna"],
            first_target=settings.first_target(),
        )

    return RemoteServer(settings, make)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def controller(port: int) -> Iterator[Controller]:
    made = Controller(port)
    yield made
    made.close()


@pytest.fixture
def running(desk: Desk, port: int, controller: Controller) -> Iterator[RemoteServer]:
    target = f"127.0.0.1:{controller.port}"
    made = server(Remote(enabled=True, port=port, target=target), desk)
    made.start()
    yield made
    made.close()


def test_it_says_hello_and_goodbye(
    running: RemoteServer, controller: Controller
) -> None:
    controller.hear("/AppActivated")
    running.close()
    running.close()
    controller.hear("/AppDeactivated")


def test_a_take_is_confirmed_from_start_to_stop(
    running: RemoteServer, controller: Controller, desk: Desk
) -> None:
    controller.say("/OSCSetSendTarget", "127.0.0.1", controller.port)
    controller.hear("/OSCSetSendTargetConfirm")
    controller.say("/RecordStart", "12B", 3)
    controller.hear("/RecordStartConfirm")
    controller.say("/RecordStop")
    assert len(controller.hear("/RecordStopConfirm").args) == 3
    assert desk.status.slate == "12B"


def test_a_slow_disk_does_not_delay_other_answers(
    running: RemoteServer,
    controller: Controller,
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    released, ask = threading.Event(), desk.ask

    def slow(*given: object) -> object:
        released.wait(60.0)
        return ask(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(desk, "ask", slow)
    for number in range(30):
        controller.say("/RecordStart", "12B", number)
    controller.say("/BatteryQuery")
    controller.hear("/Battery")
    until(lambda: running.refused > 0)  # Too many commands waited.
    released.set()
    controller.hear("/RecordStartConfirm")


def test_a_flood_is_read_at_a_bounded_pace_and_answers_still_come(
    running: RemoteServer, controller: Controller
) -> None:
    started_ns = monotonic_ns()
    for number in range(5_000):
        controller.raw(b"/x\0\0,i\0\0" + number.to_bytes(4, "big"))
    controller.hear("/AppActivated")
    answers = 0
    for _ in range(600):
        # The system drops what comes while its queue is full, so ask again.
        controller.say("/BatteryQuery")
        with suppress(TimeoutError, AssertionError):
            controller.hear("/Battery", 0.1)
            answers += 1
            break
    assert answers
    slots = (monotonic_ns() - started_ns) / 1e8 + 2
    assert running.refused <= slots * PER_SLOT


def test_garbage_is_counted_and_logged_once_for_a_machine(
    running: RemoteServer, controller: Controller, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        for _ in range(20):
            controller.raw(b"\xff\xfe")
            controller.raw(b"x" * 5_000)
            controller.say("/GetVideo")
        until(lambda: running.refused == 60)
    assert len(caplog.records) == 3


def test_a_controller_of_ipv6_is_answered(desk: Desk, port: int) -> None:
    try:
        made = server(Remote(host="::1", port=port), desk)
    except (SinkError, OSError):
        pytest.skip("this machine has no IPv6")
    made.start()
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as asking:
        asking.bind(("::1", 0))
        asking.settimeout(60.0)
        target = Message("/OSCSetSendTarget", ("::1", asking.getsockname()[1]))
        asking.sendto(encode(target), ("::1", port))
        assert asking.recv(1024).startswith(b"/OSCSetSendTargetConfirm")
    made.close()


def test_strangers_are_not_obeyed(
    desk: Desk, port: int, controller: Controller
) -> None:
    made = server(Remote(port=port, controllers=["10.0.0.1"]), desk)
    made.start()
    try:
        controller.say("/RecordStart", "12B", 3)
        until(lambda: made.refused == 1)
        assert desk.asked == []
    finally:
        made.close()


def test_commands_in_vain_are_counted_and_logged_once(
    running: RemoteServer, controller: Controller, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        for number in range(1, 6):
            controller.say("/RecordStop")
            until(lambda number=number: running.refused == number)  # type: ignore[misc]
    assert [each.getMessage() for each in caplog.records] == [
        "x remote: 127.0.0.1: nothing is being recorded"
    ]


def test_a_port_in_use_is_told_in_a_sentence(
    running: RemoteServer, port: int, desk: Desk
) -> None:
    with pytest.raises(SinkError, match=r"is in use; end the program .*remote\.port"):
        server(Remote(port=port), desk)


@pytest.mark.parametrize("text", ["stage:8000", "10.0.0.1", "10.0.0.1:0", "::1"])
def test_a_target_is_an_ip_address_and_a_port(text: str) -> None:
    with pytest.raises(ValueError, match="expected IP:PORT"):
        Remote(target=text)


def test_addresses_of_ipv6_are_targets_too() -> None:
    assert Remote(target="[::1]:8000").first_target() == ("::1", 8000)
    assert Remote().first_target() is None
    assert Remote(controllers=["::0001"]).controllers == ("::1",)
    with pytest.raises(ValueError, match="expected an IP address"):
        Remote(controllers=["stage"])
