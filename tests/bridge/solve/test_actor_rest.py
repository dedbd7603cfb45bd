import numpy as np

from bridge.solve.actor import Actor
from engines.expression.resting import RestingExpression
from protocols.channels import Vector
from tests.bridge.solve.puppet import face, seen, shot

SAD = np.array([0.3, 0.02, 0.01, 0.6, 0.03, 0.01, 0.01, 0.02], dtype=np.float32)


def read_at(actor: Actor, index: int, expression: Vector = SAD) -> Vector:
    return actor.solve(shot(index), seen(face()), expression).expression


def test_a_calibrated_resting_face_that_reads_as_sad_is_neutral() -> None:
    actor = Actor("face", resting=RestingExpression())
    actor.meet(0)
    actor.calibrate(0.5)
    for i in range(20):
        read_at(actor, i)
    assert read_at(actor, 20).argmax() == 0
    # Somebody else gets their own; whoever comes back gets theirs again.
    actor.meet(1)
    assert read_at(actor, 21).argmax() == 3
    actor.meet(0)
    assert read_at(actor, 22).argmax() == 0
    actor.reset_neutral()
    assert read_at(actor, 23).argmax() == 3


def test_a_rest_that_a_profile_has_counts_at_once_and_can_be_dropped() -> None:
    actor = Actor("face", resting=RestingExpression())
    actor.know_rest(SAD)
    assert read_at(actor, 0).argmax() == 0
    actor.meet(0)
    actor.meet(1)
    assert read_at(actor, 1).argmax() == 0
    actor.know_rest(None)
    assert read_at(actor, 2).argmax() == 3


def test_a_face_that_rests_for_long_is_learned_by_itself() -> None:
    actor = Actor("face", resting=RestingExpression())
    got = [float(read_at(actor, i)[3]) for i in range(300)]
    assert got[0] > 0.5 > 0.4 > got[-1]
    held = Actor("face", resting=RestingExpression())
    held.keep_neutral()
    assert [float(read_at(held, i)[3]) for i in range(300)][-1] > 0.5


def test_without_a_resting_face_expressions_stay_as_read() -> None:
    assert np.array_equal(read_at(Actor("face"), 0), SAD)
