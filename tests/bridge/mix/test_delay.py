"""The delay between two sources of one actor is found from what moves in both."""

from __future__ import annotations

import numpy as np
import pytest

from bridge.mix.delay import LEAST_S, DelayMeter, Measured, compare, shared
from protocols.channels import INDEX, MIRROR, MIRROR_SIGN, Vector
from tests.bridge.faces import vector

from .simulated import demo

Seen = tuple[list[float], list[Vector]]


def seen(
    delay_s: float,
    rate: float = 30.0,
    *,
    start_s: float = 0.0,
    seconds: float = 10.0,
    noise: float = 0.01,
    seed: int = 0,
) -> Seen:
    rng = np.random.default_rng(seed)
    instants = start_s + np.arange(round(seconds * rate)) / rate + 0.3 / rate
    spread = np.full(85, noise)
    spread[52:] *= 0.3
    rows = [demo(t) + rng.normal(0.0, spread).astype(np.float32) for t in instants]
    return [float(t) + delay_s for t in instants], rows


def test_shared_movements_are_jaw_lids_smile_and_the_whole_turn_of_the_head() -> None:
    face = vector(jawOpen=0.5, eyeBlinkLeft=0.2, eyeBlinkRight=0.4, mouthSmileLeft=1.0)
    face[INDEX["head.y"]], face[INDEX["neck.y"]] = 0.25, 0.5
    np.testing.assert_allclose(
        shared([face]), [[0.5, 0.3, 0.5, 0.0, 0.75, 0.0]], atol=1e-6
    )


@pytest.mark.parametrize("rate", [30.0, 60.0])
@pytest.mark.parametrize("delay_ms", [-120, -45, -20, 0, 20, 45, 120, 250])
def test_the_delay_is_found_within_five_ms(delay_ms: int, rate: float) -> None:
    found = compare(*seen(0.0), *seen(delay_ms / 1e3, rate, seed=1, noise=0.02))
    assert found is not None and found.likeness > 0.8
    assert abs(1e3 * found.delay_s - delay_ms) < 5.0


def test_a_mirrored_weaker_source_with_another_rest_has_the_same_delay() -> None:
    times, rows = seen(0.05, 60.0, seed=1)
    other = [(0.6 * row + 0.1)[MIRROR] * MIRROR_SIGN for row in rows]
    found = compare(*seen(0.0), times, other)
    assert found is not None and abs(found.delay_s - 0.05) < 0.005


def test_a_source_of_the_head_only_is_enough() -> None:
    times, rows = seen(0.05, 60.0, seed=1)
    for row in rows:
        row[:52] = 0.0
    found = compare(*seen(0.0), times, rows)
    assert found is not None and abs(found.delay_s - 0.05) < 0.008


def test_nothing_is_found_in_too_little_or_without_movement() -> None:
    assert compare([], [], *seen(0.0)) is None
    assert compare(*seen(0.0, seconds=LEAST_S), *seen(0.0, seconds=LEAST_S)) is None
    times, rows = seen(0.0)
    calm = [vector() for _ in rows]
    assert compare(times, calm, times, rows) is None


def test_other_movements_are_not_alike() -> None:
    other = seen(0.0, start_s=4.0)
    apart = [t - 4.0 for t in other[0]], other[1]
    found = compare(*seen(0.0), *apart)
    assert found is None or found.likeness < 0.6


def test_the_meter_keeps_the_median_of_what_is_alike() -> None:
    meter = DelayMeter()
    meter.add(None)
    meter.add(Measured(0.2, 0.5))
    assert meter.delay_s is None
    for delay_s in (0.05, 0.051, 0.3):
        meter.add(Measured(delay_s, 0.9))
    assert meter.delay_s == 0.051
