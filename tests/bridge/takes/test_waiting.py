"""Recorders that end on disks that hang, are slow, or never say that they are done."""

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from bridge.capture.source import Image
from bridge.errors import TakeError
from bridge.takes.disk import LOW_BYTES, Disk, DiskFile
from bridge.takes.read import read_contents
from bridge.takes.recorder import Recorder, TakeSettings
from bridge.takes.take import About
from bridge.takes.waiting import LOOK_S, STILL_S, wait_for_takes

from .made import frame_of, take

MADE = take(count=50)


class Gate:
    """A disk that hangs, in one kind of call, until it is let."""

    def __init__(self) -> None:
        self.let, self.stuck = threading.Event(), threading.Event()

    def pass_through(self) -> None:
        self.stuck.set()
        assert self.let.wait(60.0)

    def disk(self, call: str, after: int = 0) -> Disk:
        """Hang in a call; of `write` and `sync`, after so many."""
        gate, left = self, [after]

        def held(which: str) -> None:
            if which == call:
                left[0] -= 1
                if left[0] < 0:
                    gate.pass_through()

        class File(DiskFile):
            def __init__(self, path: Path) -> None:
                held("open")
                super().__init__(path)

            def write(self, data: bytes, /) -> int:  # type: ignore[override]
                held("write")
                return super().write(data)

            def sync(self) -> None:
                held("sync")
                super().sync()

        def room(folder: Path) -> int:
            held("room")
            return 2 * LOW_BYTES

        return Disk(File, room)


@pytest.fixture
def gate() -> Iterator[Gate]:
    made = Gate()
    yield made
    made.let.set()


def recorder(folder: Path, disk: Disk, fps: float = 0.0) -> Recorder:
    return Recorder(TakeSettings(folder, fps=fps), About(), disk=disk)


def send(to: Recorder, first: int, last: int) -> None:
    for i in range(first, last):
        to.publish(frame_of(MADE, i), MADE.timecodes[i])


def test_a_start_that_hangs_is_left_behind_and_leaves_nothing(
    gate: Gate, tmp_path: Path
) -> None:
    records = recorder(tmp_path, gate.disk("open"), fps=30.0)
    raised: list[TakeError] = []

    def start() -> None:
        try:
            records.start()
        except TakeError as error:
            raised.append(error)

    thread = threading.Thread(target=start)
    thread.start()
    assert gate.stuck.wait(10.0)
    assert records.rescue(0.1)
    records.close()
    records.close()
    assert records.failure == "" and not records.status().recording
    gate.let.set()
    thread.join(10.0)
    assert not thread.is_alive()
    # It was too late to begin anything.
    assert [str(error) for error in raised] == [
        "facewire is ending; nothing more is recorded"
    ]
    assert list(tmp_path.iterdir()) == []


def test_a_stop_that_hangs_does_not_keep_the_end(gate: Gate, tmp_path: Path) -> None:
    records = recorder(tmp_path, gate.disk("write", after=1))
    records.start()
    send(records, 0, 10)
    thread = threading.Thread(target=records.stop)
    thread.start()
    assert gate.stuck.wait(10.0)
    records.close()
    told = (
        "recording Take_001.mcap stopped after 0 frames: the disk no longer accepts "
        "data"
    )
    assert records.failure == records.status().error == told
    gate.let.set()
    thread.join(10.0)
    assert not thread.is_alive()


@pytest.mark.parametrize("call", ["sync", "room"])
def test_frames_do_not_wait_for_a_disk_that_never_says_it_is_done(
    call: str, gate: Gate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.takes.take_thread.SYNC_NS", 0)
    records = recorder(tmp_path, gate.disk(call, after=call == "room"))
    records.start()
    send(records, 0, 25)
    assert gate.stuck.wait(10.0)
    send(records, 25, 50)
    records.close()
    assert records.failure == ""
    contents = read_contents(tmp_path / "Take_001.mcap")
    assert contents.whole and not contents.damage
    assert list(contents.recording.takes[0].index) == list(MADE.index)


class Counted:
    """A tape that ends after so many looks, and writes something every so many."""

    def __init__(self, looks: int, every: int) -> None:
        self.looks, self._end, self._every = 0, looks, every

    @property
    def busy(self) -> bool:
        return self.looks < self._end

    @property
    def progress(self) -> int:
        return self.looks // self._every

    def wait(self, timeout_s: float) -> None:
        self.looks += 1


def test_a_disk_that_is_slow_is_waited_for_and_one_that_hangs_is_not() -> None:
    patience = round(STILL_S / LOOK_S)
    slow, steps = Counted(100, patience - 1), list[int]()
    wait_for_takes([slow], STILL_S, lambda: steps.append(slow.looks))  # type: ignore[list-item]
    assert not slow.busy and len(steps) == 100 // (patience - 1) + 1
    hangs = Counted(100, 1000)
    wait_for_takes([hangs], STILL_S)  # type: ignore[list-item]
    assert hangs.looks == patience


def test_frames_are_written_before_a_video_is_waited_for(
    gate: Gate, tmp_path: Path
) -> None:
    class BrokenMp4(DiskFile):
        def write(self, data: bytes, /) -> int:  # type: ignore[override]
            if str(self.name).endswith(".mp4"):
                gate.pass_through()
            return super().write(data)

    records = recorder(
        tmp_path, Disk(BrokenMp4, lambda folder: 2 * LOW_BYTES), fps=30.0
    )
    records.start()
    records.see(Image(0, 0, 0, np.zeros((48, 64, 3), np.uint8)))
    assert gate.stuck.wait(10.0)
    send(records, 0, 50)
    records.close()
    assert "stopped after 50 frames: the disk no longer accepts data" in records.failure
    contents = read_contents(tmp_path / "Take_001.mcap")
    assert list(contents.recording.takes[0].index) == list(MADE.index)


def test_a_rescue_ends_a_take_without_a_lock(tmp_path: Path) -> None:
    records = recorder(tmp_path, Disk(room=lambda folder: 2 * LOW_BYTES))
    records.start()
    send(records, 0, 50)
    with records._control, records._swap:  # whoever holds them is stuck
        assert records.rescue(30.0)
    contents = read_contents(tmp_path / "Take_001.mcap")
    assert contents.whole
    assert list(contents.recording.takes[0].index) == list(MADE.index)
    send(records, 0, 50)  # a jump back begins no other take now
    records.close()
    assert len(list(tmp_path.iterdir())) == 1


def test_a_rescue_says_what_is_not_written(gate: Gate, tmp_path: Path) -> None:
    records = recorder(tmp_path, gate.disk("write", after=1))
    records.start()
    send(records, 0, 50)
    assert not records.rescue(0.1)


def test_a_disk_that_fails_in_the_end_is_said(tmp_path: Path) -> None:
    class Failing(DiskFile):
        def sync(self) -> None:
            raise OSError(5, "Input/output error")

    records = recorder(tmp_path, Disk(Failing, lambda folder: 2 * LOW_BYTES))
    records.start()
    send(records, 0, 50)
    records.close()
    told = "recording Take_001.mcap stopped after 50 frames: Input/output error"
    assert records.failure == told
    # What the system took is as whole as it can be.
    contents = read_contents(tmp_path / "Take_001.mcap")
    assert contents.whole and not contents.damage
    assert len(contents.recording.takes[0].index) == 50
