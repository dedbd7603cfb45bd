import numpy as np
import pytest

from engines.refine.events import Change, Event, What
from engines.refine.fallback_levels import (
    CORRECTED,
    FILTER_SHARES,
    FILTERED,
    RECORDED,
    blended,
    fallback_name,
    interpolated_across,
    next_level,
)
from protocols.arrays import Floats, Mask

N = 120
NEVER = np.zeros(N, bool)
REFINED: Floats = np.full(N, 0.2, np.float32)
FILTER: Floats = (REFINED + 0.3 * np.hanning(N)).astype(np.float32)
RAW: Floats = (FILTER + np.random.default_rng(0).normal(0.0, 0.02, N)).astype("f4")


def mix(
    level: int,
    *,
    filtered: Floats = FILTER,
    refined: Floats = REFINED,
    gap: Mask = NEVER,
    pop: Mask = NEVER,
    first: int = 0,
) -> Floats:
    levels = np.zeros(N, np.int8)
    levels[first:] = level
    return blended(levels, refined, filtered, RAW, gap, pop, 60.0)


def at(first: int, end: int) -> Mask:
    out = NEVER.copy()
    out[first:end] = True
    return out


def test_what_does_not_give_way_keeps_every_bit() -> None:
    for level in (0, CORRECTED):
        np.testing.assert_array_equal(mix(level), REFINED)
    np.testing.assert_array_equal(mix(RECORDED, first=80)[:70], REFINED[:70])


def test_whole_is_the_others_own_bits() -> None:
    np.testing.assert_array_equal(mix(FILTERED), FILTER)
    np.testing.assert_array_equal(mix(RECORDED), RAW)


def test_a_peak_is_raised_step_by_step_without_the_filters_trembling() -> None:
    rough = (FILTER + np.where(np.arange(N) % 8 < 4, 0.02, -0.02)).astype(np.float32)

    steps = [mix(CORRECTED + k, filtered=rough) for k in range(len(FILTER_SHARES) + 1)]

    tops = np.array([step.max() for step in steps]) - 0.2
    assert (np.diff(tops) > 0.05).all() and tops[-1] == pytest.approx(0.3, abs=0.03)
    assert np.abs(np.diff(steps[-1], n=3)).mean() < 0.05 * (
        np.abs(np.diff(rough, n=3)).mean()
    )


@pytest.mark.parametrize("level", [FILTERED - 1, FILTERED, RECORDED])
def test_a_gap_follows_what_is_beside_it_and_keeps_its_shape(level: int) -> None:
    drawn = REFINED.copy()
    drawn[50:71] -= 0.1 * np.hanning(23)[1:-1].astype(np.float32)
    out = mix(level, refined=drawn, gap=at(50, 71))

    moved = out - drawn

    assert moved[49] > 0.2 and moved[71] > 0.2
    assert np.abs(np.diff(moved[49:72])).max() < 0.35 * moved[49:72].max()
    np.testing.assert_array_equal(out[56:65], drawn[56:65])


def test_what_is_beyond_a_gap_does_not_give_way() -> None:
    beyond = mix(RECORDED, gap=at(50, 53), first=53)

    np.testing.assert_array_equal(beyond[:50], REFINED[:50])
    np.testing.assert_array_equal(beyond[53:], RAW[53:])
    assert (np.diff(beyond[49:54]) > 0.0).all()


def test_a_leap_stays_repaired_but_where_the_recording_stands() -> None:
    pop, leapt = at(60, 62), FILTER.copy()
    leapt[60:62] += 0.4

    by_filter, by_recording = (
        mix(level, filtered=leapt, pop=pop) for level in (FILTERED, RECORDED)
    )

    assert np.abs(by_filter[60:62] - FILTER[60:62]).max() < 0.01
    np.testing.assert_array_equal(by_recording[60:62], RAW[60:62])


def test_nothing_is_crossed_where_nobody_or_everybody_saw() -> None:
    for mask in (NEVER, at(0, N)):
        np.testing.assert_array_equal(interpolated_across(RAW, mask), RAW)
    line = interpolated_across(RAW, at(10, 20))
    assert np.abs(np.diff(line[9:21], n=2)).max() < 1e-6


@pytest.mark.parametrize(
    ("level", "kind", "what", "then"),
    [
        (0, "peak", "lost", CORRECTED + 1),
        (CORRECTED, "peak", "changed", CORRECTED + 1),
        (FILTERED, "peak", "lost", FILTERED),
        (0, "peak", "invented", FILTERED),
        (0, "blink", "lost", FILTERED),
        (FILTERED, "blink", "invented", RECORDED),
    ],
)
def test_a_step_further_depends_on_what_has_changed(
    level: int, kind: str, what: What, then: int
) -> None:
    event = Event(kind, 3, 5)  # type: ignore[arg-type]

    assert next_level(level, Change(event, what)) == then


def test_levels_have_names() -> None:
    told = [
        fallback_name(level) for level in (CORRECTED, FILTERED - 1, FILTERED, RECORDED)
    ]
    assert told == ["bend", "bend", "filter", "input"]
