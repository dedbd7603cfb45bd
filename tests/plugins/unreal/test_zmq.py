"""The plugin's ZeroMQ subscriber and a publisher that is libzmq itself."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bridge.sinks.zmq_pub import ZmqSink
from tests.plugins.slow_reading import GAP_S, stays_slow, wait_until
from tests.ports import free_port
from tests.protocols import native_golden, zmtp
from tests.protocols.faces import NOON, face

from .building import Programs
from .listening import listening, publishing


@pytest.fixture
def address() -> str:
    return f"tcp://127.0.0.1:{free_port()}"


def test_frames_and_the_schema_arrive(programs: Programs, address: str) -> None:
    with publishing(address), listening(programs, address) as plugin:
        found = plugin.faces(30)
        seqs = [seq for _, seq, _ in found["faces"]]
        assert seqs == sorted(set(seqs))
        # Frame i has jawOpen i / 100.
        (subject, seq, jaw) = found["faces"][0]
        assert (subject, jaw) == ("face", pytest.approx(seq % 100 / 100, abs=1e-6))
        found = plugin.faces(30)
        assert found["schemas"] >= 1
        assert found["software"].startswith("facewire ")
        assert found["known"] is True
        assert (found["refused"], found["restarts"], found["repeated"]) == (0, 0, 0)
        assert "1 face, " in found["status"]


def test_a_publisher_that_starts_late(programs: Programs, address: str) -> None:
    with listening(programs, address) as plugin:
        plugin.says("nothing listens there yet")
        with publishing(address):
            plugin.faces(10)


def test_a_publisher_that_starts_again(programs: Programs, address: str) -> None:
    with listening(programs, address) as plugin:
        for _ in range(3):
            with publishing(address):
                # After the pause between two attempts.
                found = plugin.faces(20)
                assert (found["refused"], found["late"]) == (0, 0)


def test_a_reader_that_sleeps_gets_the_newest(programs: Programs, address: str) -> None:
    with publishing(address) as sent, listening(programs, address) as plugin:
        plugin.faces(5)
        before = sent()
        wait_until(lambda: sent() > before + 1500)
        # It reads what waited and goes on; of what waited only the newest is given.
        found = plugin.faces(20)
        assert found["skipped"] > 0
        assert found["refused"] == 0
        while found["faces"][-1][1] < before + 1500:
            found = plugin.faces(20)


@pytest.mark.slow
def test_a_minute_of_slow_reading(programs: Programs, address: str) -> None:
    with (
        publishing(address, gap_s=GAP_S) as sent,
        listening(programs, address) as plugin,
    ):
        newest = plugin.faces(5)["faces"][-1][1]

        def look() -> int:
            nonlocal newest
            found = plugin.ask("run 20")
            assert (found["refused"], found["restarts"], found["repeated"]) == (0, 0, 0)
            newest = found["faces"][-1][1] if found["faces"] else newest
            return int(newest)

        stays_slow(plugin.pid, address, sent, look)


def test_only_the_actor_that_is_asked_for(programs: Programs, address: str) -> None:
    with (
        publishing(address, subject="Anna"),
        listening(programs, f"{address}?subject=Ann") as plugin,
    ):
        # The subscription is a prefix.
        found = plugin.says("nobody is called Ann; Anna arrives")
        assert (found["faces"], found["frames"]) == ([], 0)


def test_an_actor_with_a_name_of_another_alphabet(
    programs: Programs, address: str
) -> None:
    name = "\u990a\u4e50\u591a & %"
    escaped = name.replace("%", "%25").replace("&", "%26")
    with (
        publishing(address, subject=name),
        listening(programs, f"{address}?subject={escaped}") as plugin,
    ):
        assert plugin.faces(3)["faces"][0][0] == name


def test_buffered_playback_gives_what_arrives(programs: Programs, address: str) -> None:
    with (
        publishing(address),
        listening(programs, f"{address}?buffer=100") as plugin,
    ):
        found = plugin.faces(60)
        seqs = [seq for _, seq, _ in found["faces"]]
        # On a busy machine libzmq drops frames; none is lost after that.
        assert seqs == sorted(set(seqs))
        assert (found["skipped"], found["late"], found["repeated"]) == (0, 0, 0)


def test_an_encrypted_publisher_is_refused_in_words(
    programs: Programs,
    address: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FACEWIRE_HOME", str(tmp_path))
    with publishing(address, curve=True), listening(programs, address) as plugin:
        plugin.says("CURVE, which this plugin does not")


@contextmanager
def serving(address: str, talk: Callable[[socket.socket], None]) -> Iterator[None]:
    """Talk to one connection after the other, until the end of the block."""
    server = socket.create_server(("127.0.0.1", int(address.rpartition(":")[2])))
    server.settimeout(20)
    ended = threading.Event()

    def serve() -> None:
        while not ended.is_set():
            end, _ = server.accept()
            with end:
                if not ended.is_set():
                    end.settimeout(20)
                    talk(end)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        with socket.create_connection(server.getsockname(), 20):
            thread.join(20)
        server.close()
    assert not thread.is_alive()


HELLO = zmtp.greeting() + zmtp.ready(b"PUB")
FRAME = zmtp.message(
    b"face.face", native_golden.written("frame_1_2.bin").partition(b"\0")[2]
)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b"", "closed the connection"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "no ZeroMQ publisher"),
        (zmtp.greeting()[:40], "closed the connection"),
        (zmtp.greeting() + zmtp.ready(b"REP"), "type REP"),
        (HELLO + FRAME[:300], "closed the connection"),
        (HELLO + b"\2" + b"\xff" * 8, "at most 65536"),
        (HELLO + b"\1\1a" * 3, "more than two parts"),
    ],
)
def test_a_broken_peer_and_then_a_real_one(
    programs: Programs, address: str, said: bytes, words: str
) -> None:
    def talk(end: socket.socket) -> None:
        end.sendall(said)
        end.shutdown(socket.SHUT_WR)
        while end.recv(4096):  # until the plugin has closed its end
            pass

    with listening(programs, address) as plugin:
        with serving(address, talk):
            plugin.says(words)
        with publishing(address):
            found = plugin.faces(5)
    assert found["refused"] == 0


def test_a_peer_that_asks_is_answered(programs: Programs, address: str) -> None:
    heard = []

    def talk(end: socket.socket) -> None:
        end.sendall(HELLO + zmtp.command(b"PING", b"\0\x14fw"))
        got = b""
        while b"PONG" not in got and (more := end.recv(4096)):
            got += more
        heard.append(got)

    with listening(programs, address) as plugin, serving(address, talk):
        plugin.says("closed the connection")
    assert zmtp.command(b"PONG", b"fw") in heard[0]


@pytest.mark.slow
def test_a_peer_that_says_nothing_is_given_up(programs: Programs, address: str) -> None:
    def talk(end: socket.socket) -> None:
        while end.recv(4096):
            pass

    with listening(programs, address) as plugin, serving(address, talk):
        plugin.says("connected but says nothing")


@pytest.mark.slow
def test_a_quiet_publisher_stays_connected(programs: Programs, address: str) -> None:
    """libzmq answers the question whether it is there."""
    sink = ZmqSink("zmq", address, curve=False)
    try:
        with listening(programs, address) as plugin:
            found = plugin.says("connected, no face yet")
            found = plugin.ask("run 14000")
            assert "connected, no face yet" in found["status"]
            sink.send(face(1), NOON)
            plugin.faces(1)
    finally:
        sink.close()
