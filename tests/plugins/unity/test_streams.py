"""The Unity package on real sockets: libzmq, broken peers, and the real daemon."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import zmq

from bridge.sinks.zmq_pub import ZmqSink
from tests.bridge.faces import face
from tests.plugins.slow_reading import GAP_S, stays_slow
from tests.plugins.unreal.listening import publishing
from tests.ports import free_port
from tests.protocols import zmtp
from tests.protocols.faces import NOON, ramp
from tests.protocols.native_golden import refused, written

from .listening import PATIENCE_S, Counted, Listening, Publisher

FACES = 60


def totals(line: list[str]) -> dict[str, int]:
    names = ("messages", "frames", "refused", "lost", "late", "connections")
    return dict(zip(names, map(int, line[1:]), strict=True))


def send_until_done(heard: Listening, publisher: Publisher, faces: Counted) -> None:
    """Publish as a daemon does until the harness has enough and ends."""
    for _ in range(20_000):
        publisher.socket.send_multipart(faces.next())
        if heard.next(0.005) is not None and heard.heard[-1].startswith("total"):
            return
    raise AssertionError(heard.heard)


def test_datagrams_are_taken_and_strangers_counted(harness: Path) -> None:
    port = free_port()
    bad = [written(name) for name in refused()]
    words = ("listen", f"udp://127.0.0.1:{port}", str(FACES), str(PATIENCE_S))
    with Listening(harness, *words) as heard:
        heard.until("Waiting\t1")
        faces = Counted(ramp())
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
            end.sendto(written("frame_live.bin") + b"\0" * 60_000, ("127.0.0.1", port))
            for i in range(FACES):
                end.sendto(bad[i % len(bad)], ("127.0.0.1", port))
                end.sendto(faces.datagram(), ("127.0.0.1", port))
                heard.next(0.002)  # A burst would not fit the system's buffer.
        count = totals(heard.until("total"))
        assert heard.until("subject")[1] == "face"
    assert (count["frames"], count["lost"], count["late"]) == (FACES, 0, 0)
    assert count["refused"] == FACES + 1


def test_a_port_that_is_taken_is_a_sentence(harness: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
        end.bind(("127.0.0.1", 0))
        address = f"udp://127.0.0.1:{end.getsockname()[1]}"
        with Listening(harness, "listen", address, "1", str(PATIENCE_S)) as heard:
            line = heard.until("state\tFailed")
            assert f"{address}: in use; close the other receiver" in line[3]


@pytest.mark.parametrize("address", ["http://x", "udp://", "tcp://a:0", "udp://a:b"])
def test_a_wrong_address_is_a_sentence(harness: Path, address: str) -> None:
    with Listening(harness, "listen", address, "1", "5") as heard:
        assert "expected udp://HOST:PORT, tcp://HOST:PORT" in heard.until("problem")[1]


def test_a_publisher_that_starts_late_and_again_is_heard(harness: Path) -> None:
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    words = ("listen", address, "40", str(2 * PATIENCE_S), "Receiving\t2")
    with Listening(harness, *words) as heard:
        assert "nobody answers; is facewire running" in heard.until("Failed")[3]
        faces = Counted(ramp())
        with Publisher(port) as first:
            for _ in range(20_000):
                first.socket.send_multipart(faces.next())
                line = heard.next(0.005)
                if line is not None and "Receiving\t1" in line:
                    break
        heard.until("state\tFailed")
        with Publisher(port) as second:
            send_until_done(heard, second, Counted(ramp()))


def test_a_burst_is_read_whole_and_the_newest_face_wins(harness: Path) -> None:
    port = free_port()
    words = ("listen", f"tcp://127.0.0.1:{port}", "3000", str(PATIENCE_S))
    with Publisher(port, queued=10_000) as publisher:
        publisher.socket.setsockopt(zmq.RCVTIMEO, round(PATIENCE_S * 1e3))
        with Listening(harness, *words) as heard:
            # Both subscriptions have arrived: from here on all is sent.
            assert {publisher.socket.recv() for _ in range(2)} == {
                b"\x01face.",
                b"\x01schema",
            }
            faces = Counted(ramp())
            for _ in range(4000):
                publisher.socket.send_multipart(faces.next())
            count = totals(heard.until("total"))
    assert count["frames"] >= 3000 and count["refused"] == count["lost"] == 0


@pytest.mark.parametrize(
    ("peer", "fact"),
    [
        ("zmtp_http.bin", "no ZeroMQ: expected facewire's sink zmq"),
        ("zmtp_curve.bin", "cannot read CURVE"),
        ("zmtp_old.bin", "an old ZeroMQ"),
        ("zmtp_socket_type.bin", "no publisher"),
        ("zmtp_large.bin", "a message of more than 65536 bytes"),
        ("", "the connection was closed"),
    ],
)
def test_a_broken_peer_is_told_and_left(harness: Path, peer: str, fact: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(PATIENCE_S)
        port = server.getsockname()[1]
        words = ("listen", f"tcp://127.0.0.1:{port}", "1", str(PATIENCE_S))
        with Listening(harness, *words) as heard:
            for _ in range(2):
                end, _ = server.accept()
                with end:
                    end.sendall(written(peer) if peer else b"")
                    if peer:
                        heard_end(end)
            assert fact in heard.until("state\tFailed")[3]
            assert heard.running


@pytest.mark.slow
def test_a_peer_that_says_nothing_is_left(harness: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(PATIENCE_S)
        words = (f"tcp://127.0.0.1:{server.getsockname()[1]}", "1", str(PATIENCE_S))
        with Listening(harness, "listen", *words) as heard:
            end, _ = server.accept()
            with end:  # No greeting.
                assert "no answer within 5 s" in heard.until("state\tFailed")[3]
                heard_end(end)
            end, _ = server.accept()
            with end:  # A greeting and READY, and then no answer to the question.
                end.sendall(zmtp.greeting() + zmtp.ready(b"PUB"))
                assert "silent for 10 s" in heard.until("state\tFailed", "silent")[3]
                end.settimeout(PATIENCE_S)
                asked = b""
                while part := end.recv(4096):
                    asked += part
    assert zmtp.command(b"PING", b"\0\0") in asked


@pytest.mark.slow
def test_a_quiet_publisher_is_not_left(harness: Path) -> None:
    """Before the first face facewire sends nothing; libzmq answers the question."""
    address = f"tcp://127.0.0.1:{free_port()}"
    with (
        closing(ZmqSink("zmq", address, curve=False)) as sink,
        Listening(harness, "listen", address, "1", str(PATIENCE_S)) as heard,
    ):
        heard.until("Waiting\t1")
        assert heard.next(15.0) is None, heard.heard  # No other state.
        for i in range(20_000):
            sink.send(face(i), NOON)
            if heard.next(0.005) is not None:
                break
        assert totals(heard.until("total"))["connections"] == 1


def heard_end(end: socket.socket) -> None:
    """Read until the other end closes the connection."""
    end.settimeout(PATIENCE_S)
    try:
        while end.recv(4096):
            pass
    except ConnectionResetError:
        pass


def test_the_daemons_own_publisher_is_heard_and_its_curve_refused(
    harness: Path,
) -> None:
    for curve in (False, True):
        address = f"tcp://127.0.0.1:{free_port()}"
        sink = ZmqSink("zmq", address, curve=curve)
        with (
            closing(sink),
            Listening(harness, "listen", address, "20", str(PATIENCE_S)) as heard,
        ):
            wanted = "cannot read CURVE" if curve else "total"
            for i in range(20_000):
                sink.send(face(i), NOON)
                line = heard.next(0.005)
                if line is not None and wanted in line:
                    break
            else:
                raise AssertionError(heard.heard)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="no SIGSTOP on Windows")
def test_a_minute_of_slow_reading(harness: Path) -> None:
    address = f"tcp://127.0.0.1:{free_port()}"
    with (
        publishing(address, gap_s=GAP_S) as sent,
        Listening(harness, "follow", address) as heard,
    ):
        newest = int(heard.until("shown")[1])

        def look() -> int:
            """Let the harness run until it has shown ten other faces."""
            nonlocal newest
            os.kill(heard.pid, signal.SIGCONT)
            for _ in range(10):
                newest = int(heard.until("shown")[1])
            os.kill(heard.pid, signal.SIGSTOP)
            return newest

        stays_slow(heard.pid, address, sent, look)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sink", "source"),
    [
        ("native=udp://127.0.0.1:{}", "udp://127.0.0.1:{}"),
        ("zmq=tcp://127.0.0.1:{}", "tcp://127.0.0.1:{}"),
        ("osc=127.0.0.1:{}", "osc://127.0.0.1:{}"),
    ],
)
def test_the_real_daemon_is_heard(harness: Path, sink: str, source: str) -> None:
    port = free_port()
    words = ("listen", source.format(port), "60", str(2 * PATIENCE_S))
    command = [sys.executable, "-m", "bridge", "run", "--source", "demo", "--quiet"]
    command += ["--duration", "6", "--sink", sink.format(port)]
    with Listening(harness, *words) as heard:
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        count = totals(heard.until("total"))
        subject = heard.until("subject")
    assert count["frames"] >= 60 and count["refused"] == 0
    assert subject[1] == "facewire"
