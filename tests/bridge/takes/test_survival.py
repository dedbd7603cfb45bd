"""What recording goes through: killed processes, half an hour, a video beside it."""

import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import psutil
import pytest

from bridge.capture.source import Image
from bridge.errors import TakeError
from bridge.takes import take_thread, video
from bridge.takes.copy import recover
from bridge.takes.disk import LOW_BYTES, Disk, DiskFile
from bridge.takes.read import read_contents
from bridge.takes.recorder import Recorder, TakeSettings
from bridge.takes.take import About
from protocols.take import Picture

from .made import FRAME_NS, TIMELINE, frame_of, take

KILLS, AT_ONCE = 50, 10

needs_fork = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="needs fork and SIGKILL"
)


@pytest.mark.slow
@needs_fork
def test_fifty_killed_recorders_lose_half_a_second_at_most(tmp_path: Path) -> None:
    folders = [tmp_path / str(i) for i in range(KILLS)]
    kill(folders)
    found = [lost_of(folder) for folder in folders]
    lost_s = [lost for lost, _ in found]
    assert sum(opened for _, opened in found) > 0.8 * KILLS
    assert max(lost_s) <= 0.5, sorted(lost_s)[-5:]


@pytest.mark.slow
@needs_fork
def test_killed_recorders_leave_a_video_that_opens(tmp_path: Path) -> None:
    folders = [tmp_path / f"{i}-video" for i in range(AT_ONCE)]
    kill(folders)
    shown = 0
    for folder in folders:
        handed = handed_of(folder)
        if not len(handed) or handed[-1, 1] - handed[0, 1] < 10**9:
            continue
        shown += 1
        assert lost_of(folder)[0] <= 0.5
        path = folder / "Take_001.mcap"
        told = read_contents(path).pictures
        count = pictures_in(folder / "Take_001.mp4")
        # What the take tells of is there: perhaps one more, that it did not tell of.
        assert count >= len(told) > 0
        last_ns = handed[handed[:, 0] == told[-1].index, 1]
        assert (handed[-1, 1] - last_ns) / 1e9 < 1.0
        mended = recover(path, folder / "out.mcap")
        assert mended.pictures == pictures_in(folder / "out.mp4")
        # Of the one that was half written a reader may show what there is.
        assert len(told) <= mended.pictures <= count <= mended.pictures + 1
    assert shown >= AT_ONCE // 3


def pictures_in(path: Path) -> int:
    capture, count = cv2.VideoCapture(str(path)), 0
    assert capture.isOpened()
    while capture.read()[0]:
        count += 1
    capture.release()
    return count


