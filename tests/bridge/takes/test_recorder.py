import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from mcap.stream_reader import StreamReader

from bridge.clock import monotonic_ns
from bridge.errors import TakeError
from bridge.takes.disk import LOW_BYTES, Disk, DiskFile
from bridge.takes.read import read_contents, read_recording
from bridge.takes.recorder import Recorder, TakeSettings
from bridge.takes.status import Status
from bridge.takes.take import About
from bridge.takes.take_thread import QUEUED
from tests.bridge.faces import face
from tests.bridge.takes.fakes import SmallFile, disk_with, small_disk

from .made import FRAME_NS, TIMELINE, frame_of, same, take


def recorder(folder: Path, disk: Disk | None = None, **settings: object) -> Recorder:
    given = replace(TakeSettings(folder), **settings)  # type: ignore[arg-type]
    return Recorder(given, About(source="a test"), disk=disk)


def send(to: Recorder, index: int, at_ns: int | None = None, who: str = "anna") -> None:
    frame = face(index, who, jawOpen=index / 1000)
    frame = replace(frame, captured_ns=index * FRAME_NS if at_ns is None else at_ns)
    to.publish(frame, TIMELINE.at(frame.captured_ns))


def until(done: Callable[[], bool]) -> None:
    end_ns, pause = monotonic_ns() + 10 * 10**9, threading.Event()
    while not done():
        assert monotonic_ns() < end_ns, "did not happen in time"
        pause.wait(0.005)


def test_what_is_sent_is_in_the_take(tmp_path: Path) -> None:
    made, folder = take(count=50), tmp_path / "day 1"
    records = recorder(folder, slate="12A")
    records.publish(frame_of(made, 0), made.timecodes[0])  # before: not recorded
    assert records.start().file == str(folder / "12A_001.mcap")
    for i in range(50):
        records.publish(frame_of(made, i), made.timecodes[i])
    assert records.status().recording
    status = records.stop()
    records.publish(frame_of(made, 49), made.timecodes[49])  # after: not recorded
    assert (status.recording, status.frames, status.dropped) == (False, 50, 0)
    contents = read_contents(folder / "12A_001.mcap")
    assert contents.whole and not contents.damage
    same(contents.recording.takes[0], made)
    about = contents.recording.about
    assert (about.slate, about.number, about.source) == ("12A", 1, "a test")
    assert about.started.endswith("+00:00") and about.video == ""


def test_numbers_go_on_and_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "take_007.mp4").write_bytes(b"")
    records = recorder(tmp_path)
    assert [records.start().number, records.stop().number] == [8, 8]
    assert records.start(number=3).number == 3
    with pytest.raises(TakeError, match="recording Take 003 0:00: stop that take"):
        records.start()
    records.stop()
    assert records.start(slate="B").number == 1
    records.stop()
    with pytest.raises(TakeError, match=r"Take_003.mcap: exists already"):
        records.start(slate="Take", number=3)
    with pytest.raises(TakeError, match="nothing is being recorded"):
        records.stop()
    for slate in ("", "../x", "a/b", ".hidden", "x" * 65, "a:b"):
        with pytest.raises(TakeError, match="slate"):
            records.start(slate=slate)
    assert sorted(path.name for path in tmp_path.glob("*.mcap")) == [
        "B_001.mcap",
        "Take_003.mcap",
        "Take_008.mcap",
    ]


def test_a_folder_that_cannot_be_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(TakeError, match="cannot record here"):
        recorder(tmp_path / "file").start()
    poor = Disk(room=lambda folder: LOW_BYTES - 1)
    with pytest.raises(TakeError, match="less than 64 MB are free"):
        recorder(tmp_path / "poor", poor).start()
    assert list((tmp_path / "poor").iterdir()) == []


