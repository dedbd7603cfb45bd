"""Sound inputs: a file in real time, and a device that a stand-in plays."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from bridge.errors import CaptureError, ConfigError
from bridge.timecode.sound import QUEUED, DeviceInput, WavInput, inputs, sounddevice
from protocols import wav

from .tapes import NS, wav_file


class Clock:
    """Moves on when somebody waits."""

    def __init__(self) -> None:
        self.now_ns = 3 * NS

    def __call__(self) -> int:
        return self.now_ns

    def wait(self, stop: threading.Event, seconds: float) -> bool:
        self.now_ns += round(seconds * NS)
        return stop.is_set()


class FakeSound(ModuleType):
    """As much of sounddevice as is used: two inputs, of which one works."""

    def __init__(self) -> None:
        super().__init__("sounddevice")
        self.opened: dict[str, Any] = {}
        self.closed = False

    def query_devices(self, number: int | None = None, kind: str = "") -> Any:
        rows = [
            {"name": "Speakers", "max_input_channels": 0, "default_samplerate": 1.0},
            {"name": "Mic", "max_input_channels": 1, "default_samplerate": 44100.0},
            {"name": "USB Audio", "max_input_channels": 2, "default_samplerate": 48e3},
        ]
        return rows if not kind else rows[1 if number is None else number]

    def InputStream(self, **given: Any) -> FakeSound:  # its own name
        if given["device"] == 1:
            raise RuntimeError("Device unavailable")
        self.opened = given
        return self

    def start(self) -> None:
        """It plays when the test says so."""

    def close(self) -> None:
        self.closed = True

    def play(self, samples: Any, *, late_s: float = 0.03) -> None:
        times = SimpleNamespace(currentTime=5.0, inputBufferAdcTime=5.0 - late_s)
        take: Callable[..., None] = self.opened["callback"]
        take(samples, len(samples), times, None)


def test_a_file_comes_in_real_time_and_then_ends(tmp_path: Path) -> None:
    path = wav_file(tmp_path / "tape.wav", "10:00:00:00", 0.2, Fraction(25))
    clock = Clock()
    made = WavInput(path, 1, clock, clock.wait)
    blocks = []
    while not made.ended:
        block = made.read(0.001)
        if block is not None:
            blocks.append(block)
            assert clock.now_ns >= block.end_ns
    ends = [block.end_ns for block in blocks]
    assert ends[:2] == [ends[0], ends[0] + 20_000_000]
    assert 9_600 <= sum(len(block.samples) for block in blocks) <= 9_630
    made.close()


@pytest.mark.parametrize(
    ("data", "channel", "told"),
    [
        (None, 1, "cannot be read"),
        (b"OggS", 1, "expected RIFF and WAVE"),
        (wav.encode(np.zeros(9, np.float32), 48_000), 2, "no channel 2"),
        (wav.encode(np.zeros(9, np.float32), 8_000), 1, "8000 samples a second"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_in_a_sentence(
    tmp_path: Path, data: bytes | None, channel: int, told: str
) -> None:
    path = tmp_path / "tape.wav"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(CaptureError, match=told):
        WavInput(path, channel)


def test_a_device_is_found_by_number_and_by_name() -> None:
    assert inputs(FakeSound()) == [(1, "Mic", 1), (2, "USB Audio", 2)]
    for name in ("2", "usb"):
        sound = FakeSound()
        made = DeviceInput(name, 2, module=sound)
        assert (made.name, made.sample_rate) == ("USB Audio", 48_000)
        assert (sound.opened["device"], sound.opened["channels"]) == (2, 2)
        made.close()
        made.close()
        assert sound.closed


def test_the_chosen_channel_comes_with_its_instant() -> None:
    sound, clock = FakeSound(), Clock()
    made = DeviceInput("usb", 2, clock, sound)
    sound.play(np.array([[0.1, 0.5]] * 480, dtype=np.float32))
    block = made.read(1.0)
    assert block is not None and block.samples.tolist() == [0.5] * 480
    # The first sample was taken 30 ms ago, and there are 10 ms of them.
    assert block.end_ns == clock.now_ns - 20_000_000
    # A driver that does not know is believed to be quick.
    sound.play(np.zeros((480, 2), np.float32), late_s=-4.0)
    block = made.read(1.0)
    assert block is not None and block.end_ns == clock.now_ns
    assert made.read(0.001) is None


def test_blocks_that_nobody_reads_are_bounded_and_the_newest_stay() -> None:
    sound = FakeSound()
    made = DeviceInput("usb", 1, module=sound)
    for number in range(QUEUED + 5):
        sound.play(np.full((10, 2), number, np.float32))
    block = made.read(0.1)
    assert block is not None and block.samples[0] == 5


def test_what_is_not_there_or_does_not_open_is_told_in_a_sentence() -> None:
    with pytest.raises(ConfigError, match=r"not found; expected one of: 1 Mic \(1\)"):
        DeviceInput("studio", 1, module=FakeSound())
    with pytest.raises(ConfigError, match="with 2 channels: not found"):
        DeviceInput("mic", 2, module=FakeSound())
    with pytest.raises(CaptureError, match="Device unavailable"):
        DeviceInput("1", 1, module=FakeSound())


def test_a_missing_package_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(ConfigError, match=r"needs sounddevice: install it with"):
        sounddevice()
