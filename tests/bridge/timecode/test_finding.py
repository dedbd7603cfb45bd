"""What `facewire doctor` says of timecode and of the remote control."""

from __future__ import annotations

import socket
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from bridge.remote.finding import remote
from bridge.remote.settings import Remote
from bridge.timecode.finding import timecode
from bridge.timecode.settings import Timecode

from .tapes import wav_file
from .test_ntp import time_server
from .test_sound import FakeSound


def test_by_default_it_is_the_system_and_sound_inputs_are_listed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", FakeSound())
    found = timecode(Timecode())
    assert found.state == "good"
    assert "a sender's, else this machine's time of day, at 60" in found.sentence
    assert "1 (Mic), 2 (USB Audio)" in found.sentence


def test_what_a_sound_device_lacks_is_said_and_is_no_problem(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    found = timecode(Timecode())
    assert found.state == "good" and "needs sounddevice: install" in found.sentence
    found = timecode(Timecode(source="ltc"))
    assert found.state == "note" and "needs sounddevice: install" in found.sentence


def test_a_time_server_is_asked() -> None:
    with time_server(0) as address:
        found = timecode(Timecode(source="ntp", server=address))
    assert found.state == "good" and "this machine's clock is" in found.sentence
    assert abs(float(found.detail["offset_ms"])) < 1_000
    with time_server(0, stratum=0) as address:
        assert timecode(Timecode(source="ntp", server=address)).state == "note"
    found = timecode(Timecode(source="ntp", server="nowhere.invalid"))
    assert found.state == "note" and "was not found" in found.sentence


def test_a_tape_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = wav_file(tmp_path / "tape.wav", "10:00:00:00", 0.2, Fraction(25))
    found = timecode(Timecode(source="ltc", ltc=str(path)))
    assert found.state == "good" and "channel 1 at 48000 Hz" in found.sentence
    found = timecode(Timecode(source="ltc", ltc=str(path), ltc_channel=2))
    assert found.state == "note" and "no channel 2" in found.sentence
    monkeypatch.setitem(sys.modules, "sounddevice", FakeSound())
    found = timecode(Timecode(source="ltc", ltc="usb"))
    assert found.state == "good" and "2 (USB Audio)" in found.sentence


def test_the_port_of_the_remote_control_is_looked_at() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        found = remote(Remote(enabled=True, port=port))
        assert found.state == "note" and "is in use" in found.sentence
        assert remote(Remote(port=port)).state == "option"
    found = remote(Remote(enabled=True, port=port))
    assert found.state == "good" and found.sentence.endswith("from this machine.")
    found = remote(Remote(port=port))
    assert found.state == "option" and "remote.enabled=true" in found.sentence
    found = remote(Remote(enabled=True, host="nowhere.invalid"))
    assert found.state == "note" and "was not found" in found.sentence
