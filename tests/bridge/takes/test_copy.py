from pathlib import Path

import numpy as np
import pytest

from bridge.errors import ConfigError, TakeError
from bridge.takes.copy import recover, trim
from bridge.takes.read import read_contents, read_recording
from bridge.takes.records import Records
from bridge.takes.store import new_file
from bridge.takes.summary import summarize
from bridge.takes.write import TakeWriter, write_recording
from protocols.take import Picture

from .made import ABOUT, FRAME_NS, frame_of, recording, same, take


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Two faces of 60 frames in six chunks, with a picture for every other frame."""
    path = tmp_path / "12A_003.mcap"
    anna, ben = take("anna", 60), take("ben", 60, seed=1)
    with new_file(path) as part:
        writer = TakeWriter(part, ABOUT)
        for i in range(60):
            for face in (anna, ben):
                writer.add(frame_of(face, i), face.timecodes[i], sent_ns=i + 7)
            if i % 2 == 0:
                writer.picture(Picture(i // 2, int(anna.captured_ns[i]), i))
            if i % 10 == 9:
                writer.flush()
        writer.close()
    return path


def messages(path: Path) -> list[tuple[str, int, int, int, bytes]]:
    with path.open("rb") as file:
        return [
            (m.topic, m.sequence, m.log_ns, m.publish_ns, m.data)
            for m in Records(file, path.stat().st_size)
        ]


def test_a_sound_file_recovers_to_the_same_messages(path: Path, tmp_path: Path) -> None:
    copied = recover(path, tmp_path / "out.mcap")
    assert (copied.frames, copied.left_out, copied.damage) == (120, 0, ())
    assert messages(copied.path) == messages(path)
    about = read_recording(copied.path).about
    assert about.origin == "recorded; recovered from 12A_003.mcap"
    assert (about.slate, about.video) == (ABOUT.slate, ABOUT.video)


def test_a_killed_writers_file_becomes_sound(path: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.mcap"
    whole = read_recording(path).takes
    data = path.read_bytes()
    cut.write_bytes(data[: len(data) // 2])
    assert not summarize(cut).whole
    copied = recover(cut, tmp_path / "out.mcap")
    assert not copied.whole and "the file ends early" in copied.damage[0]
    contents = read_contents(copied.path)
    assert contents.whole and not contents.damage and summarize(copied.path).whole
    for one, other in zip(contents.recording.takes, whole, strict=True):
        count = len(one.index)
        assert 20 <= count < 60
        np.testing.assert_array_equal(one.vectors, other.vectors[:count])


def test_every_length_recovers_or_says_that_nothing_is_there(
    path: Path, tmp_path: Path
) -> None:
    data, recovered = path.read_bytes(), 0
    for i, size in enumerate(range(0, len(data), 509)):
        cut = tmp_path / "cut.mcap"
        cut.write_bytes(data[:size])
        try:
            copied = recover(cut, tmp_path / f"{i}.mcap")
        except TakeError:
            continue
        recovered += 1
        assert read_contents(copied.path).whole
    assert recovered > 10
    assert not list(tmp_path.glob(".*"))


def test_a_cut_keeps_the_bytes_of_what_it_keeps(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "cut.mcap"
    step_s = FRAME_NS / 1e9
    copied = trim(path, out, 10.5 * step_s, 20.5 * step_s)
    kept = messages(out)
    assert kept == [m for m in messages(path) if m in kept]
    contents = read_contents(out)
    anna, ben = contents.recording.takes
    assert list(anna.index) == list(ben.index) == list(range(11, 21))
    assert (copied.frames, copied.left_out) == (20, 100)
    # They still say which pictures of the whole video are whose.
    assert [picture.picture for picture in contents.pictures] == [5, 6, 7, 8, 9]
    assert contents.recording.about.video == ABOUT.video
    assert "frames from 0.175 s to" in contents.recording.about.origin


def test_a_cut_of_all_is_all_and_of_nothing_is_an_error(
    path: Path, tmp_path: Path
) -> None:
    assert trim(path, tmp_path / "a.mcap", 0.0, float("inf")).frames == 120
    with pytest.raises(
        TakeError, match=r"no frame lies in that range; .* 1.00 s after the first"
    ):
        trim(path, tmp_path / "b.mcap", 100.0, 200.0)
    for start, end in ((2.0, 1.0), (-1.0, 1.0), (float("nan"), 1.0)):
        with pytest.raises(ConfigError, match="expected a start of 0 s or later"):
            trim(path, tmp_path / "b.mcap", start, end)
    with pytest.raises(TakeError, match="exists already"):
        trim(path, tmp_path / "a.mcap", 0.0, 1.0)
    with pytest.raises(TakeError, match="exists already"):
        trim(path, path, 0.0, 1.0)
    assert not (tmp_path / "b.mcap").exists()


def test_no_take_is_told(tmp_path: Path) -> None:
    other = tmp_path / "other.mcap"
    other.write_bytes(b"something else")
    with pytest.raises(TakeError, match="is not a take"):
        recover(other, tmp_path / "out.mcap")
    with pytest.raises(TakeError, match="cannot be read"):
        recover(tmp_path / "absent.mcap", tmp_path / "out.mcap")


def test_a_glance_says_what_reading_says(path: Path, tmp_path: Path) -> None:
    seen, read = summarize(path), read_contents(path)
    assert seen.about == read.recording.about == ABOUT
    assert seen.subjects == ("anna", "ben") and seen.frames == 120 and seen.whole
    assert seen.seconds == pytest.approx(read.recording.takes[0].seconds, abs=1e-3)
    # Without a summary all is read; a broken one costs no more than that.
    data = path.read_bytes()
    broken = tmp_path / "broken.mcap"
    for at in range(9, 60):
        broken.write_bytes(data[:-at] + bytes([data[-at] ^ 0xFF]) + data[1 - at :])
        assert summarize(broken).frames == 120


def test_writing_whole_and_frame_by_frame_reads_the_same(
    path: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.mcap"
    write_recording(other, recording(take("anna", 60), take("ben", 60, seed=1)))
    pairs = zip(read_recording(path).takes, read_recording(other).takes, strict=True)
    for one, two in pairs:
        same(one, two)