def test_a_clock_that_jumps_back_begins_the_next_take(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    records = recorder(tmp_path)
    records.start()
    for i in range(100, 110):
        send(records, i)
        send(records, i, who="ben")
    with caplog.at_level(logging.WARNING):
        for i in range(5):
            send(records, i)
    send(records, 7, at_ns=10**15)  # Forward, it is a gap.
    send(records, 8, at_ns=10**15 - 1)  # A little back is a frame that was late.
    send(records, 9, at_ns=10**15)
    assert records.stop().dropped == 2
    records.close()
    assert caplog.text.count("the clock jumped back") == 1
    first = read_recording(tmp_path / "Take_001.mcap")
    assert [(t.subject, len(t.index)) for t in first.takes] == [
        ("anna", 10),
        ("ben", 10),
    ]
    (second,) = read_recording(tmp_path / "Take_002.mcap").takes
    assert list(second.index) == [0, 1, 2, 3, 4, 7]
    assert second.captured_ns[-1] == 10**15


def test_a_clock_that_jumps_all_the_time_loses_nothing(tmp_path: Path) -> None:
    records = recorder(tmp_path)
    records.start()
    for part in range(9, 0, -1):
        for i in range(3):
            send(records, 100 * part + i)
    records.stop()
    records.close()
    found = [read_recording(path).takes[0] for path in sorted(tmp_path.iterdir())]
    assert len(found) == 9
    every = np.sort(np.concatenate([take.index for take in found]))
    assert list(every) == [100 * part + i for part in range(1, 10) for i in range(3)]


@pytest.mark.parametrize("size", [1500, 4000, 4090, 20_000, 20_001, 50_123])
def test_a_full_disk_leaves_a_file_that_opens(
    tmp_path: Path, size: int, caplog: pytest.LogCaptureFixture
) -> None:
    records = recorder(tmp_path, small_disk(size))
    records.start()
    made = take(count=400)
    with caplog.at_level(logging.ERROR):
        for i in range(400):
            records.publish(frame_of(made, i), made.timecodes[i])
            if i % 40 == 39 and not records.status().error:
                threading.Event().wait(0.21)
        until(lambda: bool(records.status().error))
    status = records.status()
    assert not status.recording
    told = f"recording Take_001.mcap stopped after {status.frames} frames: No space"
    assert status.sentence().startswith(told)
    assert caplog.text.count("No space left on device") == 1
    path = tmp_path / "Take_001.mcap"
    assert path.stat().st_size <= size
    # Somebody else's reader comes to its end too.
    with path.open("rb") as file:
        assert len(list(StreamReader(file, validate_crcs=True).records)) >= 2
    if status.frames:
        contents = read_contents(path)
        assert contents.whole and not contents.damage
        index = contents.recording.takes[0].index
        assert len(index) <= status.frames
        np.testing.assert_array_equal(index, made.index[: len(index)])
    with pytest.raises(TakeError, match="No space left"):
        records.stop()
    records.close()
    assert records.failure == status.error


def test_a_failure_outlasts_the_takes_after_it(tmp_path: Path) -> None:
    sizes = iter([1500, 10**9, 10**9, 10**9])
    disk = Disk(lambda path: SmallFile(path, next(sizes)), lambda _: 2 * LOW_BYTES)
    records = recorder(tmp_path, disk)
    assert records.failure == ""
    records.start()
    for i in range(100):
        send(records, i)
    until(lambda: bool(records.status().error))
    told = records.failure
    for _ in range(3):
        records.start()
        records.stop()
    records.close()

    assert "No space left" in told and records.failure == told


def test_a_disk_that_fills_ends_the_take_in_good_order(tmp_path: Path) -> None:
    room = [2 * LOW_BYTES]
    records = recorder(tmp_path, disk_with(lambda: room[0]))
    records.start()
    for i in range(30):
        send(records, i)
    room[0] = LOW_BYTES - 1
    until(lambda: bool(records.status().error))
    assert "less than 64 MB are free" in records.status().sentence()
    send(records, 0, at_ns=-(10**12))  # Not even a jump begins another.
    assert not records.status().recording
    contents = read_contents(tmp_path / "Take_001.mcap")
    assert contents.whole and len(contents.recording.takes[0].index) == 30
    room[0] = 2 * LOW_BYTES
    assert records.start().number == 2
    records.close()


def test_a_stuck_disk_drops_frames_and_never_waits(tmp_path: Path) -> None:
    go_on, stuck = threading.Event(), threading.Event()

    class Stuck(DiskFile):
        count = 0

        def write(self, data: bytes, /) -> int:  # type: ignore[override]
            self.count += 1
            if self.count == 2:
                stuck.set()
                assert go_on.wait(20.0)
            return super().write(data)

    records = recorder(tmp_path, Disk(Stuck))
    records.start()
    send(records, 0)
    assert stuck.wait(10.0)
    for i in range(1, QUEUED + 101):
        send(records, i)
    assert records.status().dropped == 100
    assert records.status().sentence().endswith(", 100 dropped")
    go_on.set()
    assert records.stop().frames == QUEUED + 1
    (made,) = read_recording(tmp_path / "Take_001.mcap").takes
    assert list(made.index) == list(range(QUEUED + 1))


def test_toggling_starts_and_stops_and_only_logs(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    records = recorder(tmp_path)
    records.toggle()
    assert records.status().recording
    records.toggle()
    assert not records.status().recording
    bad = recorder(tmp_path, slate="a/b")
    bad.toggle()
    assert "slate 'a/b'" in caplog.text


def test_a_status_is_a_short_sentence() -> None:
    assert Status().sentence() == ""
    now = Status(True, "x", "12A", 3, 72.9, 100)
    assert now.sentence() == "recording 12A 003 1:12"
    assert replace(now, dropped=2).sentence() == "recording 12A 003 1:12, 2 dropped"


def test_every_thread_ends(tmp_path: Path) -> None:
    before = threading.active_count()
    records = recorder(tmp_path, fps=30.0)
    for _ in range(3):
        records.start()
        send(records, 1)
        records.stop()
    records.close()
    records.close()
    with pytest.raises(TakeError, match="facewire is ending"):
        records.start()
    assert threading.active_count() == before
