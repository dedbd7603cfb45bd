import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bridge.solve.actor import Actor
from bridge.solve.tracker import Landmarks
from protocols.arrays import Floats
from protocols.channels import INDEX, WEIGHTS_SLICE, bone_slice
from protocols.frame import FaceFrame
from protocols.rotation import from_yaw_pitch_roll
from tests.bridge.solve.puppet import FRAME_NS, Face, face, seen, shifted, shot, shut


def settled() -> Actor:
    """Return an actor who has been calm for a second and a half."""
    actor = Actor("face")
    for i in range(45):
        actor.solve(shot(i), seen(face()))
    return actor


def after(points: Face, actor: Actor | None = None, yaw: float = 0.0) -> FaceFrame:
    turn = from_yaw_pitch_roll(yaw, 0.0, 0.0)
    return (actor or settled()).solve(shot(50), seen(points, turn))


def curve(frame: FaceFrame, name: str) -> float:
    return float(frame.vector[INDEX[name]])


def test_a_calm_face_is_all_zero_and_sure() -> None:
    frame = after(face())
    assert float(frame.vector[WEIGHTS_SLICE].max()) < 0.05
    assert frame.confidence > 0.95
    assert (frame.index, frame.captured_ns, frame.subject) == (
        50,
        50 * FRAME_NS,
        "face",
    )


@pytest.mark.parametrize(
    ("side", "own", "other"),
    [
        ("left", "eyeBlinkLeft", "eyeBlinkRight"),
        ("right", "eyeBlinkRight", "eyeBlinkLeft"),
    ],
)
@pytest.mark.parametrize("yaw", [-0.3, 0.0, 0.3])
def test_a_wink_stays_on_its_own_side(
    side: str, own: str, other: str, yaw: float
) -> None:
    frame = after(shut(face(), side), yaw=yaw)
    assert curve(frame, own) > 0.8
    assert curve(frame, other) < 0.15


@pytest.mark.parametrize("share", [0.0, 0.15, 0.25])
def test_eyes_a_little_narrower_do_not_blink(share: float) -> None:
    frame = after(shut(shut(face(), "left", share), "right", share))
    assert curve(frame, "eyeBlinkLeft") < 0.15
    assert curve(frame, "eyeBlinkRight") < 0.15


def test_neck_and_head_share_the_turn() -> None:
    actor = Actor("face", neck_share=0.25)
    frame = after(face(), actor, yaw=0.4)
    head, neck = frame.vector[bone_slice("head")], frame.vector[bone_slice("neck")]
    assert float(head[1] + neck[1]) == pytest.approx(0.4, abs=0.02)
    assert float(neck[1]) == pytest.approx(0.25 * 0.4, abs=0.01)


def test_a_turned_head_is_doubted_more() -> None:
    ahead, aside, away = (after(face(), yaw=yaw).doubt for yaw in (0.0, 0.5, 1.1))
    assert ahead is not None and aside is not None and away is not None
    np.testing.assert_allclose(aside, 1.125 * ahead, rtol=0.02)
    assert (away > 1.5 * ahead).all() or (away > 0.4).all()


def test_a_stranger_is_doubted_more_than_a_face_that_is_known() -> None:
    actor = Actor("face")
    first = actor.solve(shot(0), seen(face())).doubt
    for i in range(1, 90):
        last = actor.solve(shot(i), seen(face())).doubt
    assert first is not None and last is not None
    assert (last < first).all()


def test_eyes_turn_where_they_look() -> None:
    left = after(shifted(face(), dict.fromkeys(range(468, 478), (0.4, 0.0, 0.0))))
    for bone in ("leftEye", "rightEye"):
        assert left.vector[bone_slice(bone)][1] > 0.1
    up = after(shifted(face(), dict.fromkeys(range(468, 478), (0.0, 0.3, 0.0))))
    for bone in ("leftEye", "rightEye"):
        assert up.vector[bone_slice(bone)][0] < -0.05


def test_the_gaze_is_held_while_the_lids_are_shut() -> None:
    actor = settled()
    aside = shifted(face(), dict.fromkeys(range(468, 478), (0.4, 0.0, 0.0)))
    before = actor.solve(shot(45), seen(aside))
    blink = shut(shut(face(), "left"), "right")
    during = actor.solve(shot(46), seen(blink))
    assert curve(during, "eyeBlinkLeft") > 0.9
    assert curve(during, "eyeLookOutLeft") == pytest.approx(
        curve(before, "eyeLookOutLeft"), abs=0.02
    )


def test_a_face_far_from_the_camera_is_far_behind_zero() -> None:
    frame = after(face())
    x, y, z = frame.vector[-3:].tolist()
    assert (x, y) == pytest.approx((0.0, 0.0), abs=0.02)
    assert -0.6 < z < -0.3


def test_what_is_no_face_holds_the_last_pose_untracked() -> None:
    actor = settled()
    smile = shifted(face(), dict.fromkeys((61, 78, 291, 308), (0.0, 0.8, -0.4)))
    last = actor.solve(shot(45), seen(smile))
    for value in (np.nan, np.inf, 0.0):
        points = np.full((478, 3), value, dtype=np.float32)
        frame = actor.solve(shot(46), Landmarks(points, 640, 480))
        assert not frame.tracked
        assert frame.confidence == 0.0
        np.testing.assert_array_equal(frame.vector, last.vector)