def kill(folders: list[Path]) -> None:
    """Record into each, some at once, and kill them all at random moments."""
    rng = np.random.default_rng(20260102)
    nursery = subprocess.Popen(
        [sys.executable, "-m", "tests.bridge.takes.nursery"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert nursery.stdin is not None and nursery.stdout is not None
    try:
        for first in range(0, len(folders), AT_ONCE):
            batch = folders[first : first + AT_ONCE]
            for folder in batch:
                folder.mkdir()
                nursery.stdin.write(f"{folder}\n")
            nursery.stdin.flush()
            pids = [int(nursery.stdout.readline()) for _ in batch]
            waits = np.diff(np.sort(rng.uniform(0.3, 1.8, len(batch))), prepend=0.0)
            for pid, seconds in zip(pids, waits, strict=True):
                threading.Event().wait(seconds)
                os.kill(pid, signal.SIGKILL)
    finally:
        nursery.stdin.close()
        nursery.wait(10)
        nursery.stdout.close()


def handed_of(folder: Path) -> npt.NDArray[np.int64]:
    """Return (n, 2) of all that a process handed over: index, and monotonic ns."""
    # Dead, but perhaps still being cleared away by the system.
    raw = np.fromfile(folder / "handed.bin", np.int64)
    return raw[: len(raw) // 2 * 2].reshape(-1, 2)


def lost_of(folder: Path) -> tuple[float, bool]:
    """Return how long before its death a process's first lost frame was handed over."""
    handed = handed_of(folder)
    if not len(handed):
        return 0.0, False
    try:
        contents = read_contents(folder / "Take_001.mcap")
    except TakeError as error:
        assert "no frames of a face" in str(error)
        return float(handed[-1, 1] - handed[0, 1]) / 1e9, False
    index = contents.recording.takes[0].index
    assert not contents.whole
    # One more may have been recorded than was told of.
    expected = take(count=1000).index[: len(index)]
    np.testing.assert_array_equal(index, expected)
    lost = handed[len(index) :]
    return (float(lost[-1, 1] - lost[0, 1]) / 1e9 if len(lost) else 0.0), True


class Counted(DiskFile):
    """A file that says when it has been written to, unless it is a video."""

    wrote = threading.Event()

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._is_take = path.suffix == ".mcap"

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        taken = super().write(data)
        if self._is_take:
            self.wrote.set()
        return taken


@pytest.mark.slow
def test_half_an_hour_in_bounded_memory_and_nothing_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames, batch = 30 * 60 * 60, 500
    monkeypatch.setattr(take_thread, "GAP_S", 0.001)
    disk = Disk(Counted, lambda folder: 2 * LOW_BYTES)
    records = Recorder(TakeSettings(tmp_path, fps=30.0), About(), disk=disk)
    made = take(count=batch)
    picture = np.zeros((48, 64, 3), np.uint8)
    process = psutil.Process()
    records.start()
    before = 0
    for i in range(frames):
        frame = frame_of(made, i % batch)
        at_ns = i * FRAME_NS
        frame = replace(frame, index=i, captured_ns=at_ns)
        if i % batch == 0:
            # Paced by the writes, so that a few batches wait at most.
            assert Counted.wrote.wait(10.0) or i == 0
            Counted.wrote.clear()
        if i % 2 == 0:
            picture[i // 2 % 48] = i % 251
            records.see(Image(i, at_ns, at_ns, picture.copy()))
        records.publish(frame, TIMELINE.at(at_ns))
        if i == 10 * batch:
            before = process.memory_info().rss
    grown = process.memory_info().rss - before
    status = records.stop()
    assert (status.frames, status.dropped, status.error) == (frames, 0, "")
    assert status.pictures + status.pictures_dropped == frames // 2
    assert grown < 64 << 20
    contents = read_contents(tmp_path / "Take_001.mcap")
    (read,) = contents.recording.takes
    assert contents.whole and not contents.damage
    np.testing.assert_array_equal(read.index, np.arange(frames))
    assert read.seconds == pytest.approx(30 * 60, abs=0.1)
    assert len(contents.pictures) == status.pictures


def test_the_video_has_the_pictures_that_the_take_says(tmp_path: Path) -> None:
    records = Recorder(TakeSettings(tmp_path, "12A", fps=25.0), About())
    records.start()
    made, pause = take(count=40), threading.Event()
    for i in range(40):
        at_ns = int(made.captured_ns[i])
        pixels = np.full((48, 64, 3), 6 * i, np.uint8)
        records.see(Image(i, at_ns, at_ns, pixels))
        records.publish(frame_of(made, i), made.timecodes[i])
        pause.wait(0.005)
    # A picture of another size does not fit.
    records.see(Image(40, 0, 0, np.zeros((10, 10, 3), np.uint8)))
    status = records.stop()
    contents = read_contents(tmp_path / "12A_001.mcap")
    assert contents.recording.about.video == "12A_001.mp4"
    pictures = contents.pictures
    assert len(pictures) == status.pictures == 41 - status.pictures_dropped > 0
    capture = cv2.VideoCapture(str(tmp_path / "12A_001.mp4"))
    assert capture.get(cv2.CAP_PROP_FPS) == 25.0
    for place, told in enumerate(pictures):
        ok, seen = capture.read()
        assert ok and told.picture == place
        assert told.captured_ns == made.captured_ns[told.index]
        assert abs(float(np.mean(seen)) - 6 * told.index) < 6.0
    assert not capture.read()[0]
    capture.release()


def test_an_encoder_that_is_slow_drops_pictures(tmp_path: Path) -> None:
    go_on, told = threading.Event(), list[Picture]()

    def tell(picture: Picture) -> None:
        go_on.wait(10.0)
        told.append(picture)

    shown = video.Video(tmp_path / "a.mp4", 30.0, tell)
    for i in range(50):
        shown.show(Image(i, i, i, np.zeros((16, 16, 3), np.uint8)))
    assert shown.dropped >= 50 - video.QUEUED - 1
    go_on.set()
    shown.close()
    shown.close()
    assert shown.written + shown.dropped == 50 == len(told) + shown.dropped


def test_a_video_that_cannot_be_written_costs_no_frame(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shown = video.Video(tmp_path / "absent" / "a.mp4", 30.0, lambda picture: None)
    for i in range(3):
        shown.show(Image(i, i, i, np.zeros((16, 16, 3), np.uint8)))
    shown.close()
    assert (shown.written, shown.dropped) == (0, 3)
    assert caplog.text.count("the video cannot be written") == 1
