"""Whether anybody listens, as far as the system tells."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator

import pytest

from bridge.sinks.refusals import REMEMBERED, Refusals
from bridge.sinks.udp import UdpSink
from protocols.timecode import Timecode
from tests.bridge.faces import face
from tests.bridge.fakes import until

linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux tells of refusals")

TIME = Timecode(0, 0.0, 60)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.bind(("127.0.0.1", 0))
        opened.settimeout(20.0)
        yield opened


@pytest.fixture
def sender() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.setblocking(False)
        yield opened


def closed_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@linux
def test_a_port_where_nobody_listens_is_known(sender: socket.socket) -> None:
    refusals = Refusals(sender, ("127.0.0.1", closed_port()))
    assert refusals.answered is None
    for _ in range(200):
        # A refusal is no failure of the datagram that is sent next.
        refusals.send(b"face")
    assert refusals.answered is False


@linux
def test_a_program_that_listens_is_known_on_this_machine(
    sender: socket.socket, listener: socket.socket
) -> None:
    refusals = Refusals(sender, listener.getsockname())
    refusals.send(b"first")
    refusals.send(b"second")
    assert refusals.answered is True
    assert listener.recv(16) == b"first"
    assert listener.recv(16) == b"second"


@linux
def test_a_receiver_that_starts_later_gets_every_datagram_from_then_on(
    sender: socket.socket,
) -> None:
    port = closed_port()
    refusals = Refusals(sender, ("127.0.0.1", port))
    for _ in range(10):
        refusals.send(b"lost")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as late:
        late.bind(("127.0.0.1", port))
        late.settimeout(20.0)
        for number in range(REMEMBERED + 1):
            refusals.send(str(number).encode())
            assert late.recv(16) == str(number).encode()
        assert refusals.answered is True


def test_nothing_is_known_elsewhere_and_on_other_systems(
    sender: socket.socket, listener: socket.socket
) -> None:
    refusals = Refusals(sender, listener.getsockname(), platform="win32")
    refusals.send(b"a")
    refusals.send(b"b")
    assert refusals.answered is None


def test_an_error_of_the_datagram_itself_is_raised(sender: socket.socket) -> None:
    refusals = Refusals(sender, ("127.0.0.1", closed_port()))
    with pytest.raises(OSError):
        refusals.send(b"x" * 100_000)


@linux
def test_a_sink_counts_refused_frames_as_sent_and_knows_that_nobody_listens() -> None:
    sink = UdpSink("x", "127.0.0.1", closed_port(), lambda frame, time: [b"face"])
    try:

        def refused() -> bool:
            sink.send(face(1), TIME)
            return sink.answered is False

        until(refused)
        assert sink.failed == 0
    finally:
        sink.close()
