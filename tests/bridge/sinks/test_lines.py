from __future__ import annotations

import socket

import pytest

from bridge.binding import Address
from bridge.sinks.lines import MOST, Lines
from tests.bridge.fakes import until

FRAME = b"jawOpen-1|" * 100 + b"___iFacialMocap"


def listening() -> tuple[socket.socket, Address]:
    listener = socket.create_server(("127.0.0.1", 0))
    address: Address = listener.getsockname()
    return listener, address


def test_a_frame_arrives_whole_after_the_connection_is_made() -> None:
    listener, address = listening()
    lines = Lines()
    with listener:
        until(lambda: lines.send(address, FRAME))
        computer, _ = listener.accept()
        with computer:
            computer.settimeout(10.0)
            until(lambda: lines.send(address, FRAME))
            came = b""
            while len(came) < 2 * len(FRAME):
                came += computer.recv(65_536)
        assert came[: len(FRAME)] == FRAME
    lines.close()
    lines.close()
    assert len(lines) == 0


def test_a_receiver_that_does_not_read_loses_frames_but_never_half_a_frame() -> None:
    listener, address = listening()
    lines = Lines()
    with listener:
        until(lambda: lines.send(address, FRAME))
        computer, _ = listener.accept()
        sent, dropped = 1, 0
        for _ in range(20_000):
            if lines.send(address, FRAME):
                sent += 1
            else:
                dropped += 1
        assert dropped > 0
        with computer:
            computer.settimeout(10.0)
            came = b""
            while len(came) < (sent - 1) * len(FRAME):
                came += computer.recv(1 << 20)
            # The rest of the last frame comes with the next one.
            until(lambda: lines.send(address, FRAME))
            while len(came) < sent * len(FRAME):
                came += computer.recv(1 << 20)
        assert came[: sent * len(FRAME)] == sent * FRAME
    lines.close()


def test_a_receiver_that_is_not_there_or_hangs_up_is_told() -> None:
    listener, address = listening()
    lines = Lines()
    until(lambda: lines.send(address, FRAME))
    computer, _ = listener.accept()
    computer.close()
    listener.close()

    def broken() -> bool:
        try:
            lines.send(address, FRAME)
        except OSError:
            return True
        return False

    until(broken)
    assert len(lines) == 0
    # Nobody listens there any more.
    until(broken)
    assert len(lines) == 0


def test_connections_are_bounded() -> None:
    opened = [listening() for _ in range(3 * MOST)]
    lines = Lines()
    for _, address in opened:
        until(lambda address=address: lines.send(address, FRAME))  # type: ignore[misc]
        assert len(lines) <= MOST
    lines.close()
    for listener, _ in opened:
        listener.close()


def test_an_address_that_cannot_be_used_is_an_error() -> None:
    lines = Lines()
    with pytest.raises(OSError):
        for _ in range(1000):
            lines.send(("255.255.255.255", 9), FRAME)
    lines.close()