@settings(max_examples=60)
@given(hnp.arrays(np.float32, (478, 3), elements=st.floats(-1e4, 1e4, width=32)))
def test_garbage_gives_finite_frames(points: Floats) -> None:
    frame = Actor("face").solve(shot(0), Landmarks(points, 640, 480))
    assert np.isfinite(frame.vector).all()
    assert 0.0 <= frame.confidence <= 1.0
    weights = frame.vector[WEIGHTS_SLICE]
    assert 0.0 <= float(weights.min()) <= float(weights.max()) <= 1.0


def test_the_same_frames_give_the_same_bytes() -> None:
    def run() -> bytes:
        actor, rng = Actor("face"), np.random.default_rng(5)
        return b"".join(
            actor.solve(
                shot(i), seen(face() + rng.normal(0, 0.1, (478, 3)))
            ).vector.tobytes()
            for i in range(40)
        )

    assert run() == run()


def test_calibration_makes_the_held_face_neutral() -> None:
    actor = Actor("face")
    actor.calibrate(0.5)
    smile = shifted(face(), dict.fromkeys((61, 78, 291, 308), (0.0, 0.8, -0.4)))
    for i in range(20):
        actor.solve(shot(i), seen(smile))
    assert actor.calibrated
    frame = actor.solve(shot(20), seen(smile))
    assert float(frame.vector[WEIGHTS_SLICE].max()) < 0.05
    actor.reset()
    assert not actor.calibrated


SMILE = shifted(face(), dict.fromkeys((61, 78, 291, 308), (0.0, 0.8, -0.4)))


def acts(actor: Actor, points: Face, index: int) -> float:
    frame = actor.solve(shot(index), seen(points))
    return float(frame.vector[WEIGHTS_SLICE].max())


def test_the_first_person_who_is_met_is_whoever_was_followed() -> None:
    actor = settled()
    before = actor.neutral_points
    actor.meet(3)
    actor.meet(3)
    np.testing.assert_array_equal(actor.neutral_points, before)


def test_everybody_who_is_met_has_a_neutral_face_of_their_own() -> None:
    actor = Actor("face")
    actor.meet(0)
    actor.calibrate(0.5)
    for i in range(20):
        actor.solve(shot(i), seen(SMILE))
    assert actor.calibrated and acts(actor, SMILE, 20) < 0.05
    actor.meet(1)
    assert not actor.calibrated and acts(actor, SMILE, 21) > 0.5
    actor.meet(0)
    assert actor.calibrated and acts(actor, SMILE, 22) < 0.05


def test_a_given_neutral_face_is_everybodys_who_has_none() -> None:
    actor = Actor("face")
    actor.know_neutral(SMILE.astype(np.float32))
    for person in (0, 1, 0):
        actor.meet(person)
        assert actor.calibrated and acts(actor, SMILE, person) < 0.05


def test_a_neutral_face_can_be_forgotten_while_it_runs() -> None:
    actor = Actor("face")
    actor.meet(0)
    actor.calibrate(0.5)
    for i in range(20):
        actor.solve(shot(i), seen(SMILE))
    assert actor.calibrated
    assert actor.reset_neutral() is False
    assert not actor.calibrated and acts(actor, SMILE, 20) > 0.5
    # Nor is it restored when the same person comes back.
    actor.meet(1)
    actor.meet(0)
    assert not actor.calibrated
    actor.calibrate(5.0)
    actor.reset_neutral()
    assert not actor.calibrating


def test_a_given_neutral_face_comes_back_until_it_is_taken_away() -> None:
    actor = Actor("face")
    actor.know_neutral(SMILE.astype(np.float32))
    actor.calibrate(0.5)
    for i in range(20):
        actor.solve(shot(i), seen(face()))
    assert acts(actor, SMILE, 20) > 0.5
    assert actor.reset_neutral() is True
    assert actor.calibrated and acts(actor, SMILE, 21) < 0.05
    actor.know_neutral(None)
    assert not actor.calibrated and acts(actor, SMILE, 22) > 0.5


def test_to_take_away_what_was_not_given_changes_nothing() -> None:
    actor = settled()
    before = actor.neutral_points
    actor.know_neutral(None)
    np.testing.assert_array_equal(actor.neutral_points, before)


def test_a_calibration_under_way_begins_anew_with_another_person() -> None:
    actor = Actor("face")
    actor.meet(0)
    actor.calibrate(1.0)
    for i in range(20):
        actor.solve(shot(i), seen(face()))
    actor.meet(1)
    for i in range(20, 45):
        actor.solve(shot(i), seen(SMILE))
        assert actor.calibrating
    for i in range(45, 52):
        actor.solve(shot(i), seen(SMILE))
    assert actor.calibrated and acts(actor, SMILE, 52) < 0.05


def test_a_face_cut_off_by_the_edge_is_less_sure() -> None:
    inside = Actor("face").solve(shot(0), seen(face()))
    cut = Actor("face").solve(shot(0), seen(face(), at=(20.0, 240.0)))
    assert cut.confidence < 0.8 * inside.confidence
