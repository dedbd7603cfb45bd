"""Simulated sources of one actor: alignment, death and return, floods and lies."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.mix.blend import FORGET_S, MOST
from protocols.channels import INDEX

from .simulated import CLOCK, CLOCK_SPEED, NS, START_NS, Sender, Stage, still

BLINK, JAW = INDEX["eyeBlinkLeft"], INDEX["jawOpen"]
BASE_S = 0.12


def shown_errors_ms(stage: Stage, base_s: float, from_s: float = 16.0) -> list[float]:
    """How far the instant that the layer shows is from that of the base."""
    errors = []
    for came_s, at_ns, mixed in stage.run(24.0):
        if came_s > from_s and mixed is not None:
            told_s = float(mixed.vector[CLOCK]) / CLOCK_SPEED
            errors.append(1e3 * (told_s - ((at_ns - START_NS) / NS - base_s)))
    return errors


@pytest.mark.parametrize("rates", [(30.0, 60.0), (60.0, 30.0)])
@pytest.mark.parametrize("delay_ms", [-120, -20, 20, 120])
def test_sources_with_delay_and_jitter_are_aligned_within_five_ms(
    rates: tuple[float, float], delay_ms: int
) -> None:
    layer = Sender(
        *(rates[1], BASE_S + delay_ms / 1e3, 0.015, 0.4, 0.02, 0.8, True),
        regions=("eyes", "position"),
        priority=1,
    )
    stage = Stage([Sender(rates[0], BASE_S, noise=0.01), layer])
    errors = np.abs(shown_errors_ms(stage, BASE_S))
    assert float(np.percentile(errors, 95)) < 5.0
    assert stage.parts[1].delay_ns is not None
    assert abs(stage.parts[1].delay_ns / 1e6 - delay_ms - 7.5) < 5.0


def test_a_delay_from_the_settings_is_used_at_once() -> None:
    layer = Sender(
        *(60.0, 0.0, 0.0, 0.4), regions=("position",), priority=1, delay_ms=-120.0
    )
    stage = Stage([Sender(30.0, BASE_S), layer])
    assert max(map(abs, shown_errors_ms(stage, BASE_S, 1.0))) < 1.0


def test_without_waiting_a_slow_source_is_late_and_nothing_is_held_back() -> None:
    layer = Sender(60.0, 0.22, regions=("position",), priority=1, delay_ms=100.0)
    stage = Stage([Sender(30.0, BASE_S), layer], wait_ms=0.0)
    errors = shown_errors_ms(stage, BASE_S, 2.0)
    assert stage.mixer.wait_ns == 0
    assert -120.0 < float(np.median(errors)) < -90.0


def test_instants_always_rise() -> None:
    for dead in ((), ((3.0, 5.0), (6.0, 6.2))):
        layer = Sender(60.0, 0.1, 0.02, noise=0.01, regions=("eyes",), priority=1)
        stage = Stage([Sender(30.0, 0.02, 0.01, noise=0.01, dead=dead), layer])
        instants = [at_ns for _, at_ns, _ in stage.run(12.0)]
        assert min(np.diff(instants)) > 0


@pytest.mark.parametrize("rates", [(30.0, 30.0), (60.0, 60.0), (30.0, 60.0)])
@pytest.mark.parametrize("who", [0, 1])
def test_death_and_return_never_jump(rates: tuple[float, float], who: int) -> None:
    gaps = ((3.0, 5.0), (6.0, 6.15), (7.0, 7.45), (8.0, 8.25))
    senders = [
        Sender(rates[0], act=still(0.0), dead=gaps if who == 0 else ()),
        Sender(
            rates[1],
            act=still(1.0),
            regions=("eyes",),
            priority=1,
            dead=gaps if who == 1 else (),
        ),
    ]
    before, blinks = None, []
    for _, _, mixed in Stage(senders).run(12.0):
        assert mixed is not None
        if before is not None:
            assert np.abs(mixed.vector - before).max() <= MOST + 1e-5
        before = mixed.vector
        blinks.append(float(mixed.vector[BLINK if who else JAW]))
    # The other source takes over completely, and the first one comes back.
    assert min(blinks) == 0.0 and max(blinks) == 1.0
    assert blinks[-1] == float(who)


def test_no_face_is_shown_if_none_is_seen() -> None:
    stage = Stage([Sender(30.0, dead=((1.0, 2.0),)), Sender(30.0, dead=((0.5, 3.0),))])
    for came_s, i, solved in stage.arrivals(1.0):
        stage.take(i, solved)
        if i == 0:
            _, mixed = stage.show()
            assert mixed is not None, came_s
    stage.now_ns += 400_000_000
    assert stage.show()[1] is None


def test_two_cameras_are_blended_by_their_doubt() -> None:
    senders = [
        Sender(30.0, act=still(0.0), doubt=0.1),
        Sender(30.0, act=still(1.0), doubt=0.2),
    ]
    *_, (_, _, mixed) = Stage(senders).run(3.0)
    assert mixed is not None and mixed.doubt is not None
    assert mixed.vector[JAW] == pytest.approx(0.2, abs=1e-5)
    assert mixed.doubt[JAW] == pytest.approx(0.8 * 0.1 + 0.2 * 0.2, abs=1e-5)


def test_a_source_that_stalls_does_not_hold_the_others_back() -> None:
    layer = Sender(60.0, act=still(1.0), regions=("eyes",), priority=1, dead=((2, 9),))
    stage = Stage([Sender(30.0, act=still(0.0)), layer])
    waits = [stage.mixer.wait_ns for _ in stage.run(6.0)]
    assert max(waits) < 30_000_000 and waits[-1] == 0


gaps = st.lists(st.tuples(st.floats(0.2, 3.5), st.floats(0.01, 1.0)), max_size=4).map(
    lambda found: tuple((a, a + length) for a, length in found)
)


@settings(deadline=None, max_examples=40)
@given(
    gaps,
    gaps,
    st.sampled_from([24.0, 30.0, 60.0]),
    st.sampled_from([15.0, 30.0, 60.0, 120.0]),
    st.floats(-0.1, 0.1),
    st.sampled_from([0, 1]),
)
def test_whatever_dies_and_returns_the_face_does_not_jump(
    base_dead: tuple[tuple[float, float], ...],
    layer_dead: tuple[tuple[float, float], ...],
    base_rate: float,
    layer_rate: float,
    delay_s: float,
    priority: int,
) -> None:
    senders = [
        Sender(base_rate, 0.1, 0.01, act=still(0.0), dead=base_dead, doubt=0.1),
        Sender(
            *(layer_rate, 0.1 + delay_s, 0.01, 0.3),
            act=still(1.0),
            regions=("face",),
            priority=priority,
            dead=layer_dead,
            doubt=0.1,
        ),
    ]
    before, last_ns = None, 0
    for _, at_ns, mixed in Stage(senders).run(5.0):
        assert at_ns > last_ns
        if mixed is None or at_ns - last_ns >= FORGET_S * NS:
            # After a second without a face the motion stage blends the next one in.
            before = None
        last_ns = at_ns
        if mixed is None:
            continue
        if before is not None:
            assert np.abs(mixed.vector - before).max() <= MOST + 1e-5
        before = mixed.vector
