"""Recordings and takes become keys at whole frames of a scene."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import zstandard
from facewire.core import mcap
from facewire.core.face import Timecode
from facewire.core.livelink_csv import read_csv
from facewire.core.mcap import TakeError, read_take
from facewire.core.motion import MOST, Motion, Recorder, keys
from facewire.core.placing import frame_of, zero_seconds, zero_text

from bridge.takes.exported import export_take
from bridge.takes.frames import frames_of
from bridge.takes.write import write_recording
from protocols.channels import EXPRESSIONS, INDEX
from protocols.timecode import Timeline
from tests.bridge.takes.made import FRAME_NS, recording, take
from tests.bridge.takes.steady import smooth

from .test_receiver import face

S = 1_000_000_000


def recorded(*times_ns: int, lead_ns: int = 0) -> Motion:
    recorder = Recorder("")
    for seq, at_ns in enumerate(times_ns):
        recorder.hear(face(seq, at_ns, display_ns=at_ns + lead_ns), seq * S)
    motion = recorder.motion()
    assert motion is not None
    return motion


def test_a_recording_keeps_the_senders_times() -> None:
    motion = recorded(5 * S, 5 * S + S // 2, 6 * S)
    assert motion.seconds.tolist() == [0.0, 0.5, 1.0]
    assert motion.vectors[:, 0].tolist() == [0.0, 1.0, 2.0]
    assert motion.subject == "face" and motion.tracked.all()
    assert str(motion.start) == "23:58:33:17"


def test_what_is_predicted_ahead_is_keyed_later() -> None:
    assert recorded(0, S, lead_ns=S // 4).seconds.tolist() == [0.25, 1.25]


def test_a_clock_that_is_set_does_not_tear_a_recording() -> None:
    # Where the sender's clock leaps, the time between two arrivals counts: 1 s here.
    assert recorded(5 * S, 6 * S, 0, S, 99 * S).seconds.tolist() == [0, 1, 2, 3, 4]


def test_only_one_actor_is_recorded_and_no_frame_twice() -> None:
    recorder = Recorder("face")
    assert recorder.motion() is None
    recorder.hear(face(0, 0, subject="other"), 0)
    for _ in range(2):
        recorder.hear(face(0, 0), 0)
    assert (len(recorder), recorder.lasted_s) == (1, 0.0)
    assert MOST > 100_000


def test_keys_stand_on_whole_frames() -> None:
    motion = recorded(0, S // 2, S)
    made = keys(motion, 10.5, 4.0)
    assert made.frames.tolist() == [11, 12, 13, 14]
    assert made.vectors[:, 0].tolist() == [0.25, 0.75, 1.25, 1.75]
    assert keys(recorded(0), 10.4, 24.0).frames.tolist() == [10]


def test_the_held_expression_is_never_mixed_of_two() -> None:
    recorder = Recorder("face")
    for seq, mood in enumerate(("neutral", "anger", "", "contempt")):
        recorder.hear(face(seq, seq * S, mood=mood), seq * S)
    motion = recorder.motion()
    assert motion is not None and motion.moods.tolist() == [0, 4, -1, 7]
    # Two frames a second: each holds what the newest face says.
    assert keys(motion, 0.0, 2.0).moods.tolist() == [0, 0, 4, 4, -1, -1, 7]
    assert keys(motion, 0.5, 1.0).moods.tolist() == [0, 4, -1]
    assert keys(recorded(0), 10.4, 24.0).moods.tolist() == [-1]


@pytest.mark.parametrize("fps", [24.0, 25.0, 30 / 1.001, 60.0])
def test_a_timecode_lies_where_the_first_one_was_put(fps: float) -> None:
    code = Timecode(2_589_407, 0.0, 30_000, 1001)
    zero_s = zero_seconds(zero_text(code.seconds, 101.0, fps), fps)
    first = frame_of(code.seconds, zero_s, fps)
    assert first == pytest.approx(101.0, abs=0.51)
    later = frame_of(code.seconds + 10.0, zero_s, fps)
    assert later - first == pytest.approx(10.0 * fps)


def test_midnight_is_near() -> None:
    zero_s = zero_seconds("23:59:59:12", 24.0)
    assert frame_of(0.0, zero_s, 24.0) == pytest.approx(12.0)
    assert frame_of(86_399.0, zero_s, 24.0) == pytest.approx(-12.0)
    assert zero_text(1.0, 48.0, 24.0) == "23:59:59:00"


@pytest.mark.parametrize("text", ["", "1:2:3", "24:00:00:00", "00:00:00:24", "a:b:c:d"])
def test_what_is_no_timecode_is_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="expected HH:MM:SS:FF, with FF below 24"):
        zero_seconds(text, 24.0)


def test_a_take_is_read(tmp_path: Path) -> None:
    made = [take("anna", 200, seed=1), take("bert", 30, seed=2)]
    path = tmp_path / "12A_001.mcap"
    write_recording(path, recording(*made))
    motions, broken = read_take(path)
    assert (set(motions), broken) == ({"anna", "bert"}, 0)
    for one in made:
        motion = motions[one.subject]
        np.testing.assert_array_equal(motion.vectors, one.vectors)
        np.testing.assert_array_equal(motion.expressions, one.expressions)
        np.testing.assert_array_equal(motion.tracked, one.tracked)
        moods = [timed.frame.mood for timed in frames_of(recording(one))]
        assert [EXPRESSIONS[place] for place in motion.moods] == moods
        since = (one.captured_ns - one.captured_ns[0]) / 1e9
        assert motion.seconds == pytest.approx(since, abs=1e-9)
        first = Timeline(Fraction(60)).at(int(one.captured_ns[0]))
        assert motion.start.seconds == pytest.approx(first.frame / 60, abs=1 / 60)


def test_a_take_that_ends_anywhere_is_read_or_refused(tmp_path: Path) -> None:
    path, cut = tmp_path / "a.mcap", tmp_path / "b.mcap"
    write_recording(path, recording(take("anna", 40)))
    data = path.read_bytes()
    counts = set()
    for size in range(0, len(data), 97):
        cut.write_bytes(data[:size])
        try:
            motions, _ = read_take(cut)
            counts.add(len(motions["anna"].seconds))
        except TakeError as error:
            assert "b.mcap: " in str(error)
    assert 40 in counts


def test_a_damaged_take_is_read_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    write_recording(path, recording(take("anna", 20)))
    data, chance = path.read_bytes(), np.random.default_rng(3)
    for _ in range(500):
        broken = bytearray(data)
        for at in chance.integers(0, len(data), 3):
            broken[at] = chance.integers(256)
        path.write_bytes(bytes(broken))
        with suppress(TakeError):
            read_take(path)


def test_other_compressions_are_refused_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.mcap"
    write_recording(path, recording(take("anna", 20)))
    data = path.read_bytes()
    path.write_bytes(data.replace(b"\x04\0\0\0zstd", b"\x04\0\0\0lz4\0"))
    with pytest.raises(TakeError, match=r"lz4.*expected zstd.*take export FILE"):
        read_take(path)
    path.write_bytes(data)
    monkeypatch.setitem(__import__("sys").modules, "zstandard", None)
    with pytest.raises(TakeError, match=r"cannot unpack zstd.*take export FILE"):
        read_take(path)
    assert zstandard is not None and mcap.LARGEST == 1 << 26


@pytest.mark.parametrize("data", [b"", b"no take", mcap.MAGIC, mcap.MAGIC + bytes(99)])
def test_no_take_is_a_sentence(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.mcap"
    path.write_bytes(data)
    with pytest.raises(TakeError, match=r"a\.mcap: (is not a take|has no frames)"):
        read_take(path)
    with pytest.raises(TakeError, match="cannot be read"):
        read_take(tmp_path / "nothing.mcap")


def test_the_daemons_csv_is_read(tmp_path: Path) -> None:
    made = replace(smooth(90, 60), subject="anna")
    path = tmp_path / "anna.csv"
    export_take(made, "csv", path, None)
    motion, left_out = read_csv(path)
    assert (motion.subject, left_out, len(motion.seconds)) == ("anna", 0, 90)
    assert np.diff(motion.seconds) == pytest.approx(1 / 60, abs=0.001)
    assert not np.any(motion.moods != -1)
    np.testing.assert_allclose(
        motion.vectors[:, :52], np.clip(made.vectors[:, :52], 0.0, 1.0), atol=1e-6
    )
    eye = INDEX["leftEye.x"]
    np.testing.assert_allclose(
        motion.vectors[:, eye : eye + 6], made.vectors[:, eye : eye + 6], atol=1e-5
    )
    first = made.timecodes[0]
    assert motion.start.frame == pytest.approx(first.frame, abs=1)


def test_a_csv_with_broken_rows_and_lost_faces_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    export_take(smooth(20, 60), "csv", path, None)
    lines = path.read_text().splitlines()
    lines[3] = lines[3].replace(lines[3].split(",")[9], "oops", 1)
    lines[5] = lines[5].split(",")[0] + ",0" + "," * 61
    lines[7] = "99"
    lines.insert(9, lines[8])
    path.write_text("\n".join(lines) + "\n")
    motion, left_out = read_csv(path)
    assert left_out == 3 and len(motion.seconds) == 18
    assert motion.tracked.tolist().count(False) == 1
    np.testing.assert_array_equal(motion.vectors[3], motion.vectors[2])


@pytest.mark.parametrize(
    "text", ["", "a,b\n1,2\n", "Timecode,BlendShapeCount\n", "\0\0", "x" * 200_000]
)
def test_no_csv_is_a_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(TakeError, match=r"a\.csv: .*facewire take import"):
        read_csv(path)
    assert FRAME_NS
