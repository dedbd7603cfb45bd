import numpy as np
import pytest

from engines.refine.events import (
    Change,
    Event,
    blinks,
    closures,
    peaks_changed,
    spans_changed,
)
from protocols.arrays import Floats


def bump(*places: tuple[int, float, int]) -> Floats:
    """Return (200,) hills: where, how high, how wide to either side."""
    at = np.arange(200)
    out = np.zeros(200)
    for place, height, width in places:
        out = np.maximum(out, height * np.clip(1.0 - np.abs(at - place) / width, 0, 1))
    return out.astype(np.float32)


def peaks(before: Floats, after: Floats) -> list[str]:
    return [change.what for change in peaks_changed(before, after, 240)]


def test_a_blink_passes_one_threshold_until_below_another() -> None:
    lids = np.array([0.1, 0.4, 0.5, 0.6, 0.4, 0.31, 0.29, 0.4, 0.5], np.float32)

    assert blinks(lids) == [Event("blink", 2, 5), Event("blink", 8, 8)]
    assert blinks(np.array([0.9], np.float32)) == [Event("blink", 0, 0)]


def test_lips_that_close_had_been_apart() -> None:
    gap = np.array([0.0, 0.2, 0.1, 0.03, 0.1, 0.13, 0.02], np.float32)

    assert closures(gap) == [Event("closure", 3, 4), Event("closure", 6, 6)]


def test_a_blink_may_move_but_neither_vanish_split_nor_appear() -> None:
    one, moved = [Event("blink", 10, 20)], [Event("blink", 12, 19)]
    split = [Event("blink", 10, 13), Event("blink", 16, 20)]

    assert spans_changed(one, moved) == []
    assert spans_changed(one, []) == [Change(one[0], "lost")]
    assert spans_changed([], one) == [Change(one[0], "invented")]
    assert [c.what for c in spans_changed(one, split)] == ["lost"]
    assert [c.what for c in spans_changed(split, one)] == ["invented"]


@pytest.mark.parametrize(
    ("after", "what"),
    [
        (bump((50, 0.8, 12)), []),
        (bump((51, 0.66, 12)), []),
        (bump((50, 0.58, 12)), ["changed"]),
        (bump((50, 1.02, 12)), ["changed"]),
        (bump((56, 0.8, 12)), ["lost", "invented"]),
        (bump(), ["lost"]),
        (bump((50, 0.8, 12), (120, 0.6, 9)), ["invented"]),
        (bump((50, 0.8, 12), (120, 0.45, 9)), []),
    ],
)
def test_a_peak_keeps_its_time_and_height(after: Floats, what: list[str]) -> None:
    assert peaks(bump((50, 0.8, 12)), after) == what


def test_a_flat_top_has_no_instant() -> None:
    before, after = bump(), bump()
    before[50:90], after[50:90] = 0.8, 0.75
    before[55] = after[84] = 0.82

    assert peaks(before, after) == []


def test_a_peak_that_falls_just_short_is_no_loss() -> None:
    assert peaks(bump((50, 0.51, 12)), bump((50, 0.45, 12))) == []
    assert peaks(bump((50, 0.45, 12)), bump((50, 0.51, 12))) == []


def test_two_peaks_are_not_one() -> None:
    assert "lost" in peaks(bump((50, 0.9, 9), (64, 0.9, 9)), bump((57, 0.9, 16)))
