"""Arrivals of a steady source without timecode become even; others stay as they are."""

from __future__ import annotations

import numpy as np
import pytest

from bridge.mix.rhythm import FIRST, PAUSE_NS, TRIES, Rhythm, interval_of

NS = 1_000_000_000


def arrivals(rate: float, jitter_s: float, loss: float, seed: int = 1) -> list[int]:
    rng = np.random.default_rng(seed)
    found, last = [], 0.0
    for i in range(round(rate * 30)):
        lost, late = rng.random() < loss, rng.random() * jitter_s
        if not lost:
            last = max(i / rate + late, last + 1e-4)
            found.append(round((5.0 + last) * NS))
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(
    ("rate", "jitter_s", "loss"),
    [(30.0, 0.015, 0.0), (30.0, 0.015, 0.05), (59.94, 0.008, 0.02), (25.0, 0.02, 0.1)],
)
def test_a_steady_source_loses_most_of_its_jitter(
    rate: float, jitter_s: float, loss: float, seed: int
) -> None:
    rhythm = Rhythm()
    came = arrivals(rate, jitter_s, loss, seed)
    even = np.array([rhythm.at(each) for each in came][len(came) // 3 :])
    # The distance to the true instants, whose interval is known here.
    off = (even - 5 * NS) / NS * rate
    off = (off - np.round(off - jitter_s * rate / 2)) / rate - jitter_s / 2
    assert np.percentile(np.abs(off), 95) < 0.25 * jitter_s


def test_a_source_without_rhythm_keeps_its_arrivals() -> None:
    rng = np.random.default_rng(1)
    came = np.cumsum(rng.uniform(0.005, 0.06, 2_000)) * NS
    rhythm = Rhythm()
    changed = sum(rhythm.at(int(each)) != int(each) for each in came)
    assert changed < 0.05 * len(came)


def test_a_new_rate_is_learned() -> None:
    rhythm = Rhythm()
    for i in range(200):
        rhythm.at(i * NS // 30)
    start = 200 * NS // 30
    instants = [rhythm.at(start + i * NS // 50) for i in range(400)]
    late = [abs(each - start - i * NS // 50) for i, each in enumerate(instants)]
    assert max(late[FIRST + TRIES + 100 :]) < 2_000_000


def test_after_a_pause_it_starts_again() -> None:
    rhythm = Rhythm()
    for i in range(200):
        rhythm.at(i * NS // 30)
    back = 200 * NS // 30 + PAUSE_NS + 7
    assert rhythm.at(back) == back


def test_the_same_instant_again_and_again_is_no_error() -> None:
    rhythm = Rhythm()
    assert {rhythm.at(7) for _ in range(500)} == {7}


def test_lost_faces_do_not_lengthen_the_interval() -> None:
    assert interval_of([0, 10, 20, 50, 60]) == 10.0
    assert interval_of([5, 5]) == 1.0
