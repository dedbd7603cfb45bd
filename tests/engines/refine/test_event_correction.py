from collections.abc import Sequence

import numpy as np
import pytest

from engines.refine.event_correction import (
    MAX_CORRECTION,
    Correction,
    Measure,
    correct_event,
    corrections_needed,
)
from engines.refine.events import Event, closures
from protocols.arrays import Floats

N = 120
LIPS = Measure((0, 1), (-1.0, 1.0), -0.04, -0.12)


def lips(*closed: tuple[int, int, float]) -> Floats:
    """Return (2, N) jaw and lips, 0.3 apart but where they are so far apart instead."""
    out = np.zeros((2, N), np.float32)
    out[0] = 0.3
    for first, end, gap in closed:
        out[0, first:end] = gap
    return out


def wanted(before: Floats, after: Floats) -> list[Correction]:
    was, now = LIPS.of(before), LIPS.of(after)
    known = np.ones(N, bool)
    return list(
        corrections_needed(LIPS, was, now, closures(-was), closures(-now), known)
    )


def mended(before: Floats, after: Floats, *, limit: float = 1.0) -> Floats:
    """Return after, with some rounds of ever shorter bends."""
    out = after.copy()
    most = np.full((2, N), limit, np.float32)
    for beside in (6, 4, 3, 2):
        for need in wanted(before, out):
            correct_event(LIPS, need, before, out, most, beside)
    return out


def found(signals: Floats) -> Sequence[Event]:
    return closures(-LIPS.of(signals))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (lips((50, 54, 0.0)), lips((50, 54, 0.08))),
        (lips((50, 54, 0.1)), lips((50, 54, 0.03))),
        (lips((50, 60, 0.03), (55, 57, 0.1)), lips((50, 60, 0.03), (54, 57, 0.15))),
        (lips((50, 62, 0.02), (55, 57, 0.2)), lips((50, 62, 0.02))),
        (lips((0, 40, 0.02), (20, 22, 0.15)), lips((0, 40, 0.02))),
        (lips((0, 40, 0.02)), lips((0, 40, 0.02), (20, 22, 0.15))),
    ],
    ids=["lost", "invented", "split", "joined", "never parted", "parted"],
)
def test_what_is_only_just_missed_is_bent(before: Floats, after: Floats) -> None:
    assert len(found(before)) != len(found(after))

    out = mended(before, after)

    assert len(found(out)) == len(found(before))
    for was, now in zip(found(before), found(out), strict=True):
        assert was.first <= now.last and was.last >= now.first
    # No further than needed, nor for longer.
    assert np.abs(out - after).max() < MAX_CORRECTION
    changed = np.flatnonzero((out != after).any(axis=0))
    assert len(changed) < 40


def test_a_bend_is_smooth_and_shared_out() -> None:
    before, after = lips((60, 61, 0.0)), lips()
    after[0] = 0.1
    out = mended(before, after)

    jaw, close = (out - after).astype(float)
    np.testing.assert_allclose(jaw, -close, atol=1e-6)
    assert -0.032 < jaw.min() < -0.03 and np.argmin(jaw) == 60
    # A step of as much would have a third difference of three times its height.
    assert np.abs(np.diff(jaw, n=3)).max() < 0.1 * -jaw.min()


def test_what_has_no_room_leaves_it_to_the_other() -> None:
    before = np.zeros((2, N), np.float32)
    before[0] = 0.1
    after = before.copy()
    # The lips are locked where they are.
    limit = np.array([[0.2], [0.0]], np.float32) + np.zeros((2, N), np.float32)

    correct_event(
        LIPS, Correction(np.array([60]), -0.04, True), before, after, limit, 6
    )

    assert (after[1] == 0.0).all()
    assert after[0, 60] == pytest.approx(0.038, abs=1e-4)


def test_a_bend_goes_as_far_as_it_takes() -> None:
    before, after = lips((50, 58, 0.0)), lips((50, 58, 0.08))

    assert LIPS.of(mended(before, after)).max() == pytest.approx(-0.038, abs=1e-3)


def test_what_is_further_off_stays() -> None:
    before, after = lips((50, 54, 0.0)), lips()
    after[0] += MAX_CORRECTION

    np.testing.assert_array_equal(mended(before, after), after)


def test_nothing_goes_beyond_its_limit_or_range() -> None:
    before, after = lips((50, 54, 0.0)), lips((50, 54, 0.08))
    most = np.maximum(np.abs(after - before), 0.0101)

    assert (np.abs(mended(before, after, limit=0.01) - before) <= most).all()

    # Jaws do not close further than shut.
    before = after = lips()
    before[0] = 0.01
    bent = after.copy()
    limit = np.full((2, N), 1.0, np.float32)
    correct_event(LIPS, Correction(np.array([60]), 0.1, True), before, bent, limit, 6)
    assert bent[0].min() == 0.0 and bent[1, 60] == pytest.approx(0.102, abs=1e-4)


def test_frames_that_nobody_saw_are_told_nothing() -> None:
    before, after = lips((50, 54, 0.0)), lips((50, 54, 0.08))
    was, now = LIPS.of(before), LIPS.of(after)
    nobody = np.zeros(N, bool)

    (need,) = corrections_needed(LIPS, was, now, closures(-was), closures(-now), nobody)

    part = correct_event(LIPS, need, before, after.copy(), np.ones((2, N), "f4"), 6)
    assert len(need.frames) == 0 and part == slice(0, 0)
