"""The plugin's receiver and datagrams of a real port."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from protocols import native_datagrams
from tests.ports import free_port
from tests.protocols import native_golden
from tests.protocols.faces import NOON, face
from tests.protocols.golden import golden

from .building import Programs
from .listening import Listening, listening


class Sending:
    """Sends to a receiver's port."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._end = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.encoder = native_datagrams.Encoder("facewire 9.9.9")

    def send(self, *datagrams: bytes) -> None:
        for data in datagrams:
            self._end.sendto(data, ("127.0.0.1", self.port))

    def frame(self, index: int) -> bytes:
        """Return the datagram of a frame without the schema's."""
        frame = face(index)
        sent_ns = 1_000_000_000 + index * 15_625_000
        return self.encoder.encode(frame, NOON, sent_ns=sent_ns)[-1]

    def close(self) -> None:
        self._end.close()


@pytest.fixture
def sending() -> Iterator[Sending]:
    sender = Sending(free_port())
    yield sender
    sender.close()


@pytest.fixture
def plugin(programs: Programs, sending: Sending) -> Iterator[Listening]:
    with listening(programs, f"udp://127.0.0.1:{sending.port}") as listener:
        listener.says("nothing yet; start facewire with --sink native=udp://127.0.0.1")
        yield listener


def test_frames_and_the_schema_arrive(plugin: Listening, sending: Sending) -> None:
    for index in range(3):
        frame = face(index, jawOpen=0.25 * index)
        sending.send(*sending.encoder.encode(frame, NOON, sent_ns=index * 10**7))
        found = plugin.faces(1)
        assert found["faces"] == [["face", index, 0.25 * index]]
    assert (found["schemas"], found["software"]) == (1, "facewire 9.9.9")
    assert (found["refused"], found["lost"]) == (0, 0)


def test_the_newest_of_those_that_wait_wins(
    plugin: Listening, sending: Sending
) -> None:
    sending.send(*(sending.frame(index) for index in range(5)))
    found = plugin.faces(1)
    assert [seq for _, seq, _ in found["faces"]] == [4]
    assert found["skipped"] == 4


def test_repeated_late_and_lost_frames_are_counted(
    plugin: Listening, sending: Sending
) -> None:
    frames = [sending.frame(index) for index in range(8)]
    for seq in (0, 3, 1, 3, 7):
        sending.send(frames[seq])
        found = plugin.ask("faces 1 300")
    assert (found["late"], found["repeated"], found["lost"]) == (1, 1, 4)
    assert (found["given"], found["restarts"]) == (3, 0)


def test_a_buffer_puts_them_in_order(programs: Programs, sending: Sending) -> None:
    address = f"udp://127.0.0.1:{sending.port}?buffer=200"
    with listening(programs, address) as plugin:
        plugin.says("nothing yet")
        frames = [sending.frame(index) for index in range(6)]
        sending.send(*(frames[seq] for seq in (0, 2, 1, 1, 4, 3, 5)))
        found = plugin.faces(6)
        assert [seq for _, seq, _ in found["faces"]] == [0, 1, 2, 3, 4, 5]
        assert (found["repeated"], found["late"], found["skipped"]) == (1, 0, 0)


def test_a_sender_that_starts_again_is_followed(
    plugin: Listening, sending: Sending
) -> None:
    sending.send(sending.frame(20))
    plugin.faces(1)
    sending.send(sending.frame(21))
    plugin.faces(1)
    sending.encoder = native_datagrams.Encoder("facewire 9.9.9")
    sending.send(sending.frame(22))
    assert plugin.faces(1)["restarts"] == 1


def test_other_datagrams_are_counted(plugin: Listening, sending: Sending) -> None:
    names = native_golden.expected()["refused"]
    sending.send(b"", bytes(60_000), *map(native_golden.written, names))
    plugin.ask("run 300")
    sending.send(b"\1")
    found = plugin.says("messages cannot be read")
    assert found["refused"] == len(names) + 3
    sending.send(sending.frame(0))
    assert plugin.faces(1)["frames"] == 1


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("livelink_iphone.bin", "Live Link Face arrives, expected"),
        ("osc_ramp.bin", "OSC arrives, expected"),
        ("vmc_ramp_0.bin", "VMC arrives, expected"),
    ],
)
def test_another_program_is_named(
    plugin: Listening, sending: Sending, name: str, words: str
) -> None:
    sending.send(golden(name))
    found = plugin.ask("run 200")
    assert words in found["status"]


def test_a_port_that_is_taken(programs: Programs, sending: Sending) -> None:
    address = f"udp://127.0.0.1:{sending.port}"
    with listening(programs, address) as second:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as first:
            first.bind(("127.0.0.1", sending.port))
            second.says("another program listens there already")
        second.says("nothing yet")


def test_only_the_actor_that_is_asked_for(programs: Programs, sending: Sending) -> None:
    address = f"udp://127.0.0.1:{sending.port}?subject=Ann"
    with listening(programs, address) as plugin:
        plugin.says("nothing yet")
        sending.send(sending.frame(0))
        plugin.says("nobody is called Ann; face arrives")


def test_more_actors_than_there_is_room_for(
    plugin: Listening, sending: Sending
) -> None:
    for index in range(20):
        frame = face(index, subject=f"actor {index}")
        sending.send(sending.encoder.encode(frame, NOON, sent_ns=index)[-1])
    found = plugin.faces(16)
    assert (found["frames"], found["refused"]) == (16, 4)


@pytest.mark.slow
def test_an_actor_who_leaves_is_removed(plugin: Listening, sending: Sending) -> None:
    sending.send(sending.frame(0))
    plugin.faces(1)
    plugin.says("silent for")
    found = plugin.ask("run 11000")
    assert found["left"] == "face "


def test_a_wrong_address_is_explained(programs: Programs) -> None:
    done = subprocess.run(
        [programs("listen"), "udp://127.0.0.1:99999"],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout.startswith("facewire: the port of 127.0.0.1:99999 is not")


def test_the_real_daemon_over_both_wires(programs: Programs) -> None:
    udp = f"udp://127.0.0.1:{free_port()}"
    tcp = f"tcp://127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "bridge", "run", "--source", "demo", "--quiet"]
    command += ["--duration", "5", "--sink", f"native={udp}", "--sink", f"zmq={tcp}"]
    with ExitStack() as stack:
        plugins = [
            stack.enter_context(listening(programs, place)) for place in (udp, tcp)
        ]
        plugins[0].says("nothing yet")
        daemon = stack.enter_context(subprocess.Popen(command))
        stack.callback(daemon.kill)
        for plugin in plugins:
            found = plugin.faces(10, 60_000)
            assert found["faces"][0][0] == "facewire"
            assert found["software"].startswith("facewire ")
            assert (found["known"], found["refused"]) == (True, 0)
        daemon.wait(60)
