"""`facewire timecode`: files are written and read, servers asked, inputs listed."""

from __future__ import annotations

import json
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from bridge.cli import app
from bridge.errors import BridgeError, ConfigError, TakeError
from bridge.timecode import tape_file
from bridge.timecode.report import read_tape
from bridge.timecode.tape_file import write_tape
from protocols import wav
from protocols.ltc_signal import sound, words

from .tapes import HZ
from .test_ntp import time_server
from .test_sound import FakeSound


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["timecode", *arguments], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result.output


def test_a_file_is_written_and_read_again(tmp_path: Path) -> None:
    path = str(tmp_path / "tape.wav")
    drop = ("--start", "10:00:59;20", "--rate", "30000/1001")
    told = run("write", path, *drop, "--seconds", "3", "--level", "-30")
    assert told.endswith("90 frames from 10:00:59;20 at 30000/1001\n")
    first, second = run("read", path).splitlines()
    assert first.startswith("90 frames at 30000/1001 frames a second, drop frame (")
    assert "peak -30 dB, user bits 00000000" in first
    assert second == "0.000 s: 10:00:59;20 to 10:01:02;21, 90 frames"
    report = json.loads(run("read", path, "--json"))
    assert report["rate"] == "30000/1001" and len(report["stretches"]) == 1
    with pytest.raises(TakeError, match="not overwritten"):
        run("write", path)


@pytest.mark.parametrize("rate", ["24000/1001", "24", "25", "30000/1001", "30"])
def test_pieces_of_a_file_have_no_seam(
    rate: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tape_file, "PIECE_S", 0.3)
    path = tmp_path / "tape.wav"
    many = {"start": "00:59:59:00", "rate": Fraction(rate), "sample_rate": 44_100}
    count = write_tape(path, seconds=3.0, **many)  # type: ignore[arg-type]
    report = read_tape(path, 1)
    assert report.rate == Fraction(rate)
    assert [each.frames for each in report.stretches] == [count]
    header = wav.read_header(path.read_bytes())
    assert header.size == path.stat().st_size - header.start


def test_a_tape_with_gaps_and_turns_is_told_in_stretches(tmp_path: Path) -> None:
    tape = sound(words(30, 90_000, Fraction(25), user=0xABC), Fraction(25), HZ)
    quiet = np.zeros(HZ // 2, np.float32)
    path = tmp_path / "tape.wav"
    path.write_bytes(wav.encode(np.concatenate([tape, quiet, tape[::-1], quiet]), HZ))
    lines = run("read", str(path)).splitlines()
    assert "user bits 00000ABC" in lines[0]
    assert lines[1].endswith("01:00:00:00 to 01:00:01:04, 30 frames")
    assert lines[2].endswith("01:00:00:00, 30 frames, backwards") or lines[2].endswith(
        "01:00:00:01, 29 frames, backwards"
    )


def test_a_channel_without_timecode_ends_with_1(tmp_path: Path) -> None:
    path = tmp_path / "quiet.wav"
    path.write_bytes(wav.encode(np.zeros(HZ, np.float32), HZ))
    assert "no timecode on this channel" in run("read", str(path), code=1)


def test_what_comes_in_is_shown_once_a_second(tmp_path: Path) -> None:
    path = str(tmp_path / "tape.wav")
    run("write", path, "--seconds", "8")
    told = run("listen", path, "--seconds", "5").splitlines()
    assert len(told) == 5
    locked = [line for line in told if "is locked: 01:00:0" in line]
    assert locked and "at 25, -12 dB" in locked[0]
    quiet = tmp_path / "quiet.wav"
    quiet.write_bytes(wav.encode(np.zeros(3 * HZ, np.float32), HZ))
    assert "no LTC from quiet.wav" in run(
        "listen", str(quiet), "--seconds", "1", code=1
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--rate", "29.97"), "expected one of"),
        (("--start", "1:2:3"), "expected HH:MM:SS:FF"),
        (("--start", "01:00:00;00"), "only 30000/1001 has drop frame"),
        (("--start", "01:00:00:25"), "no label at 25"),
        (("--seconds", "86400"), "4 GiB at most"),
    ],
)
def test_what_cannot_be_written_is_told_in_a_sentence(
    tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    with pytest.raises(ConfigError, match=told):
        run("write", str(tmp_path / "tape.wav"), *arguments)
    assert not list(tmp_path.iterdir())


def test_a_server_is_asked_once() -> None:
    with time_server(3_600_000_000_000) as address:
        told = run("ntp", address)
        report = json.loads(run("ntp", address, "--json"))
    assert told.startswith(f"{address} (stratum 2): this machine's clock is 3")
    assert report["offset_ms"] == pytest.approx(3_600_000, abs=1_000)


def test_a_server_that_refuses_is_told_in_a_sentence() -> None:
    with time_server(0, stratum=0) as address, pytest.raises(BridgeError, match="RATE"):
        run("ntp", address)


def test_sound_inputs_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", FakeSound())
    assert run("devices").splitlines() == [
        "1  Mic (1 channel)",
        "2  USB Audio (2 channels)",
    ]
    assert json.loads(run("devices", "--json"))[0]["name"] == "Mic"
