from __future__ import annotations

import socket

import pytest

from bridge.binding import Address
from bridge.sinks.calls import MOST, Calls
from tests.bridge.fakes import until

FRAME = b"frame " * 4000
TABLE = b"table " * 200


@pytest.fixture
def calls() -> Calls:
    return Calls(socket.create_server(("127.0.0.1", 0)))


def dial(calls: Calls) -> socket.socket:
    computer = socket.create_connection(calls._listener.getsockname(), 10.0)
    before = len(calls)

    def accepted() -> bool:
        calls.heard()
        return len(calls) > before

    until(accepted)
    return computer


def heard(calls: Calls) -> tuple[Address, bytes]:
    found: list[tuple[Address, bytes]] = []

    def something() -> bool:
        found.extend(calls.heard())
        return bool(found)

    until(something)
    return found[0]


def test_receivers_are_heard_and_answered(calls: Calls) -> None:
    with dial(calls) as computer:
        computer.sendall(b"hello")
        peer, data = heard(calls)
        assert (peer, data) == (computer.getsockname(), b"hello")
        assert calls.send(peer, FRAME, frame=True)
        came = b""
        while len(came) < len(FRAME):
            came += computer.recv(65_536)
        assert came == FRAME
    assert heard(calls) == (peer, b"")
    assert len(calls) == 0 and calls.send(peer, FRAME) is False
    calls.close()
    calls.close()


def test_connections_are_bounded(calls: Calls) -> None:
    computers = [dial(calls) for _ in range(MOST)]
    with socket.create_connection(calls._listener.getsockname(), 10.0) as other:
        other.settimeout(0.05)

        def refused() -> bool:
            calls.heard()
            try:
                return other.recv(1) == b""
            except TimeoutError:
                return False

        until(refused)
    assert len(calls) == MOST == len(calls.sockets()) - 1
    for computer in computers:
        computer.close()
    calls.close()


def test_a_slow_receiver_loses_frames_but_gets_every_other_message_whole(
    calls: Calls,
) -> None:
    with dial(calls) as computer:
        peer: Address = computer.getsockname()
        sent = b""
        dropped = 0
        while dropped < 100:
            if calls.send(peer, FRAME, frame=True):
                sent += FRAME
            else:
                dropped += 1
        assert calls.send(peer, TABLE)
        sent += TABLE
        came = b""
        computer.settimeout(0.2)

        def whole() -> bool:
            nonlocal came
            calls.send(peer, b"")
            try:
                came += computer.recv(1 << 20)
            except TimeoutError:
                return False
            return len(came) >= len(sent)

        until(whole)
        assert came == sent
    calls.close()


def test_a_receiver_that_never_reads_is_given_up(calls: Calls) -> None:
    with dial(calls) as computer:
        peer: Address = computer.getsockname()
        with pytest.raises(OSError, match="does not read"):
            for _ in range(100_000):
                calls.send(peer, TABLE)
        assert len(calls) == 0
    calls.close()
