"""The real daemon on the bundled clip, recording; and the commands for its takes."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from mcap.reader import make_reader
from typer.testing import CliRunner

from bridge.clock import monotonic_ns
from bridge.commands.take import clock, take
from bridge.errors import BridgeError, TakeError
from bridge.takes.read import read_contents
from bridge.takes.write import write_recording
from protocols import livelink, native

from . import made

RECORD = "import typer; from bridge.commands.record import record; typer.run(record)"
NOWHERE = ("--sink", "livelink=127.0.0.1:9")


def until(done: Callable[[], bool], patience_s: float = 30.0) -> None:
    end_ns, pause = monotonic_ns() + round(patience_s * 1e9), threading.Event()
    while not done():
        assert monotonic_ns() < end_ns, "did not happen in time"
        pause.wait(0.05)


def command(*arguments: str) -> str:
    done = CliRunner().invoke(take, list(arguments))
    if done.exception is not None:
        raise done.exception
    return done.output


def status() -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(command("status", "--json"))
    except BridgeError:
        return {}
    return found


def test_record_writes_what_is_sent(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        end.bind(("127.0.0.1", 0))
        folder, stats = tmp_path / "takes", tmp_path / "stats.json"
        done = subprocess.run(
            [
                *(sys.executable, "-c", RECORD, str(folder), "--source", "demo"),
                *("--to", f"livelink=127.0.0.1:{end.getsockname()[1]}", "--video"),
                *("--slate", "12A", "--take", "3", "--duration", "2"),
                *("--stats", str(stats), "--quiet"),
            ],
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        end.setblocking(False)
        sent = []
        while True:
            try:
                sent.append(livelink.decode(end.recv(65536)))
            except BlockingIOError:
                break
    path = folder / "12A_003.mcap"
    assert sorted(p.name for p in folder.iterdir()) == ["12A_003.mcap", "12A_003.mp4"]
    told = json.loads(stats.read_text())["recording"]
    contents = read_contents(path)
    (read,) = contents.recording.takes
    assert contents.whole and not contents.damage and read.tracked.mean() > 0.9
    assert told["frames"] == len(read.index) > 30 and told["dropped"] == 0
    assert f"recorded {path}: {told['frames']} frames" in done.stdout
    about = contents.recording.about
    assert (about.slate, about.number, about.source) == ("12A", 3, "demo")
    assert "solver learned" in about.software and about.video == "12A_003.mp4"
    # What went over a wire is what is in the file.
    values = [packet.values for packet in sent if packet.values is not None]
    assert len(values) == len(read.index)
    np.testing.assert_allclose(
        np.array(values)[:, :52], read.vectors[:, :52], atol=1e-6
    )
    capture = cv2.VideoCapture(str(folder / "12A_003.mp4"))
    count = int(capture.get(cv2.CAP_PROP_FRAME_COUNT))
    capture.release()
    assert count == len(contents.pictures) == told["pictures"] > 30
    assert {p.captured_ns for p in contents.pictures} <= set(read.captured_ns.tolist())
    with path.open("rb") as file:
        rows = list(
            make_reader(file, validate_crcs=True).iter_messages("face.facewire")
        )
    assert [row[2].log_time for row in rows] == read.captured_ns.tolist()
    packet = native.decode(rows[0][2].data)
    assert packet.sent_ns == rows[0][2].publish_time > 0


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here to limit files")
def test_a_take_that_could_not_be_written_ends_the_program_with_its_code(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "takes"
    done = subprocess.run(
        [
            # No file may grow beyond so many KiB.
            *("bash", "-c", 'ulimit -f 16 && exec "$@"', "-", sys.executable),
            *("-m", "bridge", "record", str(folder), "--source", "demo"),
            *("--duration", "4", "--quiet", *NOWHERE),
        ],
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.returncode == TakeError.exit_code, done.stdout + done.stderr
    (path,) = folder.iterdir()
    last = done.stderr.splitlines()[-1]
    assert "not everything was recorded: recording " in last
    assert "File too large" in last and path.name in last
    assert read_contents(path).recording.takes[0].tracked.mean() > 0.9


@pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="no such signal here")
def test_takes_by_command_and_by_signal(tmp_path: Path) -> None:
    folder = tmp_path / "takes"
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "bridge", "run", "--source", "demo", *NOWHERE),
            *("--quiet", "--set", f"record.folder='{folder}'"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        until(lambda: status().get("recording") == "no")
        assert "recording 12A 001" in command("start", "--slate", "12A")
        until(lambda: int(status()["frames"]) > 5)
        assert "12A_001.mcap: " in command("stop")
        with pytest.raises(BridgeError, match="nothing is being recorded"):
            command("stop")
        process.send_signal(signal.SIGUSR1)
        until(lambda: status()["recording"] == "yes" and int(status()["frames"]) > 5)
        process.send_signal(signal.SIGUSR1)
        until(lambda: status()["recording"] == "no")
        elsewhere = tmp_path / "elsewhere"
        command(
            "start", "--to", str(elsewhere), "--take", "7", "--pid", str(process.pid)
        )
        until(lambda: int(status()["frames"]) > 5)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=15)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0, output
    assert "Traceback" not in output
    paths = [
        folder / "12A_001.mcap",
        folder / "12A_002.mcap",
        elsewhere / "12A_007.mcap",
    ]
    for path in paths:
        assert read_contents(path).whole
    with pytest.raises(BridgeError, match="no facewire is running"):
        command("status")


def test_a_killed_daemon_leaves_a_take_and_no_daemon(
    tmp_path: Path, own_home: Path
) -> None:
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "bridge", "run", "--source", "demo", *NOWHERE),
            *("--quiet", "--record", str(tmp_path)),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: int(status().get("frames", 0)) > 30)
    finally:
        process.kill()
        process.wait()
    contents = read_contents(tmp_path / "Take_001.mcap")
    assert not contents.whole and len(contents.recording.takes[0].index) > 10
    assert status() == {} and not list(own_home.glob("daemon-*"))
    told = command("list", str(tmp_path))
    assert "damaged" in told and "facewire take recover FILE" in told


def test_takes_are_listed_told_of_cut_and_repaired(tmp_path: Path) -> None:
    path = tmp_path / "12A_003.mcap"
    write_recording(path, made.recording(made.take("anna", 61), made.take("ben", 10)))
    (tmp_path / "odd.mcap").write_bytes(b"odd")
    listed = json.loads(command("list", str(tmp_path), "--json"))
    assert [row.get("frames") for row in listed] == [71, None]
    assert "is not a take" in listed[1]["problem"]
    told = " ".join(command("list", str(tmp_path)).split())
    assert "12A_003.mcap anna, ben 71 0:01.0 2026-01-02 03:04:05" in told
    told = command("info", str(path))
    assert "anna: 61 frames, 0:01.0, 60.00 fps" in told and "1 frame missing" in told
    assert "12A_003.mp4: 0 pictures, but the file is missing beside the take" in told
    assert "[curves]" not in told
    assert "[curves]" in command("info", str(path), "--settings")
    known = json.loads(command("info", str(path), "--json"))
    assert known["whole"] and [face["frames"] for face in known["faces"]] == [61, 10]
    assert "30 frames" not in command("trim", str(path), "--from", "0.25")
    trimmed = read_contents(tmp_path / "12A_003_trimmed.mcap")
    assert 40 < len(trimmed.recording.takes[0].index) < 50
    command("recover", str(path), "--out", str(tmp_path / "new.mcap"))
    assert read_contents(tmp_path / "new.mcap").whole
    with pytest.raises(BridgeError, match="exists already"):
        command("recover", str(path), "--out", str(tmp_path / "new.mcap"))
    with pytest.raises(BridgeError, match="no such folder"):
        command("list", str(tmp_path / "absent"))
    (tmp_path / "empty").mkdir()
    assert "no takes" in command("list", str(tmp_path / "empty"))


def test_a_take_is_played_on_a_wire(tmp_path: Path) -> None:
    path, take_made = tmp_path / "a.mcap", made.take("anna", 30)
    write_recording(path, made.recording(take_made))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
        end.bind(("127.0.0.1", 0))
        sink = f"livelink=127.0.0.1:{end.getsockname()[1]}"
        told = command("play", str(path), "--to", sink, "--speed", "4")
        end.setblocking(False)
        packets = [livelink.decode(end.recv(65536)) for _ in range(30)]
    assert f"{sink}: 30 sent" in told
    for i, packet in enumerate(packets):
        assert packet.time == take_made.timecodes[i]
        if take_made.tracked[i]:
            assert packet.values is not None
            np.testing.assert_allclose(
                packet.values[:52], take_made.vectors[i, :52], atol=1e-6
            )
    with pytest.raises(BridgeError):
        command("play", str(tmp_path / "absent.mcap"))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0, "0:00.0"), (59.96, "1:00.0"), (72.34, "1:12.3"), (7325.0, "2:02:05.0")],
)
def test_lengths_are_written_as_people_say_them(seconds: float, text: str) -> None:
    assert clock(seconds) == text
