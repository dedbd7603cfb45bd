from __future__ import annotations

import numpy as np
import pytest

from engines.motion.signals import WEIGHTS

from .faces import generator, signals, value, with_lips
from .graph import mean_of

STEP_S = 1 / 30


def test_lips_that_the_solver_sealed_are_sent_sealed_while_smoothing_lags() -> None:
    moving = generator()
    talking = signals(jawOpen=0.6, mouthFunnel=0.4)
    for i in range(15):
        moving.observe(talking, i * STEP_S)
    shut = signals(jawOpen=0.5, mouthClose=0.5)
    moving.observe(shut, 15 * STEP_S)
    out = moving.at(15 * STEP_S)
    # The mean of the bank still has the open mouth; the lips that are sent touch.
    assert value(out, "jawOpen") > 0.5
    assert value(out, "mouthClose") == pytest.approx(value(out, "jawOpen"))
    assert value(out, "mouthFunnel") == 0.0


def test_lips_that_are_apart_are_sent_as_the_network_says() -> None:
    moving = generator(mean_of(trend=0.5))
    talking = signals(jawOpen=0.6, mouthFunnel=0.4, mouthClose=0.1)
    for i in range(60):
        moving.observe(talking, i * STEP_S)
    now = moving.at(59 * STEP_S)
    np.testing.assert_allclose(now[WEIGHTS], talking[WEIGHTS], atol=1e-3)
    later = moving.at(59 * STEP_S, 0.1)
    assert value(later, "mouthFunnel") == pytest.approx(0.45, abs=1e-3)


def test_asking_for_sealed_lips_changes_no_state() -> None:
    moving = generator()
    shut = with_lips(signals(jawOpen=0.5), closed=True)
    for i in range(10):
        moving.observe(shut, i * STEP_S)
    first = moving.at(9 * STEP_S)
    np.testing.assert_array_equal(first, moving.at(9 * STEP_S))
    assert value(first, "mouthClose") == pytest.approx(value(first, "jawOpen"))
