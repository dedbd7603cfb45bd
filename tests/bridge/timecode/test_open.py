"""Where the timecode of a run comes from, by the settings."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from bridge.config import Config
from bridge.config_file import load_config
from bridge.errors import CaptureError, ConfigError
from bridge.time_of_day import LiveTimeline
from bridge.timecode.ltc import LtcReference, midnight_of
from bridge.timecode.open import Times, open_timecode
from bridge.timecode.settings import Timecode
from bridge.timecode.sound import WavInput
from protocols.timecode import Timeline
from tests.bridge.fakes import until

from .tapes import NS, wav_file


class FakeFeed:
    """A feed's name and timelines."""

    def __init__(self, *, own_time: bool = False) -> None:
        self.name = "video:me.mp4" if own_time else "camera:0"
        self.own_time = own_time
        self.timelines: Sequence[Times] = [Timeline(Fraction(60))] * 2


def test_by_default_a_sender_has_its_own_timecode_and_nothing_changes() -> None:
    feed = FakeFeed()
    opened = open_timecode(Timecode(), feed)
    assert opened.senders and opened.timelines is feed.timelines
    assert opened.reference.told() == {"source": "system"}
    opened.close()


def test_the_system_may_go_before_the_sender() -> None:
    opened = open_timecode(Timecode(source="system"), FakeFeed())
    assert not opened.senders and len(opened.timelines) == 2
    assert all(isinstance(each, LiveTimeline) for each in opened.timelines)


def test_a_file_keeps_its_own_timeline(caplog: pytest.LogCaptureFixture) -> None:
    feed = FakeFeed(own_time=True)
    for source in ("source", "system", "ntp", "ltc"):
        settings = Timecode(source=source)
        assert open_timecode(settings, feed).timelines is feed.timelines
    assert caplog.text.count("has no effect on a file") == 2


def test_a_wav_file_says_when_a_file_of_images_begins(tmp_path: Path) -> None:
    path = wav_file(tmp_path / "tape.wav", "10:00:00:12", 2.0, Fraction(25))
    settings = Timecode(source="ltc", ltc=str(path), rate=Fraction(25))
    first, second = open_timecode(settings, FakeFeed(own_time=True)).timelines
    # To a sample, which may be one before.
    assert str(first.at(20_833)) == "10:00:00:12"
    assert str(second.at(2 * NS + 20_833)) == "10:00:02:12"
    assert first.at(20_833).subframe < 0.001


def test_a_wav_file_without_timecode_is_told_in_a_sentence(tmp_path: Path) -> None:
    path = wav_file(tmp_path / "tape.wav", "10:00:00:00", 0.2, Fraction(25))
    with pytest.raises(CaptureError, match="no timecode that runs forwards"):
        midnight_of(path, 1, None)


def test_a_wav_file_plays_for_a_live_source(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rate = Fraction(30000, 1001)
    path = wav_file(tmp_path / "tape.wav", "10:00:59;20", 2.0, rate)
    now = [0]

    def clock_ns() -> int:
        return now[0]

    def wait(stop: threading.Event, seconds: float) -> bool:
        now[0] += round(seconds * NS)
        return stop.is_set()

    with caplog.at_level(logging.INFO):
        sound = WavInput(path, 1, clock_ns, wait)
        made = LtcReference(sound, None, rate, clock_ns=clock_ns)
        until(lambda: made.state.offset_ns is not None)
        until(lambda: "is lost" in made.sentence())
        until(lambda: "timecode runs on" in caplog.text)
    found = made.look()
    assert found.zone_ns == 0
    count = 36_000 * 30 - 1080 + 59 * 30 + 20  # Drop frame, ten hours and a bit.
    begin_ns = count * NS * 1001 / 30_000
    # The tape began when it was opened, at 0 of the clock; this is a sample.
    assert found.utc_ns == pytest.approx(begin_ns, abs=20_000)
    assert made.told()["rate"] == "30000/1001"
    assert "LTC is locked" in caplog.text and "timecode runs on" in caplog.text
    assert "timecode.rate" not in caplog.text
    made.close()
    made.close()


def test_a_rate_that_does_not_fit_the_tape_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = wav_file(tmp_path / "tape.wav", "10:00:00:00", 1.5, Fraction(25))
    made = LtcReference(WavInput(path, 1), None, Fraction(60))
    until(lambda: made.state.rate is not None)
    until(lambda: 'set timecode.rate = "25"' in caplog.text)
    made.close()


def test_genlock_needs_a_rate_of_its_own() -> None:
    assert load_config(settings=["timecode.genlock=true"]).timecode.genlock
    for setting in ("shape.rate=60", "capture.pace='fast'"):
        with pytest.raises(ConfigError, match=r"timecode\.genlock sends at"):
            load_config(settings=["timecode.genlock=true", setting])


def test_the_rate_of_a_tape_is_a_fraction() -> None:
    assert Timecode(ltc_rate="30000/1001").ltc_fps() == Fraction(30000, 1001)
    assert Config().timecode.ltc_fps() is None
