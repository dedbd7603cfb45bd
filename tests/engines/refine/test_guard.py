import numpy as np
import pytest

import engines.refine.guard
from engines.motion.signals import SCALE, SIGNALS
from engines.refine.events import Event, blinks, closures
from engines.refine.guard import Guarded, guard
from protocols.arrays import Floats, Mask

from .performance import CLOSE, JAW, LIDS, performance

N = 600


def guarded(
    before: Floats, after: Floats, *, gap: Mask | None = None, fade: float = 1.0
) -> tuple[Floats, tuple[Guarded, ...]]:
    out = after.copy()
    gap = np.zeros(N, bool) if gap is None else gap
    share = np.full(N, fade, np.float32)
    told = guard(before, out, gap, np.zeros((N, 58), bool), share, 60.0)
    return out, told


def lids(signals: Floats) -> list[Event]:
    return blinks(signals[:, LIDS].mean(axis=1))


def lips(signals: Floats) -> list[Event]:
    return closures(signals[:, JAW] - signals[:, CLOSE])


def test_what_changes_no_event_is_let_through() -> None:
    _, before = performance(N, noise=0.0)
    after = (before + 0.004 / SCALE).astype(np.float32)

    out, told = guarded(before, after)

    assert told == ()
    np.testing.assert_array_equal(out, after)


def test_a_lost_blink_comes_back_and_only_there() -> None:
    _, before = performance(N, noise=0.0)
    blink = lids(before)[1]
    after = before.copy()
    after[blink.first - 5 : blink.last + 6, LIDS] = 0.05

    out, told = guarded(before, after)

    assert len(lids(after)) == len(lids(before)) - 1
    assert len(lids(out)) == len(lids(before))
    assert {each.channel for each in told} == {SIGNALS[i] for i in LIDS}
    assert all("blink lost" in each.why for each in told)
    far = slice(blink.last + 60, None)
    np.testing.assert_array_equal(out[far], after[far])


def test_an_invented_peak_goes_to_the_filter_first() -> None:
    before = np.full((N, 58), 0.2, np.float32)
    before += np.random.default_rng(0).normal(0.0, 0.004, before.shape).astype("f4")
    after = before.copy()
    after[300:306, 20] += 0.75

    out, (told,) = guarded(before, after)

    assert (told.channel, told.fallback) == (SIGNALS[20], "filter")
    assert told.why == "peak invented" and told.first <= 300 and told.last >= 305
    assert np.abs(out[300:306, 20] - before[300:306, 20]).max() < 0.02
    assert (out[300:306, 20] != before[300:306, 20]).any()


def test_where_the_filter_breaks_it_too_the_recording_stands() -> None:
    before = np.full((N, 58), 0.2, np.float32)
    before[300:302, LIDS] = 0.58
    after = before.copy()
    after[300:302, LIDS] = 0.2

    out, told = guarded(before, after)

    assert [each.fallback for each in told] == ["input", "input"]
    np.testing.assert_array_equal(out[300:302, LIDS], before[300:302, LIDS])


def test_events_in_a_gap_are_nobodys() -> None:
    before = np.full((N, 58), 0.2, np.float32)
    after = before.copy()
    after[300:306, 20] += 0.75
    gap = np.zeros(N, bool)
    gap[298:308] = True

    assert guarded(before, after, gap=gap)[1] == ()


def test_a_channel_that_will_not_settle_is_taken_back_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engines.refine.guard, "ROUNDS", 1)
    rng = np.random.default_rng(3)
    before = np.full((N, 58), 0.2, np.float32)
    after = before.copy()
    # Lids that flutter: where a filter calms one blink, it breaks another.
    before[:, LIDS] = rng.uniform(0.1, 0.6, (N, 1))
    after[:, LIDS] = rng.uniform(0.1, 0.6, (N, 1))

    out, told = guarded(before, after)

    assert (out == before).mean() > 0.95 and {e.fallback for e in told} == {"input"}
    assert lids(out) == lids(before)


def test_nothing_is_filtered_where_nothing_may_change() -> None:
    before = np.full((N, 58), 0.2, np.float32)
    before += np.random.default_rng(0).normal(0.0, 0.004, before.shape).astype("f4")
    after = before.copy()
    after[300:306, 20] += 0.75

    out, _ = guarded(before, after, fade=0.0)

    np.testing.assert_array_equal(out[300:306, 20], before[300:306, 20])


def test_lips_that_just_miss_closing_are_bent_and_not_taken_back() -> None:
    before = np.full((N, 58), 0.2, np.float32)
    before += np.random.default_rng(0).normal(0.0, 0.01, before.shape).astype("f4")
    before[:, CLOSE] = 0.0
    before[300:308, JAW] = 0.02
    after = np.full((N, 58), 0.2, np.float32)
    after[:, CLOSE] = 0.0
    after[298:310, JAW] = 0.07

    out, told = guarded(before, after)

    assert lips(after) == [] and len(lips(before)) == len(lips(out)) == 1
    assert {(each.channel, each.fallback) for each in told} == {
        ("jawOpen", "bend"),
        ("mouthClose", "bend"),
    }
    assert all(each.why == "closure lost" for each in told)
    # None of what trembled came along.
    assert np.abs(np.diff(out[280:296, JAW], n=3)).max() < 0.01
    np.testing.assert_array_equal(
        np.delete(out, [JAW, CLOSE], 1)[:250], np.float32(0.2)
    )
