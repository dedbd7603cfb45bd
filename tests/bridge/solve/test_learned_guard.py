import logging
import math

import numpy as np
import pytest

from bridge.solve.actor import Actor
from engines.face.learned_solver import certainty
from protocols.channels import INDEX
from tests.bridge.solve.learned import (
    SMILE,
    SMILING,
    Switched,
    doubt,
    learned,
    show,
    weight,
)
from tests.bridge.solve.puppet import face
from tests.engines.fake_solver import FakeSolverEngine


def test_deviation_becomes_confidence() -> None:
    assert certainty(np.full(52, 0.1, np.float32), 0.1) == pytest.approx(1.0)
    assert certainty(np.full(52, 0.02, np.float32), 0.1) == 1.0
    assert certainty(np.full(52, 0.2, np.float32), 0.1) == pytest.approx(0.5)
    assert certainty(np.full(52, 9.0, np.float32), 0.1) == 0.0
    sure = show(learned(FakeSolverEngine(sigma=0.1)), face(), 1).confidence
    unsure = show(learned(FakeSolverEngine(sigma=0.2)), face(), 1).confidence
    assert unsure == pytest.approx(0.5 * sure, abs=1e-4) and sure > 0.95
    used = show(learned(FakeSolverEngine(sigma=0.2), usual=0.2), face(), 1)
    assert used.confidence == pytest.approx(sure, abs=1e-4)


def test_the_networks_deviations_are_in_the_doubt() -> None:
    doubts = [
        doubt(show(learned(FakeSolverEngine(sigma=sigma)), face(), 1))
        for sigma in (0.02, 0.1, 0.4)
    ]
    # The doubt of a weight follows the weight, too, which the deviations change.
    assert (np.diff(np.mean(doubts, axis=1)) > 0.0).all()
    assert (doubts[-1] > doubts[0]).mean() > 0.5
    # The engine reuses its array; the frame's own does not change.
    engine = FakeSolverEngine()
    frame = show(learned(engine), face(), 1)
    before = doubt(frame).copy()
    engine.sigma[:] = 0.5
    np.testing.assert_array_equal(doubt(frame), before)


def test_a_network_that_does_not_count_has_no_word_in_the_doubt() -> None:
    engine, silent = Switched(sigma=0.05), Switched(sigma=0.05)
    actor, without = learned(engine), learned(silent)
    engine.weights[0, INDEX["jawOpen"]] = 1.0
    silent.refuses = True
    frame, same = show(actor, face(), 60), show(without, face(), 60)
    assert actor.guarded == 1
    np.testing.assert_allclose(doubt(frame), doubt(same), rtol=0.05)


@pytest.mark.parametrize("where", ["weights", "sigma"])
@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_an_answer_that_is_none_is_at_once_what_the_landmarks_say(
    where: str, number: float
) -> None:
    # Both were sure that the face is calm. Then one gives no numbers, one nothing.
    engine, silent = FakeSolverEngine(sigma=1e-6), Switched(sigma=1e-6)
    actor, without = learned(engine), learned(silent)
    show(actor, face(), 30)
    sure = show(without, face(), 30)
    getattr(engine, where)[0, 7] = number
    silent.refuses = True
    frame = show(actor, SMILING, 1, 30)
    same = show(without, SMILING, 1, 30)
    np.testing.assert_array_equal(frame.vector, same.vector)
    np.testing.assert_array_equal(doubt(frame), doubt(same))
    for name in ("mouthSmileLeft", "mouthSmileRight"):
        assert weight(frame, name) > 0.5
    assert frame.confidence == same.confidence
    assert doubt(frame).mean() > 1.2 * doubt(sure).mean()


def test_a_face_that_the_network_refuses_is_solved_from_its_landmarks() -> None:
    engine = Switched()
    engine.refuses = True
    frame = show(learned(engine), SMILING, 1)
    assert np.isfinite(frame.vector).all()
    assert frame.tracked and frame.confidence == show(Actor("f"), SMILE, 1).confidence
    # Nobody knows yet how the person looks at rest.
    assert min(weight(frame, f"mouthSmile{side}") for side in ("Left", "Right")) > 0.15


def test_a_network_gone_astray_stops_counting_is_counted_and_told_of_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    engine = FakeSolverEngine(sigma=0.05)
    actor = learned(engine)
    with caplog.at_level(logging.INFO):
        show(actor, face(), 30)
        assert actor.guarded == 0 and not caplog.records
        engine.weights[0, INDEX["jawOpen"]] = 1.0
        assert weight(show(actor, face(), 5, 30), "jawOpen") > 0.02
        assert actor.guarded == 0
        assert weight(show(actor, face(), 40, 35), "jawOpen") < 0.01
        assert actor.guarded == 1
        engine.weights[:] = 0.0
        show(actor, face(), 60, 75)
    told = [record.message for record in caplog.records]
    assert len(told) == 2
    assert "x anna: the solver's network contradicts" in told[0]
    assert "the landmarks alone count" in told[0]
    assert told[1] == "- anna: the solver's network counts again"
    assert actor.guarded == 1


@pytest.mark.parametrize("curve", ["jawOpen"])
def test_a_network_gone_astray_that_is_quite_sure_stops_counting(curve: str) -> None:
    engine = FakeSolverEngine(sigma=1e-6)
    actor = learned(engine)
    show(actor, face(), 30)
    engine.weights[0, INDEX[curve]] = 1.0
    frame = show(actor, face(), 60, 30)
    assert actor.guarded == 1
    assert weight(frame, curve) < 0.1


def test_a_hand_before_the_mouth_is_no_contradiction() -> None:
    engine = FakeSolverEngine(sigma=0.1)
    actor = learned(engine)
    show(actor, face(), 30)
    hidden = face()
    mouth = (hidden[:, 1] < -1.0) & (np.arange(len(hidden)) % 2 == 0)
    hidden[mouth] += np.random.default_rng(5).normal(0.0, 1.5, (int(mouth.sum()), 3))
    frame = show(actor, hidden, 60, 30)
    assert actor.guarded == 0
    assert weight(frame, "jawOpen") < 0.2
