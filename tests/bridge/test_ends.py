"""The real commands end when they are told to, whatever is stuck.

How soon is not looked at here: a busy machine would be the judge of that. Each of these
used to hang, or to end with an error.
"""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bridge.takes.read import read_contents
from bridge.takes.write import write_recording
from tests.bridge.stuck_commands import (
    HUP,
    INT,
    QUICK,
    TERM,
    await_stuck,
    facewire,
    sink,
    told,
    until,
)
from tests.bridge.takes import made

pytestmark = pytest.mark.skipif(os.name != "posix", reason="POSIX signals and pipes")


@contextmanager
def full(kind: str) -> Iterator[int]:
    """Give the end of a pipe or terminal that takes nothing more."""
    reader, writer = os.pipe() if kind == "pipe" else os.openpty()
    try:
        os.set_blocking(writer, False)
        for size in (4096, 1):
            try:
                while True:
                    os.write(writer, b"x" * size)
            except BlockingIOError:
                pass
        os.set_blocking(writer, True)
        yield writer
    finally:
        os.close(reader)
        os.close(writer)


@pytest.mark.parametrize(
    ("kind", "sign", "stuck"),
    [
        ("pipe", INT, ""),
        ("pipe", TERM, "warning"),
        ("terminal", TERM, ""),
        ("terminal", INT, "warning"),
        ("terminal", HUP, "picture"),
    ],
)
def test_a_terminal_that_takes_nothing_holds_up_neither_stream_nor_end(
    kind: str, sign: signal.Signals, stuck: str, port: socket.socket
) -> None:
    with full(kind) as output:
        with facewire(
            "run", *QUICK, "--sink", sink(port), stuck=stuck, output=output
        ) as process:
            for _ in range(3 if stuck == "picture" else 60):
                port.recv(4096)
            process.send_signal(sign)
            told(process)
        assert process.returncode == 0


def test_a_picture_that_takes_long_is_no_error(port: socket.socket) -> None:
    with facewire("run", *QUICK, "--sink", sink(port), stuck="picture") as process:
        for _ in range(2):
            port.recv(4096)
        process.send_signal(INT)
        output = told(process)
    assert process.returncode == 0, output
    assert "capture to send p50" in output


def test_time_that_is_up_amid_a_picture_is_no_error(port: socket.socket) -> None:
    with facewire(
        *("run", *QUICK, "--sink", sink(port), "--duration", "1.5"), stuck="picture"
    ) as process:
        output = told(process)
    assert process.returncode == 0, output
    assert "capture to send p50" in output


def test_a_main_thread_that_hears_nothing_is_ended_and_the_take_is_whole(
    port: socket.socket, tmp_path: Path
) -> None:
    with facewire(
        *("run", *QUICK, "--sink", sink(port), "--record", str(tmp_path)), stuck="main"
    ) as process:
        await_stuck(process)
        for _ in range(60):
            port.recv(4096)
        process.send_signal(TERM)
        output = told(process)
    assert process.returncode == 0, output
    assert "ended without waiting for a blocked driver, disk or terminal" in output
    contents = read_contents(tmp_path / "Take_001.mcap")
    assert contents.whole and len(contents.recording.takes[0].index) >= 60


def test_a_second_signal_ends_it_at_once_and_the_take_is_whole(
    port: socket.socket, tmp_path: Path
) -> None:
    with facewire(
        *("run", *QUICK, "--sink", sink(port), "--record", str(tmp_path)),
        stuck="patient",
    ) as process:
        await_stuck(process)
        for _ in range(60):
            port.recv(4096)

        def press() -> bool:
            process.send_signal(INT)
            return process.poll() is not None

        until(press)
        output = told(process)
    assert process.returncode == 0, output
    assert "ended without" not in output
    assert read_contents(tmp_path / "Take_001.mcap").whole


def test_it_can_be_ended_while_it_starts() -> None:
    with facewire("run", *QUICK, "--sink", "livelink=127.0.0.1:9", stuck="start") as it:
        await_stuck(it)
        it.send_signal(INT)
        output = told(it)
    assert it.returncode == 0, output


def test_playing_ends_too(port: socket.socket, tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    write_recording(path, made.recording(made.take("anna", 30)))
    with (
        full("pipe") as output,
        facewire(
            "take", "play", str(path), "--loop", "--to", sink(port), output=output
        ) as process,
    ):
        for _ in range(60):
            port.recv(4096)
        process.send_signal(INT)
        told(process)
    assert process.returncode == 0


@pytest.mark.parametrize("flags", [(), ("--json",)])
def test_inspecting_ends_too(flags: tuple[str, ...]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        where = free.getsockname()
    with (
        full("terminal") as output,
        facewire("inspect", f"livelink:{where[1]}", *flags, output=output) as process,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
    ):
        sender.connect(where)
        sender.settimeout(0.1)

        def listens() -> bool:
            # The system tells a sender when nobody does.
            try:
                sender.send(b"garbage")
                sender.recv(1)
            except TimeoutError:
                return True
            except ConnectionRefusedError:
                return False
            raise AssertionError("it has answered")

        until(listens)
        process.send_signal(INT)
        told(process)
    assert process.returncode == 0
