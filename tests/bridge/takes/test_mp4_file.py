"""The reference video as somebody else's reader sees it, however it ended."""

import logging
import threading
from pathlib import Path

import cv2
import numpy as np
import pytest

from bridge.capture.source import Image
from bridge.clock import monotonic_ns
from bridge.errors import TakeError
from bridge.takes.copy import recover
from bridge.takes.disk import LOW_BYTES, Disk, DiskFile
from bridge.takes.mp4_file import Mp4File, finish, is_unfinished
from bridge.takes.read import read_contents
from bridge.takes.recorder import Recorder, TakeSettings
from bridge.takes.take import About
from bridge.takes.video import Video
from protocols.errors import DecodeError
from protocols.mp4 import FRAGMENT_SIZE, HEAD_SIZE, track_of
from protocols.take import Picture
from protocols.wording import counted

from .fakes import SmallFile
from .made import frame_of, take

TRACK = track_of(64, 48, 25.0)


def grey(level: int) -> bytes:
    pixels = np.full((48, 64, 3), level, np.uint8)
    return bytes(cv2.imencode(".jpg", pixels)[1])


def levels(path: Path) -> list[int]:
    """Return how bright each picture is that OpenCV finds in a file."""
    capture = cv2.VideoCapture(str(path))
    assert capture.isOpened() and capture.get(cv2.CAP_PROP_FPS) == 25.0
    found = []
    while (read := capture.read())[0]:
        found.append(round(float(np.mean(read[1]))))
    capture.release()
    return found


def await_pictures(records: Recorder, count: int) -> None:
    end_ns, pause = monotonic_ns() + 10 * 10**9, threading.Event()
    while True:
        status = records.status()
        if status.pictures + status.pictures_dropped >= count:
            return
        assert monotonic_ns() < end_ns, "the encoder did not come to it"
        pause.wait(0.001)


def grown(path: Path, count: int) -> Mp4File:
    with DiskFile(path) as file:
        mp4 = Mp4File(file, TRACK)
        for i in range(count):
            mp4.add(grey(6 * i))
    return mp4


def test_an_unfinished_film_opens_and_a_finished_one_can_be_searched(
    tmp_path: Path,
) -> None:
    path, out = tmp_path / "a.mp4", tmp_path / "b.mp4"
    grown(path, 30)
    assert levels(path) == [6 * i for i in range(30)] and is_unfinished(path)
    with DiskFile(out) as file:
        assert finish(path, file) == 30
    assert levels(out) == [6 * i for i in range(30)] and not is_unfinished(out)
    capture = cv2.VideoCapture(str(out))
    assert capture.get(cv2.CAP_PROP_FRAME_COUNT) == 30
    for place in (29, 7, 18):
        capture.set(cv2.CAP_PROP_POS_FRAMES, place)
        good, picture = capture.read()
        assert good and round(float(np.mean(picture))) == 6 * place
    capture.release()


def test_a_film_that_ends_anywhere_opens_with_all_before(tmp_path: Path) -> None:
    whole, cut = tmp_path / "whole.mp4", tmp_path / "cut.mp4"
    grown(whole, 8)
    data = whole.read_bytes()
    step = (len(data) - HEAD_SIZE) // 8
    for size in range(HEAD_SIZE + 1, len(data), 61):
        cut.write_bytes(data[:size])
        out = tmp_path / f"{size}.mp4"
        with DiskFile(out) as file:
            count = finish(cut, file)
        assert count == (size - HEAD_SIZE) // step
        assert is_unfinished(cut) == (count > 0)
        if count:
            assert levels(out) == [6 * i for i in range(count)]
        # FFmpeg gives up where a fragment's head is cut through. A write that a kill
        # interrupts ends with a page: once in a million kills, by a rough count.
        if count and (size - HEAD_SIZE) % step > FRAGMENT_SIZE:
            assert levels(cut)[:count] == levels(out)


def test_what_is_no_film_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "other.mp4"
    other.write_bytes(b"something else" * 100)
    assert not is_unfinished(other) and not is_unfinished(tmp_path / "absent.mp4")
    with DiskFile(tmp_path / "out.mp4") as file, pytest.raises(DecodeError):
        finish(other, file)


