import logging
import socket
from collections.abc import Iterator, Sequence

import pytest

from bridge.errors import SinkError
from bridge.sinks.sink import (
    FIRST_RETRY_NS,
    LAST_RETRY_NS,
    MOST_TOLD,
    Faults,
)
from bridge.sinks.udp import UdpSink
from protocols.frame import FaceFrame
from protocols.timecode import Timecode
from tests.bridge.faces import FRAME_NS, face

TIME = Timecode(0, 0.0, 60)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.bind(("127.0.0.1", 0))
        opened.settimeout(5)
        yield opened


def index_twice(frame: FaceFrame, time: Timecode) -> Sequence[bytes]:
    return (b"a%d" % frame.index, b"b%d" % frame.index)


def test_a_frames_datagrams_arrive_in_order(listener: socket.socket) -> None:
    sink = UdpSink("x", "127.0.0.1", listener.getsockname()[1], index_twice)
    sink.send(face(1), TIME)
    sink.send(face(2), TIME)
    assert [listener.recv(10) for _ in range(4)] == [b"a1", b"b1", b"a2", b"b2"]
    assert (sink.sent, sink.failed) == (2, 0)
    sink.close()
    sink.close()


def test_nobody_listening_is_no_failure(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    listener.close()
    sink = UdpSink("x", "127.0.0.1", port, index_twice)
    for i in range(20):
        sink.send(face(i), TIME)
    assert (sink.sent, sink.failed) == (20, 0)
    sink.close()


def test_a_fault_is_told_once_and_tried_again_later(
    listener: socket.socket, caplog: pytest.LogCaptureFixture
) -> None:
    """Datagrams of 100 kB fit into no UDP packet: the system refuses them."""
    broken = True

    def encode(frame: FaceFrame, time: Timecode) -> Sequence[bytes]:
        return (b"x" * 100_000 if broken else b"fine",)

    sink = UdpSink("livelink=1.2.3.4:5", "127.0.0.1", listener.getsockname()[1], encode)
    logging.getLogger("bridge").propagate = True
    with caplog.at_level(logging.WARNING):
        for i in range(30):
            sink.send(face(i), TIME)
        broken = False
        for i in range(30, 90):
            sink.send(face(i), TIME)
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 2
    assert told[0].startswith("x livelink=1.2.3.4:5: ") and "trying again" in told[0]
    assert told[1] == "> livelink=1.2.3.4:5: sending again"
    assert sink.failed >= 30 and sink.sent + sink.failed == 90
    assert listener.recv(10) == b"fine"
    sink.close()


def test_an_unknown_host_is_a_sentence() -> None:
    with pytest.raises(SinkError, match=r"vmc=nowhere\.invalid:1: the host 'nowhere"):
        UdpSink("vmc=nowhere.invalid:1", "nowhere.invalid", 1, index_twice)


def test_the_wait_doubles_and_ends_with_success() -> None:
    faults, at = Faults("x"), 0
    waits = []
    for _ in range(7):
        faults.failed(OSError("no route"), at)
        start = at
        while faults.blocks(at):
            at += FRAME_NS
        waits.append(at - start)
    assert FIRST_RETRY_NS <= waits[0] < FIRST_RETRY_NS + FRAME_NS
    assert waits == sorted(waits)
    assert waits[-1] <= LAST_RETRY_NS + FRAME_NS
    faults.succeeded()
    assert not faults.blocks(at)


def test_a_timeline_that_starts_anew_is_not_blocked() -> None:
    faults = Faults("x")
    faults.failed(OSError("no route"), 3_600_000_000_000)
    assert not faults.blocks(0)


def test_what_a_user_must_do_is_told_whenever_it_is_new(
    caplog: pytest.LogCaptureFixture,
) -> None:
    logging.getLogger("bridge").propagate = True
    faults = Faults("x")
    with caplog.at_level(logging.WARNING, "bridge"):
        for error in (OSError("a"), SinkError("b"), SinkError("c"), SinkError("b")):
            faults.failed(error, 0)
        faults.failed(OSError("d"), 0)
        faults.succeeded()
        faults.failed(SinkError("b"), 0)
    told = [record.getMessage() for record in caplog.records]
    assert told == [
        "x x: a; trying again",
        "x x: b; trying again",
        "x x: c; trying again",
        "> x: sending again",
        "x x: b; trying again",
    ]


def test_endless_new_sentences_are_told_only_so_often(
    caplog: pytest.LogCaptureFixture,
) -> None:
    logging.getLogger("bridge").propagate = True
    faults = Faults("x")
    with caplog.at_level(logging.WARNING, "bridge"):
        for number in range(1000):
            faults.failed(SinkError(str(number)), 0)
    assert len(caplog.records) == MOST_TOLD
