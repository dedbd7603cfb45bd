"""The control socket of a daemon."""

from __future__ import annotations

import os
import socket
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Lock
from types import SimpleNamespace
from typing import Any

import msgpack
import psutil
import pytest
import zmq
from hypothesis import given
from hypothesis import strategies as st

from bridge.control import Control
from bridge.control_addresses import (
    ControlAddress,
    HandshakeRefused,
    running_daemons,
    send,
)
from bridge.control_answers import answer
from bridge.control_client import ask
from bridge.errors import BridgeError
from bridge.orders.desk import OrderDesk
from bridge.orders.handler import OrderHandler
from bridge.takes.read import read_recording
from bridge.takes.recorder import Recorder, TakeSettings
from bridge.takes.take import About
from protocols.control import Reply, Request, decode_reply, encode_request
from tests.bridge.takes.made import frame_of, take


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Recorder]:
    made = Recorder(TakeSettings(tmp_path / "takes"), About())
    desk = OrderDesk(OrderHandler([], Lock(), solver="none", motion="off"), made)
    daemon: Any = SimpleNamespace(recorder=made, orders=desk)
    control = Control(partial(answer, daemon))
    yield made
    control.close()
    made.close()


def test_a_take_is_started_and_stopped_from_outside(
    recorder: Recorder, tmp_path: Path
) -> None:
    assert ask("take status", {}).told == "nothing is being recorded"
    assert ask("take status", {}).state["pid"] == str(os.getpid())
    folder = tmp_path / "elsewhere"
    arguments = {"slate": "12A", "number": "4", "folder": str(folder)}
    started = ask("take start", arguments)
    assert started.ok and started.told.startswith("recording 12A 004 0:00 into ")
    made = take(count=5)
    for i in range(5):
        recorder.publish(frame_of(made, i), made.timecodes[i])
    state = ask("take status", {}).state
    assert (state["recording"], state["frames"]) == ("yes", "5")
    again = ask("take start", {})
    assert not again.ok and "stop that take first" in again.told
    path = folder / "12A_004.mcap"
    stopped = ask("take stop", {}, pid=os.getpid())
    assert stopped.told == f"recorded {path}: 5 frames"
    assert stopped.state["file"] == str(path) and stopped.state["recording"] == "no"
    assert len(read_recording(path).takes[0].index) == 5
    assert ask("take stop", {}).told == "nothing is being recorded"


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ({"number": "two"}, "number 'two'"),
        ({"number": "0"}, "expected 1 to 999999"),
        ({"folder": "here"}, "expected a full path"),
        ({"folder": "/a\0b"}, "expected a full path"),
        ({"slate": "a/b"}, "slate 'a/b'"),
        ({"colour": "red"}, "unknown argument colour"),
    ],
)
@pytest.mark.usefixtures("recorder")
def test_what_cannot_be_done_is_a_sentence(
    arguments: dict[str, str], part: str
) -> None:
    reply = ask("take start", arguments)
    assert not reply.ok and part in reply.told


def encrypt(of: zmq.SyncSocket, daemon: ControlAddress) -> None:
    of.curve_publickey, of.curve_secretkey = zmq.curve_keypair()
    of.curve_serverkey = daemon.public_key.encode()


def speak(daemon: ControlAddress, data: bytes) -> bytes:
    context = zmq.Context()
    try:
        with context.socket(zmq.REQ) as asking:
            asking.setsockopt(zmq.LINGER, 0)
            asking.setsockopt(zmq.RCVTIMEO, 60_000)
            encrypt(asking, daemon)
            asking.connect(daemon.address)
            asking.send(data)
            return asking.recv()
    finally:
        context.term()


def test_nobody_is_heard_without_the_token(recorder: Recorder, own_home: Path) -> None:
    (daemon,) = running_daemons()
    (path,) = own_home.glob("daemon-*.json")
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for token in ("x", daemon.token[:-1], daemon.token + "x", "ä"):
        told = speak(daemon, encode_request(Request(token, "take start")))
        assert decode_reply(told) == Reply(False, "the token is not this daemon's")
    assert not recorder.status().recording


