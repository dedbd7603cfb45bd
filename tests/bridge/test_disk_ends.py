"""The real commands end when they are told to, whatever the disk does."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.takes.read import read_contents
from tests.bridge.stuck_commands import INT, QUICK, TERM, facewire, sink, told, until

pytestmark = pytest.mark.skipif(os.name != "posix", reason="POSIX signals and pipes")


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
