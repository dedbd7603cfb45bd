"""Takes that the refiner learns from: degraded as asked, repeatable, of one split."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("scipy", reason="models need SciPy")

from engines.motion.signals import COUNT, SCALE, WEIGHTS
from engines.refine.chunks import SIDES, SIGN
from engines.refine.grid import repeats
from engines.refine.layout import INPUT_ROWS, LENGTH
from models.data.motion.noise import DEFAULT, Observed, at, corrupt
from models.data.motion.performance import RATE, Performance, perform
from models.data.motion.takes import SPLITS, take_paths
from models.data.motion.varied import varied
from models.data.recorded.batches import (
    Sheet,
    draw_sheet,
    sheet_of,
    window_batch,
    windows,
)
from models.data.recorded.damaged_takes import SECONDS, draw_take, make_takes
from models.data.recorded.defects import Degradation, Degraded, degrade, gaps_of
from protocols.arrays import Floats

NONE = Degradation(
    live=0.0,
    gaps_per_s=0.0,
    quantised=0.0,
    pops_per_s=0.0,
    slips_per_s=0.0,
    swaps_per_s=0.0,
    duplicates=0.0,
    repeated=0.0,
)


@pytest.fixture(scope="module")
def seen() -> Observed:
    rng = np.random.default_rng(1)
    return corrupt(perform(8.0, rng), DEFAULT, 30.0, rng)


def rng() -> np.random.Generator:
    return np.random.default_rng(3)


def test_without_defects_a_take_is_what_was_seen(seen: Observed) -> None:
    take = degrade(seen, NONE, rng())
    np.testing.assert_array_equal(take.signals, seen.values)
    np.testing.assert_array_equal(take.seen, seen.seen)


def test_gaps_hold_the_last_face_and_some_are_long(seen: Observed) -> None:
    take = degrade(seen, replace(NONE, gaps_per_s=1.0, long_gaps=0.5), rng())
    gaps = gaps_of(take.seen)
    lengths = [take.times_s[b] - take.times_s[a] for a, b in gaps]
    assert len(gaps) > 3 and max(lengths) > 0.5
    for first, end in gaps:
        held = np.broadcast_to(take.signals[first - 1], (end - first, COUNT))
        np.testing.assert_array_equal(take.signals[first:end], held)


def test_eight_bits_are_256_values(seen: Observed) -> None:
    take = degrade(seen, replace(NONE, quantised=1.0), rng())
    steps = take.signals[:, WEIGHTS] * 255.0
    np.testing.assert_allclose(steps, np.round(steps), atol=1e-3)


def test_a_recorder_at_60_repeats_frames_and_is_not_late(seen: Observed) -> None:
    take = degrade(seen, replace(NONE, repeated=1.0), rng())
    assert np.median(np.diff(take.times_s)) == pytest.approx(1 / 60, rel=1e-3)
    again = repeats(take.signals)
    assert 0.4 < again.mean() < 0.65
    off = take.signals - at(take.target, take.times_s)
    plain = seen.values - at(seen.target, seen.times_s)
    fresh = np.sqrt((off[~again] ** 2).mean())
    assert fresh < 1.3 * np.sqrt((plain**2).mean())


def test_duplicates_repeat_the_frame_before(seen: Observed) -> None:
    take = degrade(seen, replace(NONE, duplicates=1.0), rng())
    changed = (take.signals != seen.values).any(axis=1)
    assert 0 < changed.sum() < 0.08 * len(changed)
    assert repeats(take.signals)[changed].all()


@pytest.mark.parametrize(
    "how",
    [
        replace(NONE, pops_per_s=2.0),
        replace(NONE, slips_per_s=1.0),
        replace(NONE, swaps_per_s=2.0),
    ],
)
def test_other_defects_are_local_and_within_range(
    seen: Observed, how: Degradation
) -> None:
    take = degrade(seen, how, rng())
    changed = (take.signals != seen.values).any(axis=1)
    assert 0.01 < changed.mean() < 0.7
    assert take.signals[:, WEIGHTS].min() >= 0.0
    assert take.signals[:, WEIGHTS].max() <= 1.0


def test_the_live_generator_gets_the_gaps_and_is_what_is_recorded(
    seen: Observed,
) -> None:
    asked: list[Observed] = []

    def live(observed: Observed, rng: np.random.Generator) -> Floats:
        asked.append(observed)
        return np.full_like(observed.values, 0.25)

    take = degrade(seen, replace(NONE, live=1.0, gaps_per_s=1.0), rng(), live)
    assert (take.signals == 0.25).all()
    np.testing.assert_array_equal(asked[0].seen, take.seen)
    assert not take.seen.all()
    assert (asked[0].confidence[~take.seen] == 0.0).all()


def test_a_seed_makes_the_same_takes_and_another_makes_others() -> None:
    one, same, other = (make_takes(2, DEFAULT, (s,))[1] for s in (4, 4, 5))
    for name in Degraded.__slots__:
        np.testing.assert_array_equal(getattr(one, name), getattr(same, name))
    assert (
        one.signals.shape != other.signals.shape or (one.signals != other.signals).any()
    )


def test_splits_share_no_take_and_training_never_opens_the_test_split(
    tmp_path: Path,
) -> None:
    names = [name for split in SPLITS.values() for name in split]
    assert len(names) == len(set(names))
    for name in SPLITS["test"]:
        path = tmp_path / "arkit_takes" / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    for split in ("train", "valid"):
        with pytest.raises(ValueError, match="none of"):
            take_paths(tmp_path, split)


def test_parts_of_takes_vary_in_pace_and_gain_and_get_a_head() -> None:
    made = perform(20.0, rng()).signals
    made[:, WEIGHTS.stop :] = 0.0
    nothing = np.zeros((len(made), 8), dtype=np.float32)
    whole = Performance(made, nothing, (), (), "a take")
    parts = [varied(whole, SECONDS, np.random.default_rng(k)) for k in range(4)]
    assert {len(p.signals) for p in parts} == {round(SECONDS * RATE)}
    assert all(p.signals[:, WEIGHTS.stop :].std() > 0.0 for p in parts)
    assert all(p.signals[:, WEIGHTS].min() >= 0.0 for p in parts)
    assert all(p.signals[:, WEIGHTS].max() <= 1.0 for p in parts)
    short = replace(whole, signals=made[: 4 * RATE], expression=nothing[: 4 * RATE])
    slow = varied(short, SECONDS, rng()).signals
    assert len(slow) >= 4.9 * RATE


def test_a_locked_part_may_not_change_and_is_right() -> None:
    degraded = draw_take(DEFAULT, rng())
    for seed in range(40):
        sheet = draw_sheet(degraded, np.random.default_rng(seed))
        locked = sheet.told[3 * COUNT + 4] > 0.0
        if locked.sum() > 12:
            break
    inside = np.flatnonzero(locked)[3:-3]
    assert (sheet.bound[:, inside] == 0.0).all()
    off = (sheet.ready - sheet.target)[:, inside]
    assert np.abs(off).max() < 0.15


def test_a_window_in_a_mirror_is_the_mirror_of_a_window() -> None:
    sheet = sheet_of(draw_take(DEFAULT, rng()))
    found = {}
    for seed in range(30):
        draw = np.random.default_rng(seed)
        batch = window_batch([sheet], draw)
        draw = np.random.default_rng(seed)
        first = int(draw.integers(0, len(sheet.known) - LENGTH + 1))
        found[draw.random() < 0.5] = (batch, slice(first, first + LENGTH))
    assert set(found) == {True, False}
    for mirrored, (batch, cut) in found.items():
        order = SIDES if mirrored else np.arange(COUNT)
        sign = (SIGN if mirrored else np.ones(COUNT, np.float32))[:, None]
        assert batch.told.shape == (1, INPUT_ROWS, LENGTH)
        np.testing.assert_array_equal(batch.ready[0], sheet.ready[order, cut] * sign)
        np.testing.assert_array_equal(batch.target[0], sheet.target[order, cut] * sign)
        weights = batch.told[0, WEIGHTS]
        np.testing.assert_array_equal(weights, batch.ready[0, WEIGHTS])
        place = batch.told[0, WEIGHTS.stop + 3 : COUNT]
        assert np.abs(place.mean(axis=1)).max() < 1e-4


def test_windows_are_renewed_and_finite() -> None:
    sheets = [sheet_of(take) for take in make_takes(2, DEFAULT, (1,))]
    made = []

    def renew(rng: np.random.Generator) -> Sheet:
        made.append(1)
        return sheets[0]

    batches = windows(sheets, 3, rng(), renew)
    for batch in (next(batches), next(batches)):
        for name in batch.__slots__:
            values = getattr(batch, name)
            assert values.dtype == np.float32 and np.isfinite(values).all(), name
        assert set(np.unique(batch.known)) <= {0.0, 1.0}
    assert len(made) == 2


def test_what_is_right_is_the_motion_at_the_samples_of_the_grid() -> None:
    rng_ = rng()
    clean = perform(6.0, rng_)
    times = np.arange(0.5, 5.5, 1.0 / 60.0)
    take = Degraded(
        times, at(clean.signals, times), np.ones(len(times), np.bool_), clean.signals
    )
    sheet = sheet_of(take)
    made_up = sheet.missing | ~sheet.known
    off = np.abs(sheet.ready - sheet.target)[:, ~made_up]
    assert off.max() < 2e-3
    assert sheet.target.shape == (COUNT, len(sheet.known))
    np.testing.assert_allclose(
        sheet.target[:, 0], at(clean.signals, times[:1])[0] * SCALE, atol=1e-6
    )