def test_garbage_is_answered_and_does_no_harm(recorder: Recorder) -> None:
    (daemon,) = running_daemons()

    @given(st.binary(max_size=64))
    def garbage(data: bytes) -> None:
        assert not decode_reply(speak(daemon, data)).ok

    garbage()
    assert ask("take status", {}).ok and not recorder.status().recording


@contextmanager
def raw(daemon: ControlAddress) -> Iterator[zmq.SyncSocket]:
    """A socket that may send what a request's may not."""
    context = zmq.Context()
    try:
        with context.socket(zmq.DEALER) as dealer:
            dealer.setsockopt(zmq.LINGER, 10_000)
            dealer.setsockopt(zmq.RCVTIMEO, 10_000)
            encrypt(dealer, daemon)
            dealer.connect(daemon.address)
            yield dealer
    finally:
        context.term()


@pytest.mark.usefixtures("recorder")
@pytest.mark.parametrize("count", [0, 2, 3, 2000])
def test_a_message_of_many_parts_is_refused_and_does_no_harm(count: int) -> None:
    (daemon,) = running_daemons()
    request = encode_request(Request(daemon.token, "take start"))
    with raw(daemon) as dealer:
        dealer.send_multipart([b"", *([request] * count)] if count else [b"", b""])
        empty, told = dealer.recv_multipart()
    assert empty == b"" and not decode_reply(told).ok
    assert ask("take status", {}).state["recording"] == "no"


@pytest.mark.usefixtures("recorder")
@pytest.mark.parametrize("parts", [[b""], [b"no", b"delimiter"], [b"x" * 10**6]])
def test_what_is_no_message_at_all_does_no_harm(parts: list[bytes]) -> None:
    (daemon,) = running_daemons()
    with raw(daemon) as dealer:
        dealer.send_multipart(parts)
        for _ in range(3):
            assert ask("take status", {}).ok


@pytest.mark.usefixtures("recorder")
def test_bytes_that_are_not_even_zeromq_do_no_harm() -> None:
    (daemon,) = running_daemons()
    host, _, port = daemon.address.removeprefix("tcp://").partition(":")
    greeting = b"\xff" + bytes(8) + b"\x7f\x03\x00NULL" + bytes(48)
    cut = [greeting[:n] for n in (1, 10, 11, 30, 63, 64)]
    # After it: the beginning of a message of 2**63 bytes, of a command, of neither.
    for data in (
        *(b"", b"GET / HTTP/1.1\r\n\r\n", bytes(1000), b"\xff" * 100_000, *cut),
        greeting + b"\x03\x7f" + b"\xff" * 7,
        greeting + b"\x04\x19\x05READY",
        greeting + b"\x77" * 100,
    ):
        # Kept open: half a message is to be waited for.
        with socket.create_connection((host, int(port)), 10.0) as held:
            with suppress(ConnectionError):
                held.sendall(data)
            assert ask("take status", {}).ok


GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00%s" + bytes(32)
"""Of ZMTP 3, with room for the name of the mechanism, 20 bytes."""

PART = b"\x01\x80" + bytes(128)
"""A part of a message, after which another one comes."""


@pytest.mark.usefixtures("recorder")
@pytest.mark.parametrize("mechanism", [b"NULL", b"CURVE", b"PLAIN"])
def test_a_client_without_the_key_is_cut_off_and_fills_no_memory(
    mechanism: bytes,
) -> None:
    (daemon,) = running_daemons()
    host, _, port = daemon.address.removeprefix("tcp://").partition(":")
    process = psutil.Process()
    before = process.memory_info().rss
    ready = b"\x04\x19\x05READY\x0bSocket-Type\x00\x00\x00\x03REQ"
    sent, flood = 0, PART * 8000
    with (
        socket.create_connection((host, int(port)), 60.0) as held,
        pytest.raises(ConnectionError),
    ):
        held.sendall(GREETING % mechanism.ljust(20, b"\0") + ready)
        # 1 MB each: without the key's handshake libzmq would take it all.
        while sent < 1000:
            held.sendall(flood)
            sent += 1
    # What the system's own buffers take before they learn that nobody reads.
    assert sent < 50
    assert process.memory_info().rss - before < 50_000_000
    assert ask("take status", {}).ok


