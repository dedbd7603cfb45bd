"""A page of a real daemon: its figures, its address, and its end."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from bridge.daemon import Daemon
from bridge.errors import BridgeError
from bridge.page.client import as_text
from bridge.page.door import Door
from bridge.page.monitor import MonitorPage, open_door
from bridge.page.settings import Monitor
from bridge.user_folder import page_token, user_folder
from tests.bridge.fakes import NOWHERE, ListSource, ScriptedTracker, image
from tests.bridge.page.served import NotingDesk, binary, page, text


@contextmanager
def running() -> Iterator[Daemon]:
    """A daemon with one face, which waits after two images."""
    source = ListSource([image(0), image(1)], wait=True)
    daemon = Daemon(NOWHERE, source=source, tracker=ScriptedTracker())
    try:
        yield daemon
    finally:
        daemon.stop()


def at(monitor: MonitorPage) -> Any:
    """The monitor as `page` needs it."""
    host, _, token = monitor.address.removeprefix("http://").partition("/#token=")
    return SimpleNamespace(host=host, origin=f"http://{host}"), token


def test_a_daemons_frames_reach_its_page() -> None:
    with running() as daemon:
        monitor = MonitorPage(daemon, Monitor(port=0))
        monitor.start(NotingDesk())
        try:
            served, token = at(monitor)
            with page(served, token=token) as opened:
                told = text(opened, "hello")
                assert told["subjects"] == ["facewire"]
                assert len(told["channels"]) == 85
                daemon.start()
                assert len(binary(opened, 1)) == 812
                status = text(opened, "status")
                assert status["pages"] == 1
                assert set(status["lamps"][0]) == {"found", "turned", "dark", "covered"}
        finally:
            monitor.close()
        monitor.close()
        assert not daemon.tap.open


def test_the_address_has_the_token_in_its_fragment_and_stays() -> None:
    with running() as daemon:
        first = MonitorPage(daemon, Monitor(port=0))
        second = MonitorPage(daemon, Monitor(port=0))
        addresses = [first.address, second.address]
        first.close()
        second.close()
    tokens = [address.partition("/#token=")[2] for address in addresses]
    assert tokens[0] == tokens[1] and len(tokens[0]) == 32
    assert addresses[0].startswith("http://127.0.0.1:")


def test_a_port_in_use_is_replaced_by_a_free_one(
    caplog: pytest.LogCaptureFixture,
) -> None:
    first = open_door("127.0.0.1", 0)
    try:
        second = open_door("127.0.0.1", first.port)
        second.close()
        assert second.port != first.port
        assert f"another program uses port {first.port}" in caplog.text
    finally:
        first.close()


@pytest.mark.parametrize("host", ["no such host", "256.1.1.1", "203.0.113.7"])
def test_an_address_that_is_not_this_machines_is_one_sentence(host: str) -> None:
    with pytest.raises(BridgeError, match=r"monitor\.host") as told:
        open_door(host, 0)
    assert "\n" not in str(told.value) and "this machine" in str(told.value)


def test_a_machine_that_listens_for_others_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with running() as daemon:
        monitor = MonitorPage(daemon, Monitor(host="0.0.0.0", port=0))
        address = monitor.address
        monitor.close()
    assert "not encrypted" in caplog.text
    assert address.startswith("http://127.0.0.1:")


def test_the_token_is_made_once_and_a_damaged_one_is_told() -> None:
    token = page_token()
    assert page_token() == token
    path = user_folder() / "monitor.json"
    path.write_text('{"token": "short"}')
    with pytest.raises(BridgeError, match="delete the file to make a new one"):
        page_token()


def test_numbers_that_are_not_finite_become_null() -> None:
    told = {"a": [float("nan"), 1.5], "b": {"c": float("-inf")}}
    assert as_text(told) == '{"a": [null, 1.5], "b": {"c": null}}'


def test_a_door_that_is_full_admits_again_when_connections_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bridge.page.door.MOST", 1)
    door = Door(socket.AF_INET, ("127.0.0.1", 0))
    address = ("127.0.0.1", door.port)
    try:
        with socket.create_connection(address, 5.0):
            first, _ = door.accept()
        with socket.create_connection(address, 5.0):
            refused, _ = door.accept()
            assert refused.fileno() == -1
        first.close()
        with socket.create_connection(address, 5.0):
            again, _ = door.accept()
            assert again.fileno() >= 0
            door.cut_all()
            assert again.recv(1) == b""
            again.close()
    finally:
        door.close()
