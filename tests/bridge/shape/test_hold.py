import itertools

import numpy as np

from bridge.shape.hold import Hold, HoldTiming, smoothstep
from protocols.channels import INDEX
from tests.bridge.faces import FRAME_NS, face

TIMING = HoldTiming(hold_s=0.5, ease_s=1.0, return_s=0.2)
JAW, X = INDEX["jawOpen"], INDEX["headPosition.x"]


def test_the_last_pose_is_held_then_eases_to_neutral() -> None:
    hold = Hold("face", TIMING)
    hold.keep(face(0, jawOpen=0.8, headPosition__x=0.1))
    frames = [hold.miss(i, i * FRAME_NS) for i in range(1, 60)]
    assert not any(frame.tracked for frame in frames)
    assert all(frame.confidence == 0.0 for frame in frames)
    jaw = [float(frame.vector[JAW]) for frame in frames]
    assert jaw[:15] == [np.float32(0.8)] * 15  # half a second
    assert all(a >= b for a, b in itertools.pairwise(jaw))
    assert jaw[-1] == 0.0
    assert frames[-1].vector[X] == np.float32(0.1)


def test_nothing_jumps_when_the_face_returns() -> None:
    hold = Hold("face", TIMING)
    hold.keep(face(0, jawOpen=0.0))
    for i in range(1, 30):
        hold.miss(i, i * FRAME_NS)
    back = [hold.keep(face(i, jawOpen=1.0)) for i in range(30, 45)]
    jaw = [0.0, *(float(frame.vector[JAW]) for frame in back)]
    assert max(np.diff(jaw)) < 0.3
    assert jaw[-1] == 1.0
    assert all(frame.tracked for frame in back)


def test_lost_again_in_the_middle_of_the_blend_goes_on_from_there() -> None:
    hold = Hold("face", TIMING)
    hold.keep(face(0, jawOpen=0.0))
    hold.miss(1, FRAME_NS)
    hold.keep(face(2, jawOpen=1.0))
    shown = hold.keep(face(4, jawOpen=1.0)).vector[JAW]
    assert 0.0 < shown < 1.0
    assert hold.miss(5, 5 * FRAME_NS).vector[JAW] == shown


def test_before_any_face_there_is_a_neutral_one() -> None:
    frame = Hold("nobody", TIMING).miss(3, 99)
    assert (frame.subject, frame.index, frame.captured_ns) == ("nobody", 3, 99)
    assert not frame.vector.any()


def test_zero_durations_are_steps() -> None:
    hold = Hold("face", HoldTiming(0.0, 0.0, 0.0))
    hold.keep(face(0, jawOpen=1.0))
    hold.miss(1, FRAME_NS)
    assert hold.miss(2, 2 * FRAME_NS).vector[JAW] == 0.0
    assert hold.keep(face(3, jawOpen=0.7)).vector[JAW] == np.float32(0.7)


def test_smoothstep_is_clamped_and_rises() -> None:
    assert (smoothstep(-1), smoothstep(0.5), smoothstep(2)) == (0.0, 0.5, 1.0)