@pytest.mark.usefixtures("recorder")
@pytest.mark.parametrize("knows", ["nothing", "another key"])
def test_a_zeromq_client_without_the_key_gets_no_message_through(knows: str) -> None:
    (daemon,) = running_daemons()
    key = "" if knows == "nothing" else zmq.curve_keypair()[0].decode()
    stranger = replace(daemon, public_key=key)
    with pytest.raises(HandshakeRefused):
        send(stranger, Request(daemon.token, "take start"), 60_000)
    assert ask("take status", {}).state["recording"] == "no"


def test_without_curve_in_this_zeromq_the_token_protects(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bridge.control.zmq.has", lambda of: False)
    control = Control(lambda request: Reply(True, "here"))
    try:
        (daemon,) = running_daemons()
        assert daemon.public_key == "" and daemon.version == 2
        assert "no CURVE; only a token protects" in caplog.text
        assert ask("take status", {}).told == "here"
        assert ask("calibrate", {}).told == "here"
        wrong = replace(daemon, token="wrong")
        assert send(wrong, Request("wrong", "status"), 60_000).told == (
            "the token is not this daemon's"
        )
    finally:
        control.close()


def test_a_request_of_version_1_is_answered_in_version_1(recorder: Recorder) -> None:
    (daemon,) = running_daemons()
    old = encode_request(Request(daemon.token, "take status", version=1))
    assert msgpack.unpackb(speak(daemon, old)) == {
        "v": 1,
        "ok": True,
        "told": "nothing is being recorded",
        "state": ask("take status", {}).state,
    }


def test_a_command_that_fails_is_answered_and_the_next_one_heard(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def answer(request: Request) -> Reply:
        if request.do == "take start":
            raise ZeroDivisionError("no such luck")
        # A file's name on Linux may be no text.
        return Reply(True, "recording \udcff.mcap")

    control = Control(answer)
    try:
        failed = ask("take start", {})
        assert not failed.ok and failed.told == "it failed: no such luck"
        assert "a request failed" in caplog.text
        assert ask("take status", {}).told == "recording ?.mcap"
        with pytest.raises(BridgeError, match=r"take start: .* is not valid text"):
            ask("take start", {"slate": "\udcff"})
        assert ask("take status", {}).ok
    finally:
        control.close()


class Broken:
    """A socket that fails so often, as a bug of libzmq's or ours would have it."""

    def __init__(self, of: zmq.SyncSocket, times: int) -> None:
        self._of, self.left = of, times

    def __getattr__(self, name: str) -> object:
        return getattr(self._of, name)

    def poll(self, *arguments: int) -> int:
        if self.left:
            self.left -= 1
            raise zmq.ZMQError(zmq.EFSM)
        return self._of.poll(*arguments)


def test_a_fault_of_the_socket_is_told_once_and_passes(
    recorder: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    control = Control(lambda request: Reply(True, "here"))
    control._socket = Broken(control._socket, 3)  # type: ignore[assignment]
    try:
        while control._socket.left:
            threading.Event().wait(0.01)
        assert ask("take status", {}).told == "here"
        assert caplog.text.count("a request is lost") == 1
    finally:
        control.close()


def test_an_end_does_not_wait_for_a_command_that_hangs(own_home: Path) -> None:
    asked, never = threading.Event(), threading.Event()

    def hangs(request: Request) -> Reply:
        asked.set()
        never.wait(60.0)
        return Reply(True, "at last")

    control = Control(hangs)
    (daemon,) = running_daemons()
    context = zmq.Context()
    try:
        with context.socket(zmq.REQ) as asking:
            asking.setsockopt(zmq.LINGER, 0)
            encrypt(asking, daemon)
            asking.connect(daemon.address)
            asking.send(encode_request(Request(daemon.token, "take start")))
            assert asked.wait(10.0)
            control.close()
            assert not list(own_home.iterdir())
    finally:
        never.set()
        context.term()


def test_without_a_daemon_it_is_said_what_to_do(own_home: Path) -> None:
    control = Control(lambda request: Reply(True, "here"))
    assert ask("take status", {}).told == "here"
    control.close()
    control.close()
    assert not list(own_home.iterdir())
    with pytest.raises(BridgeError, match="no facewire is running here"):
        ask("take status", {})
