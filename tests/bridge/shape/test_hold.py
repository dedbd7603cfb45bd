import itertools

import numpy as np

from bridge.shape.hold import Hold
from engines.motion.absence import Absence
from protocols.channels import INDEX
from tests.bridge.faces import FRAME_NS, vector

TIMING = Absence(hold_s=0.5, ease_s=1.0, return_s=0.2)
JAW, X = INDEX["jawOpen"], INDEX["headPosition.x"]


def test_the_last_pose_is_held_then_eases_to_neutral() -> None:
    hold = Hold(TIMING)
    hold.keep(vector(jawOpen=0.8, headPosition__x=0.1), 0)
    held = [hold.miss(i * FRAME_NS) for i in range(1, 60)]
    jaw = [float(pose[JAW]) for pose in held]
    assert jaw[:15] == [np.float32(0.8)] * 15  # half a second
    assert all(a >= b for a, b in itertools.pairwise(jaw))
    assert jaw[-1] == 0.0
    assert held[-1][X] == np.float32(0.1)


def test_nothing_jumps_when_the_face_returns() -> None:
    hold = Hold(TIMING)
    hold.keep(vector(jawOpen=0.0), 0)
    for i in range(1, 30):
        hold.miss(i * FRAME_NS)
    back = [hold.keep(vector(jawOpen=1.0), i * FRAME_NS) for i in range(30, 45)]
    jaw = [0.0, *(float(pose[JAW]) for pose in back)]
    assert max(np.diff(jaw)) < 0.3
    assert jaw[-1] == 1.0


def test_lost_again_in_the_middle_of_the_blend_goes_on_from_there() -> None:
    hold = Hold(TIMING)
    hold.keep(vector(jawOpen=0.0), 0)
    hold.miss(FRAME_NS)
    hold.keep(vector(jawOpen=1.0), 2 * FRAME_NS)
    shown = hold.keep(vector(jawOpen=1.0), 4 * FRAME_NS)[JAW]
    assert 0.0 < shown < 1.0
    assert hold.miss(5 * FRAME_NS)[JAW] == shown


def test_before_any_face_there_is_a_neutral_one() -> None:
    assert not Hold(TIMING).miss(99).any()


def test_zero_durations_are_steps() -> None:
    hold = Hold(Absence(0.0, 0.0, 0.0))
    hold.keep(vector(jawOpen=1.0), 0)
    hold.miss(FRAME_NS)
    assert hold.miss(2 * FRAME_NS)[JAW] == 0.0
    assert hold.keep(vector(jawOpen=0.7), 3 * FRAME_NS)[JAW] == np.float32(0.7)
