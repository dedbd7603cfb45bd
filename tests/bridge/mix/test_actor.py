"""Orders on a face that several cameras solve reach all of them."""

from __future__ import annotations

from bridge.mix.actor import JointActor, LockedActor
from bridge.orders.face import Calibrates
from bridge.solve.actor import Actor


def test_all_actors_are_calibrated_and_reset() -> None:
    actors = [Actor(f"camera {i}") for i in range(2)]
    joint = JointActor([LockedActor(actor) for actor in actors])
    assert isinstance(joint, Calibrates) and joint.guarded == 0
    joint.calibrate(2.0)
    assert all(actor.calibrating for actor in actors)
    points = actors[0].neutral_points
    joint.know_neutral(points)
    assert joint.reset_neutral()
    joint.know_neutral(None)
    assert not joint.reset_neutral()
    joint.meet(3)
