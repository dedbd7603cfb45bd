"""Phones over TCP: what connects, what is cut, and what is closed."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from contextlib import suppress

import pytest

from bridge.errors import CaptureError
from bridge.feeds.fmv3 import Cut
from bridge.feeds.spec import Spec
from bridge.feeds.stream import CHUNK, CONNECT_NS, MOST, RETRY_NS, StreamInlet
from bridge.feeds.table import KINDS
from protocols.fmv3 import Kind, Message, encode
from protocols.ifacialmocap_stream import Frames
from tests.bridge.fakes import until

HOST = "127.0.0.1"
STOP = encode(Message(Kind.STOP, 1))[0]
END = b"___iFacialMocap"


def listening(backlog: int = 8) -> socket.socket:
    return socket.create_server((HOST, 0), backlog=backlog)


def place(opened: socket.socket) -> tuple[str, int]:
    found: tuple[str, int] = opened.getsockname()
    return found


def packets(inlet: StreamInlet, count: int) -> list[bytes]:
    found: list[bytes] = []

    def enough() -> bool:
        came = inlet.receive(0.05)
        if came is not None:
            found.append(came[0])
        return len(found) >= count

    until(enough)
    return found


@pytest.fixture
def inlet() -> StreamInlet:
    return StreamInlet(Frames, listener=listening())


def dial(inlet: StreamInlet) -> socket.socket:
    assert inlet._listener is not None
    return socket.create_connection(place(inlet._listener), 10.0)


def test_frames_of_a_phone_that_connects(inlet: StreamInlet) -> None:
    with dial(inlet) as phone:
        phone.sendall(b"a|" + END + b"b|" + END[:5])
        assert packets(inlet, 2) == [b"", b"a|"]
        assert inlet.receive(0.0) is None
        phone.sendall(END[5:])
        assert packets(inlet, 1) == [b"b|"]
    # The phone has hung up.
    assert packets(inlet, 1) == [b""]
    inlet.close()
    inlet.close()


def test_only_named_hosts_may_connect() -> None:
    inlet = StreamInlet(Frames, listener=listening(), hosts=["10.0.0.7"])
    with dial(inlet) as phone:
        phone.settimeout(10.0)
        until(lambda: inlet.receive(0.02) is None and not phone.recv(1))
    inlet.close()


def test_connections_are_bounded(inlet: StreamInlet) -> None:
    phones = []
    for _ in range(3 * MOST):
        phones.append(dial(inlet))
        until(lambda: inlet.receive(0.05) is not None)
        while inlet.receive(0.0) is not None:
            pass
    assert len(inlet._lines) == MOST
    # The latest one is heard.
    phones[-1].sendall(b"a|" + END)
    assert packets(inlet, 1) == [b"a|"]
    for phone in phones:
        phone.close()
    inlet.close()


def test_a_connection_of_something_else_is_closed_and_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    inlet = StreamInlet(Cut, listener=listening())
    with caplog.at_level(logging.WARNING):
        for _ in range(20):
            with dial(inlet) as browser:
                browser.sendall(b"GET / HTTP/1.1\r\n" * 4)
                # It has opened, and was closed.
                assert packets(inlet, 2) == [b"", b""]
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 8 and "the connection is closed (fmv3: begins" in lines[0]
    inlet.close()


def test_a_flood_of_one_phone_does_not_fill_the_memory(inlet: StreamInlet) -> None:
    with dial(inlet) as phone:
        phone.setblocking(False)
        sent = 0
        for _ in range(500):
            with suppress(BlockingIOError):
                sent += phone.send(b"x" * 4096)
            inlet.receive(0.0)
            lines = list(inlet._lines.values())
            assert all(len(line.cuts._text) < CHUNK for line in lines)  # type: ignore[attr-defined]
        assert sent > CHUNK
    inlet.close()


def dialling(clock_ns: Callable[[], int], port: int) -> StreamInlet:
    there = socket.AF_INET, (HOST, port)
    return StreamInlet(Cut, connect=there, clock_ns=clock_ns)


def test_it_connects_again_and_again_and_speaks_on_its_connection() -> None:
    now_ns = 0
    with listening() as phone:
        inlet = dialling(lambda: now_ns, place(phone)[1])
        assert packets(inlet, 1) == [b""]
        line, _ = phone.accept()
        inlet.send(STOP, (HOST, 1))
        assert line.recv(100) == STOP
        line.sendall(STOP[:17])
        line.sendall(STOP[17:])
        assert packets(inlet, 1) == [STOP]
        line.close()
        assert packets(inlet, 1) == [b""]
        # Without a connection nothing is said, and the next attempt comes later.
        inlet.send(STOP, (HOST, 1))
        assert inlet.receive(0.0) is None and inlet._dialling is None
        now_ns += RETRY_NS
        assert packets(inlet, 1) == [b""]
        again, _ = phone.accept()
        again.close()
        inlet.close()


def test_a_phone_that_refuses_or_never_answers_is_tried_later() -> None:
    now_ns = 0
    with listening() as gone:
        port = place(gone)[1]
    inlet = dialling(lambda: now_ns, port)

    def refused() -> bool:
        return inlet.receive(0.05) is None and inlet._dialling is None

    until(refused)
    now_ns += RETRY_NS
    inlet._dial()
    assert inlet._dialling is not None
    now_ns += CONNECT_NS + 1
    first = inlet._dialling[0]
    inlet._dial()
    assert inlet._dialling is None or inlet._dialling[0] is not first
    inlet.close()


def test_a_taken_port_is_told() -> None:
    with listening() as other:
        spec = Spec.of(f"fmv3:127.0.0.1?listen={place(other)[1]}&tcp=true")
        with pytest.raises(CaptureError, match=r"TCP 127.0.0.1:\d+ cannot be opened"):
            KINDS["fmv3"].open(spec, ())


def test_requests_go_by_udp_where_the_phone_connects() -> None:
    with listening() as probe:
        free = place(probe)[1]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.bind((HOST, 0))
        phone.settimeout(10.0)
        spec = Spec.of(f"ifacialmocap:127.0.0.1?tcp=true&listen={free}")
        _, inlet = KINDS["ifacialmocap"].open(spec, ())
        inlet.send(b"hello", place(phone))
        assert phone.recv(100) == b"hello"
        inlet.close()
