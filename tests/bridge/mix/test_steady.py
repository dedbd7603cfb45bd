"""Arrivals without jitter, from the sender's timecode; and timecode that is moved."""

from __future__ import annotations

import numpy as np
import pytest

from bridge.mix.steady import NS, TRIES, SteadyClock, moved, sent_ns_of
from protocols.timecode import Timecode

STEP_NS = NS // 60


def jittery(seed: int = 1, count: int = 400) -> list[tuple[int, int]]:
    """Arrivals up to 20 ms late, with what the sender says."""
    rng = np.random.default_rng(seed)
    return [
        (5 * NS + i * STEP_NS + int(rng.uniform(0, 0.02) * NS), i * STEP_NS)
        for i in range(count)
    ]


def test_a_timecode_takes_the_jitter_away() -> None:
    clock = SteadyClock()
    steady = [clock.at(came, sent) for came, sent in jittery()]
    steps = np.diff(steady[200:])
    assert np.abs(steps - STEP_NS).max() < 0.3e6
    late_ns = np.array(steady[200:]) - (5 * NS + np.arange(200, 400) * STEP_NS)
    assert abs(late_ns.mean() - 10e6) < 1.5e6


def test_without_a_timecode_the_rhythm_of_the_arrivals_counts() -> None:
    clock = SteadyClock()
    came = [round(each + (each % 7) * 1e6) for each in range(0, 20 * NS, NS // 30)]
    even = [clock.at(each, None) for each in came]
    assert even[:40] == came[:40]
    assert np.ptp(np.diff(even[200:])) < 0.3 * np.ptp(np.diff(came[200:]))


def test_a_timecode_that_stands_still_is_not_believed() -> None:
    clock = SteadyClock()
    for i in range(300):
        came = i * STEP_NS
        assert abs(clock.at(came, 7) - came) < 60_000_000 + STEP_NS


def test_a_timecode_that_jumps_is_learned_again() -> None:
    clock = SteadyClock()
    for came, sent in jittery():
        clock.at(came, sent)
    start = 5 * NS + 400 * STEP_NS
    for i in range(TRIES):
        assert clock.at(start + i * STEP_NS, 10**15 + i * STEP_NS) == (
            start + i * STEP_NS
        )
    again = clock.at(start + 50 * STEP_NS, 10**15 + 50 * STEP_NS)
    assert abs(again - (start + 50 * STEP_NS)) < 1_000


def test_a_timecode_says_when_it_was_sent() -> None:
    assert sent_ns_of(None) is None
    assert sent_ns_of(Timecode(90, 0.5, 30)) == round(90.5 / 30 * NS)
    assert sent_ns_of(Timecode(30_000, 0.0, 30_000, 1_001)) == 1_001 * NS


@pytest.mark.parametrize("rate", [(24, 1), (30_000, 1_001), (60, 1)])
def test_a_moved_timecode_is_that_much_later(rate: tuple[int, int]) -> None:
    time = Timecode(86_000, 0.25, *rate)
    before, after = sent_ns_of(time), sent_ns_of(moved(time, -123_000_000))
    assert before is not None and after is not None
    assert abs(before - after - 123_000_000) < 2_000
    assert moved(time, 0) == time


def test_a_moved_timecode_stays_within_a_day() -> None:
    midnight = moved(Timecode(0, 0.0, 60), -NS)
    assert midnight.frame == 86_400 * 60 - 60
    assert moved(Timecode(86_400 * 60 - 1, 0.0, 60), NS).frame == 59
    # A count that is not since midnight is not wrapped.
    assert moved(Timecode(2**31 - 1, 0.0, 60), NS).frame == 2**31 - 1
