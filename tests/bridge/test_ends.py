"""The real commands end when they are told to, whatever is stuck.

How soon is not looked at here: a busy machine would be the judge of that. Each of these
used to hang, or to end with an error.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bridge.clock import monotonic_ns
from bridge.takes.read import read_contents
from bridge.takes.write import write_recording
from tests.bridge.stuck import STUCK
from tests.bridge.takes import made

pytestmark = pytest.mark.skipif(os.name != "posix", reason="POSIX signals and pipes")

QUICK = [
    *("--set", "solve.solver=geometric", "--set", "expression=off"),
    *("--set", "shape.motion=off", "--source", "demo"),
]
"""What starts soon."""

PATIENCE_S = 30.0
"""A loaded machine gets this time for what should take a second at most."""

INT, TERM, HUP = signal.SIGINT, signal.SIGTERM, signal.SIGHUP


def until(done: Callable[[], bool]) -> None:
    end_ns, pause = monotonic_ns() + round(PATIENCE_S * 1e9), threading.Event()
    while not done():
        assert monotonic_ns() < end_ns, "did not happen in time"
        pause.wait(0.05)


@pytest.fixture
def port() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
        end.bind(("127.0.0.1", 0))
        end.settimeout(PATIENCE_S)
        yield end


def sink(port: socket.socket) -> str:
    return f"livelink=127.0.0.1:{port.getsockname()[1]}"


@contextmanager
def facewire(
    *arguments: str, stuck: str = "", output: int = subprocess.PIPE
) -> Iterator[subprocess.Popen[str]]:
    """Run the command with a part of it stuck; the process is gone in any case."""
    module = ["tests.bridge.stuck", stuck] if stuck else ["bridge"]
    process = subprocess.Popen(
        [sys.executable, "-m", *module, *arguments],
        stdout=output,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def told(process: subprocess.Popen[str]) -> str:
    """Wait for the end, and return what was written."""
    output, _ = process.communicate(timeout=PATIENCE_S)
    assert "Traceback" not in (output or ""), output
    return output or ""


def await_stuck(process: subprocess.Popen[str]) -> None:
    """Wait until the main thread is stuck."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == STUCK:
            return
    raise AssertionError("it has ended before")


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


def start_take(process: subprocess.Popen[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bridge", "take", "start", "--pid", str(process.pid)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_a_take_that_cannot_be_opened_holds_up_neither_stream_nor_end(
    port: socket.socket, tmp_path: Path, own_home: Path
) -> None:
    folder = tmp_path / "dead"
    with facewire(
        *("run", *QUICK, "--sink", sink(port)),
        *("--set", f"record.folder={str(folder)!r}"),
        stuck="open",
    ) as process:
        port.recv(4096)
        until(lambda: bool(list(own_home.glob("daemon-*.json"))))
        asking = start_take(process)
        try:
            # Made just before the file is opened.
            until(folder.is_dir)
            for _ in range(30):
                port.recv(4096)
            process.send_signal(TERM)
            output = told(process)
        finally:
            asking.kill()
            asking.communicate()
    assert process.returncode == 0, output
    assert "capture to send p50" in output


def test_a_disk_that_takes_nothing_more_is_said(
    port: socket.socket, tmp_path: Path
) -> None:
    with facewire(
        *("run", *QUICK, "--sink", sink(port), "--record", str(tmp_path)),
        stuck="write",
    ) as process:
        for _ in range(60):
            port.recv(4096)
        process.send_signal(INT)
        output = told(process)
    assert process.returncode == 6, output
    assert "the disk no longer accepts data" in " ".join(output.split())


def test_a_disk_that_never_confirms_costs_no_frame(
    port: socket.socket, tmp_path: Path
) -> None:
    with facewire(
        *("run", *QUICK, "--sink", sink(port), "--record", str(tmp_path)),
        stuck="sync",
    ) as process:
        for _ in range(60):
            port.recv(4096)
        process.send_signal(INT)
        output = told(process)
    assert process.returncode == 0, output
    contents = read_contents(tmp_path / "Take_001.mcap")
    assert contents.whole and len(contents.recording.takes[0].index) >= 60


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
