"""Timecode that follows the time of day, from the daemon's wire to takes and CSVs."""

import socket
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from bridge.capture.source import Image
from bridge.config import Config
from bridge.daemon import Daemon
from bridge.takes.exported import export_take
from bridge.takes.imported import import_csv
from bridge.takes.read import read_contents
from bridge.takes.recorder import Recorder, TakeSettings
from bridge.takes.take import About
from bridge.time_of_day import LiveTimeline
from bridge.wires.livelink import LiveLink
from protocols import livelink
from protocols.timecode import NS_PER_S
from tests.bridge.clocks import HOUR_NS, Clocks
from tests.bridge.faces import face
from tests.bridge.fakes import ListSource, ScriptedTracker, image


class Pictures(ListSource):
    """A camera, or a file, of two seconds before the clock is put on and two after."""

    def __init__(self, clocks: Clocks, *, own_time: bool) -> None:
        super().__init__([image(i) for i in range(120)])
        self.own_time = own_time
        self.clocks = clocks

    def read(self, timeout_s: float | None = None) -> Image | None:
        given = super().read(timeout_s)
        if given is None:
            return None
        self.clocks.pass_by(NS_PER_S // 30)
        if given.index == 60:
            self.clocks.set(HOUR_NS)
        if self.own_time:
            return given
        return replace(given, captured_ns=self.clocks.now_ns)


@pytest.mark.parametrize(
    ("own_time", "first", "last"),
    [(False, "12:00:00:02", "13:00:04:00"), (True, "00:00:00:00", "00:00:03:58")],
)
def test_a_camera_follows_the_time_of_day_and_a_file_does_not(
    own_time: bool, first: str, last: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clocks = Clocks(hour=12.0)
    monkeypatch.setattr("bridge.feeds.open.read_offset", lambda clock_ns: clocks.look())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(60.0)
        daemon = Daemon(
            Config(sinks=[LiveLink(port=listener.getsockname()[1])]),
            tracker=ScriptedTracker(),
            source=Pictures(clocks, own_time=own_time),
        )
        daemon.start()
        times = [livelink.decode(listener.recv(2048)).time for _ in range(120)]
        daemon.stop()
    assert [str(times[0]), str(times[-1])] == [first, last]


def record(folder: Path, steps_ns: Iterable[int]) -> Recorder:
    """Record a second of frames before and after each step of the clock."""
    clocks = Clocks()
    timeline = LiveTimeline(Fraction(60), clocks.look)
    recorder = Recorder(TakeSettings(folder), About())
    recorder.start()
    index = 0
    for by_ns in (0, *steps_ns):
        clocks.set(by_ns)
        for _ in range(60):
            clocks.pass_by(16_666_667)
            frame = replace(face(index), captured_ns=clocks.now_ns)
            recorder.publish(frame, timeline.at(frame.captured_ns))
            index += 1
    recorder.close()
    return recorder


def test_a_take_goes_on_while_timecode_jumps(tmp_path: Path) -> None:
    record(tmp_path, [-HOUR_NS, 8 * HOUR_NS])
    (path,) = tmp_path.iterdir()
    contents = read_contents(path)
    (take,) = contents.recording.takes
    assert contents.whole and not contents.damage
    assert len(take.index) == 180
    assert set(np.diff(take.captured_ns)) == {16_666_667}
    hours = [str(take.timecodes[at])[:2] for at in (0, 59, 90, 119, 150, 179)]
    assert hours == ["12", "12", "11", "11", "19", "19"]
    # A CSV has no other time than timecode: nobody could read one that jumps.
    sheet = tmp_path / "take.csv"
    told = export_take(take, "csv", sheet)
    assert any("timecode jumps 2 times" in note for note in told)
    (again,) = import_csv(sheet).recording.takes
    assert len(again.index) == 180
    assert np.diff(again.captured_ns) == pytest.approx(16_666_667, abs=20_000)
    assert again.timecodes[0].frame == take.timecodes[0].frame
