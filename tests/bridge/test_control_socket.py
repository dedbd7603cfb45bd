"""What reaches the control socket of a daemon, and what is refused there."""

from __future__ import annotations

import os
import socket
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

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
from bridge.control_client import ask
from bridge.takes.recorder import Recorder
from protocols.control import Reply, Request, decode_reply, encode_request


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


def test_a_request_of_version_1_is_answered_in_version_1(recorder: Recorder) -> None:
    (daemon,) = running_daemons()
    old = encode_request(Request(daemon.token, "take status", version=1))
    assert msgpack.unpackb(speak(daemon, old)) == {
        "v": 1,
        "ok": True,
        "told": "nothing is being recorded",
        "state": ask("take status", {}).state,
    }


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
