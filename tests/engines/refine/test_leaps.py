"""Leaps of a frame or two: repaired or left, and told truly of."""

import numpy as np
import pytest

from engines.motion.signals import COUNT
from engines.refine.defects import WIDE
from engines.refine.refiner import MIN_REPAIR
from engines.refine.spans import KEPT, LOCKED, MOVEMENT
from protocols.arrays import Floats

from .asked import refined
from .networks import nothing
from .performance import CLOSE, JAW, performance


def against(window: Floats) -> Floats:
    """Take 0.3 off the first sample that leapt."""
    answer = np.zeros((1, COUNT, window.shape[2]), np.float32)
    answer[0, JAW, np.flatnonzero(window[0, -1] > 0)[:1]] = -0.3 / WIDE[JAW]
    return answer


def test_a_leap_is_told_with_its_channel_and_may_be_taken_off() -> None:
    _, signals = performance(300, noise=0.0)
    signals[150, JAW] += 0.3

    out = refined(signals, against)

    pops = [s for s in out.spans if s.kind == "pop"]
    assert [(s.first, s.last, s.channels) for s in pops] == [(150, 150, ("jawOpen",))]
    assert out.signals[150, JAW] == pytest.approx(signals[150, JAW] - 0.3, abs=0.02)
    assert out.verdict.refined


def test_a_leap_that_is_shown_twice_is_one_both_times() -> None:
    _, signals = performance(300, noise=0.0)
    signals[150, JAW] += 0.3
    signals[151] = signals[150]

    for answer, done in ((nothing, "left"), (against, "repaired")):
        out = refined(signals, answer)

        (pop,) = (span for span in out.spans if span.kind == "pop")
        assert (pop.first, pop.last, pop.done) == (150, 151, done)
        assert pop.channels == ("jawOpen",)


def test_a_leap_that_was_kept_is_no_repaired_one() -> None:
    _, signals = performance(300, noise=0.0)
    signals[:, JAW], signals[:, CLOSE] = 0.43, 0.3
    signals[150, JAW] += 0.5

    def closing(window: Floats) -> Floats:
        answer = np.zeros((1, COUNT, window.shape[2]), np.float32)
        near = np.convolve(window[0, -1] > 0, np.ones(7), mode="same")
        answer[0, JAW], answer[0, CLOSE] = -near, near
        return answer

    out = refined(signals, closing)

    (pop,) = (span for span in out.spans if span.kind == "pop")
    assert (pop.done, pop.why) == ("left", KEPT)
    assert abs(out.signals[150, JAW] - signals[150, JAW]) < MIN_REPAIR


@pytest.mark.parametrize("lock", [False, True])
def test_a_leap_that_stays_is_told_with_the_reason(lock: bool) -> None:
    _, signals = performance(300, noise=0.0)
    signals[150, JAW] += 0.3
    locked = np.zeros(300, bool)
    locked[150] = lock

    out = refined(signals, nothing, locked=locked)

    (pop,) = (span for span in out.spans if span.kind == "pop")
    assert (pop.done, pop.why) == ("left", LOCKED if lock else MOVEMENT)
    assert out.signals[150, JAW] == signals[150, JAW]
