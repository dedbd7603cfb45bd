from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("scipy", reason="models need SciPy")

from engines.motion.signals import COUNT, WEIGHTS
from models.data.motion.performance import RATE, perform
from models.data.motion.shards import ShardError, read_shard, read_shards, write_shard
from models.data.motion.takes import SPLITS, take_paths, take_performance
from models.data.recorded.takes import TakeError
from protocols.channels import ARKIT, INDEX, pascal

LIDS = ("eyeBlinkLeft", "eyeBlinkRight")


def code(frame: int) -> str:
    """Return the timecode of a frame at 60 a second, as the app writes it."""
    return f"10:00:{frame // 60:02d}:{frame % 60:02d}.250"


def take(
    folder: Path, rows: dict[int, dict[str, float] | None], name: str = "take"
) -> Path:
    """Write a take; a frame with None has no face."""
    header = ["Timecode", "BlendshapeCount", *(pascal(name) for name in ARKIT)]
    lines = [",".join(header)]
    for frame, weights in rows.items():
        count = 0 if weights is None else 61
        values = [str((weights or {}).get(name, 0.0)) for name in ARKIT]
        lines.append(",".join([code(frame), str(count), *values]))
    path = folder / f"{name}.csv"
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


def blinking(seconds: float, at_s: float) -> dict[int, dict[str, float] | None]:
    """Return frames, 30 a second, with a blink of 0.3 s."""
    rows: dict[int, dict[str, float] | None] = {}
    for frame in range(0, round(60 * seconds), 2):
        away = abs(frame / 60 - at_s)
        shut = max(0.0, 1.0 - away / 0.15)
        rows[frame] = dict.fromkeys(LIDS, shut) | {"jawOpen": frame / 1000}
    return rows


def test_a_take_is_resampled_by_its_timecodes(tmp_path: Path) -> None:
    (made,) = take_performance(take(tmp_path, blinking(5.0, 2.0)))
    assert made.sources == "take"
    assert made.signals.shape == (round(298 / 60 * RATE) + 1, COUNT)
    jaw = made.signals[:, INDEX["jawOpen"]]
    np.testing.assert_allclose(jaw, np.arange(len(jaw)) / 2000, atol=1e-4)
    assert not made.signals[:, WEIGHTS.stop :].any()
    assert (made.expression[:, 0] == 1.0).all()


def test_a_take_has_its_blinks(tmp_path: Path) -> None:
    (made,) = take_performance(take(tmp_path, blinking(5.0, 2.0)))
    (blink,) = made.blinks
    assert blink.peak_s == pytest.approx(2.0, abs=0.02)
    assert 0.2 < blink.end_s - blink.start_s < 0.32
    assert min(blink.depth) > 0.9


def test_a_take_has_its_closures(tmp_path: Path) -> None:
    rows: dict[int, dict[str, float] | None] = {}
    for frame in range(0, 300, 2):
        shut = 0.3 if 120 <= frame < 128 else 0.0
        rows[frame] = {"jawOpen": 0.3, "mouthClose": shut}
    (made,) = take_performance(take(tmp_path, rows))
    ((start, end),) = made.closures
    assert start == pytest.approx(2.0, abs=0.03)
    assert end == pytest.approx(126 / 60, abs=0.03)


def test_what_is_missing_parts_a_take_and_short_pieces_go(tmp_path: Path) -> None:
    rows = blinking(12.0, 2.0)
    rows[60 * 5] = None
    for frame in range(60 * 6, 60 * 7, 2):
        del rows[frame]
    found = take_performance(take(tmp_path, rows))
    # Up to 5 s; then 1 s, too short; then from 7 to 12 s.
    assert [round(len(each.signals) / RATE, 1) for each in found] == [5.0, 5.0]


def test_a_timecode_that_is_none_costs_its_row(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = take(tmp_path, blinking(5.0, 2.0))
    (whole,) = take_performance(path)
    path.write_text(path.read_text().replace(code(10), "soon"))
    (made,) = take_performance(path)
    np.testing.assert_allclose(made.signals, whole.signals, atol=0.01)
    assert "in line 7: timecode 'soon'" in caplog.text
    path.write_text(path.read_text().replace("10:", "soon"))
    with pytest.raises(TakeError, match="line 2: timecode 'soon00"):
        take_performance(path)


def test_paths_are_by_split_and_no_take_is_in_two(tmp_path: Path) -> None:
    folder = tmp_path / "arkit_takes" / "alexdjulin"
    folder.mkdir(parents=True)
    (folder / "S07-001.csv").write_text("")
    assert take_paths(tmp_path, "valid") == [folder / "S07-001.csv"]
    with pytest.raises(ValueError, match="none of"):
        take_paths(tmp_path, "test")
    with pytest.raises(ValueError, match="split final"):
        take_paths(tmp_path, "final")
    names = [name for split in SPLITS.values() for name in split]
    assert len(names) == len(set(names))


def test_shards_give_back_what_was_written(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    made = [perform(seconds, rng) for seconds in (4.0, 6.0, 5.0)]
    write_shard(tmp_path / "motion-00000.npz", made[:2])
    write_shard(tmp_path / "motion-00001.npz", made[2:])
    again = list(read_shards(tmp_path))
    assert len(again) == 3
    for a, b in zip(made, again, strict=True):
        np.testing.assert_array_equal(a.signals, b.signals)
        np.testing.assert_array_equal(a.expression, b.expression)
        assert (a.blinks, a.closures, a.sources) == (b.blinks, b.closures, b.sources)


@pytest.mark.parametrize("content", [b"", b"no", b"PK\x03\x04 no"])
def test_a_file_that_is_no_shard_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "motion-00000.npz"
    path.write_bytes(content)
    with pytest.raises(ShardError, match="motion-00000"):
        read_shard(path)


def test_a_folder_without_shards_says_how_to_make_some(tmp_path: Path) -> None:
    with pytest.raises(ShardError, match="data motion"):
        list(read_shards(tmp_path))