@pytest.mark.parametrize("size", [100, HEAD_SIZE, 1500, 5000, 8000, 8001, 11_000])
def test_a_full_disk_ends_the_video_with_a_sentence_and_not_the_take(
    tmp_path: Path, size: int, caplog: pytest.LogCaptureFixture
) -> None:
    def small(path: Path) -> DiskFile:
        return SmallFile(path, size) if path.suffix == ".mp4" else DiskFile(path)

    disk = Disk(small, lambda folder: 2 * LOW_BYTES)
    records = Recorder(TakeSettings(tmp_path, fps=25.0), About(), disk=disk)
    records.start()
    made = take(count=40)
    with caplog.at_level(logging.ERROR):
        for i in range(40):
            at_ns = int(made.captured_ns[i])
            pixels = np.full((48, 64, 3), 6 * i, np.uint8)
            # One by one: none is to be dropped for want of time.
            records.see(Image(i, at_ns, at_ns, pixels))
            records.publish(frame_of(made, i), made.timecodes[i])
            await_pictures(records, i + 1)
        told = records.status()
        assert told.sentence().endswith(", no more video")
        status = records.stop()
    assert status.frames == 40 and status.error == "" and status.dropped == 0
    assert status.pictures + status.pictures_dropped == 40
    assert caplog.text.count("No space left on device") == 1
    contents = read_contents(tmp_path / "Take_001.mcap")
    assert contents.whole and len(contents.pictures) == status.pictures
    path = tmp_path / "Take_001.mp4"
    if not status.pictures:
        assert not path.exists()
        return
    assert status.video_error == (
        f"Take_001.mp4 ends after {counted(status.pictures, 'picture')}: No space "
        "left on device; the take continues without video"
    )
    assert path.stat().st_size <= size
    assert levels(path) == [6 * i for i in range(status.pictures)]


def test_no_room_for_the_end_leaves_a_film_that_opens(tmp_path: Path) -> None:
    path, told = tmp_path / "a.mp4", list[Picture]()
    grown(tmp_path / "as_long.mp4", 5)
    size = (tmp_path / "as_long.mp4").stat().st_size
    video = Video(path, 25.0, told.append, lambda path: SmallFile(path, size + 200))
    for i in range(5):
        video.show(Image(i, i, i, np.full((48, 64, 3), 6 * i, np.uint8)))
    video.close()
    # JPEGs of another quality than ours may be of another size.
    assert len(told) == video.written >= 4
    assert "No space left on device" in video.error
    assert levels(path) == [6 * i for i in range(video.written)]


def test_recovering_a_take_gives_its_video_an_end(tmp_path: Path) -> None:
    records = Recorder(TakeSettings(tmp_path, "12A", fps=25.0), About())
    records.start()
    made = take(count=8)
    for i in range(8):
        at_ns = int(made.captured_ns[i])
        pixels = np.full((48, 64, 3), 6 * i, np.uint8)
        records.see(Image(i, at_ns, at_ns, pixels))
        records.publish(frame_of(made, i), made.timecodes[i])
    assert records.stop().pictures == 8
    path, video = tmp_path / "12A_001.mcap", tmp_path / "12A_001.mp4"
    # A whole video stays the recovered take's.
    copied = recover(path, tmp_path / "same.mcap")
    assert copied.video is None and not (tmp_path / "same.mp4").exists()
    assert read_contents(copied.path).recording.about.video == "12A_001.mp4"
    video.unlink()
    grown(video, 6)
    data = video.read_bytes()
    video.write_bytes(data[:-3])
    copied = recover(path, tmp_path / "out.mcap")
    assert (copied.video, copied.pictures) == (tmp_path / "out.mp4", 5)
    # As after a power cut: the take tells of pictures that never reached the disk.
    assert copied.damage == ("pictures missing from 12A_001.mp4: 3",)
    assert levels(tmp_path / "out.mp4") == [6 * i for i in range(5)]
    contents = read_contents(tmp_path / "out.mcap")
    assert contents.recording.about.video == "out.mp4"
    assert [picture.picture for picture in contents.pictures] == list(range(5))
    assert video.read_bytes() == data[:-3]
    with pytest.raises(TakeError, match=r"out.mp4: exists already"):
        recover(path, tmp_path / "out.mcap")
    assert not list(tmp_path.glob(".*"))
