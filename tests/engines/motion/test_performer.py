import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engines.motion.absence import Absence
from engines.motion.bank import SLOW_S, TIMES_S
from engines.motion.body import BODY_LIMIT
from engines.motion.generator import MotionGenerator
from engines.motion.idle import Idle
from engines.motion.limits import SLEW
from engines.motion.performer import Performer
from engines.motion.signals import PLACE, WEIGHTS
from engines.motion.style import Style
from protocols.bones import bone_quaternions, head_turn
from protocols.channels import (
    CHANNELS,
    INDEX,
    POSITION_SLICE,
    ROTATION_SLICE,
    WEIGHTS_SLICE,
    Vector,
    bone_slice,
)
from protocols.rotation import rotation_vector
from tests.bridge.faces import vector

from .faces import engine, generator
from .graph import mean_of

ENGINE = engine(mean_of(mean=0, trend=0.5))
JAW, BLINK, X = (INDEX[n] for n in ("jawOpen", "eyeBlinkLeft", "headPosition.x"))

any_vector = hnp.arrays(
    np.float32, len(CHANNELS), elements=st.floats(width=32) | st.floats(-2, 2, width=32)
)
moments = st.lists(
    st.tuples(
        st.none() | any_vector, st.floats(-1.0, 3.0) | st.sampled_from([0.0, 1e6, -1e6])
    ),
    min_size=1,
    max_size=10,
)


def play(
    performer: Performer, moments: list[tuple[Vector | None, float]]
) -> list[Vector]:
    at_s, shown = 100.0, []
    for seen, step_s in moments:
        at_s += step_s
        if seen is None:
            performer.miss(at_s)
        else:
            performer.observe(seen, at_s)
        shown += [performer.show(at_s), performer.show(at_s + 0.01)]
    return shown


@settings(max_examples=100, deadline=None)
@given(moments, st.sampled_from(["natural", "toon", "held"]), st.booleans())
def test_whatever_is_seen_the_character_stays_in_bounds_and_repeatable(
    moments: list[tuple[Vector | None, float]], style: Style, idle: bool
) -> None:
    shown, again = (
        play(
            Performer(
                MotionGenerator(ENGINE), absence=Absence(idle=idle), style=style, seed=3
            ),
            moments,
        )
        for _ in range(2)
    )
    for out in shown:
        assert np.isfinite(out).all()
        weights, turns = out[WEIGHTS_SLICE], out[ROTATION_SLICE]
        assert (weights >= 0.0).all() and (weights <= 1.0).all()
        assert (np.abs(turns) <= math.pi).all()
        for bone in ("upperChest", "chest", "spine", "leftShoulder", "rightShoulder"):
            assert (np.abs(out[bone_slice(bone)]) <= BODY_LIMIT + 1e-6).all()
        assert (np.abs(out[POSITION_SLICE]) <= 3.0).all()
    assert [a.tobytes() for a in shown] == [b.tobytes() for b in again]


@settings(max_examples=30, deadline=None)
@given(rate=st.floats(10.0, 240.0), out_rate=st.sampled_from([30, 60, 90, 120]))
def test_nothing_jumps_at_any_rate(rate: float, out_rate: int) -> None:
    performer = Performer(MotionGenerator(ENGINE))
    at_s, taken_s, before = 5.0, -1.0, None
    random = np.random.default_rng(round(rate))
    for _ in range(out_rate * 2):
        at_s += 1.0 / out_rate
        if at_s - taken_s > 1.0 / rate:
            taken_s = at_s
            if random.random() < 0.8:
                seen = random.random(len(CHANNELS)).astype(np.float32)
                performer.observe(seen, at_s)
            else:
                performer.miss(at_s)
        now = performer.show(at_s)
        if before is not None:
            moved = np.abs(now[WEIGHTS_SLICE] - before[WEIGHTS_SLICE])
            assert (moved <= SLEW[WEIGHTS] / out_rate + 1e-5).all()
            place = np.abs(now[POSITION_SLICE] - before[POSITION_SLICE])
            assert (place <= SLEW[PLACE] / out_rate + 1e-5).all()
        before = now


def test_the_head_looks_where_it_was_seen_to_whatever_the_body_does() -> None:
    performer = Performer(generator(mean_of(mean=0)), neck_share=0.35)
    for i in range(60):
        yaw, pitch = 0.4 * math.sin(i / 9), 0.2 * math.cos(i / 7)
        seen = vector(neck__x=0.35 * pitch, neck__y=0.35 * yaw)
        seen += vector(head__x=0.65 * pitch, head__y=0.65 * yaw)
        performer.observe(seen, i / 30)
        out = performer.show(i / 30)
        turn = rotation_vector(head_turn(bone_quaternions(out)))
        np.testing.assert_allclose(turn, (pitch, yaw, 0.0), atol=1e-5)


def test_the_body_follows_the_head_a_little_and_late() -> None:
    performer = Performer(generator(mean_of(mean=0)), absence=Absence(idle=False))
    chest, spine = INDEX["upperChest.y"], INDEX["spine.y"]
    trace = []
    for i in range(120):
        performer.observe(vector(head__y=0.0 if i < 30 else 0.4), i / 60)
        trace.append(performer.show(i / 60))
    late = np.array(trace)
    for at, low_ms, high_ms in ((chest, 80, 140), (spine, 120, 190)):
        half = int(np.argmax(late[:, at] > 0.5 * late[-1, at])) - 30
        assert low_ms * 0.9 < 1000 * half / 60 < high_ms
    body = sum(float(late[-1, INDEX[f"{b}.y"]]) for b in ("upperChest", "chest"))
    assert body + float(late[-1, spine]) == pytest.approx(0.25 * 0.4, rel=0.02)
    assert np.diff(late[:, chest]).min() > -1e-6  # no overshoot


def test_eyes_meet_at_the_camera_and_part_in_the_distance() -> None:
    performer = Performer(generator(mean_of(mean=0)), absence=Absence(idle=False))
    performer.observe(vector(headPosition__z=-0.6), 0.0)
    out = performer.show(0.0)
    left, right = out[INDEX["leftEye.y"]], out[INDEX["rightEye.y"]]
    # Both about 3 degrees to the nose: the left eye to the actor's right, which is -y.
    assert left == pytest.approx(-math.atan(0.0315 / 0.6), abs=1e-5) == -right
    performer.observe(
        vector(eyeLookOutLeft=0.9, eyeLookInRight=0.9, headPosition__z=-0.6), 1.0
    )
    out = performer.show(1.0)
    assert out[INDEX["leftEye.y"]] == pytest.approx(out[INDEX["rightEye.y"]], abs=1e-4)


def test_shoulders_breathe_a_degree_and_a_laugh_shakes_them() -> None:
    calm, merry = (Performer(generator(mean_of(mean=0))) for _ in range(2))
    lifts: dict[str, list[float]] = {"calm": [], "merry": []}
    for i in range(600):
        calm.observe(vector(), i / 60)
        laugh = vector(mouthSmileLeft=1.0, mouthSmileRight=1.0, jawOpen=0.7)
        merry.observe(laugh, i / 60)
        lifts["calm"].append(float(calm.show(i / 60)[INDEX["leftShoulder.z"]]))
        lifts["merry"].append(float(merry.show(i / 60)[INDEX["leftShoulder.z"]]))
    degrees = np.degrees(lifts["calm"])
    assert 0.9 < degrees.max() < 1.01 and -1.01 < degrees.min() < -0.9
    signs = np.sign(degrees)
    assert 3 <= np.count_nonzero(np.diff(signs)) <= 6  # 2 to 3 breaths in 10 s
    assert (
        np.abs(np.diff(lifts["merry"])).max() > 5 * np.abs(np.diff(degrees)).max() / 57
    )


def test_half_a_second_is_bridged_then_the_character_idles_and_comes_back() -> None:
    performer = Performer(generator(mean_of(mean=0)), seed=1)
    shown = []
    for i in range(240):
        if i < 30 or i >= 200:
            performer.observe(vector(jawOpen=0.8, headPosition__x=0.1), i / 30)
        else:
            performer.miss(i / 30)
        assert performer.seen is (i < 30 or i >= 200)
        shown.append(performer.show(i / 30))
    jaw = [float(out[JAW]) for out in shown]
    assert jaw[:45] == pytest.approx([0.8] * 45, abs=1e-5)
    assert all(a >= b - 1e-6 for a, b in itertools.pairwise(jaw[45:80]))
    assert max(jaw[80:200]) == 0.0
    away = np.array(shown[80:200])
    assert away[:, BLINK].max() > 0.8 and away[:, BLINK].min() < 0.05
    assert np.ptp(away[:, INDEX["head.y"]]) > 0.005
    assert away[:, X] == pytest.approx(np.full(120, 0.1), abs=1e-6)
    back = jaw[200:]
    assert back[0] < 0.1 and 0.1 < back[3] < 0.75
    assert back[6:] == pytest.approx([0.8] * 34, abs=1e-5)  # after 0.2 s


def test_somebody_else_is_blended_in_without_a_gap() -> None:
    performer = Performer(generator(mean_of(mean=0)))
    for i in range(30):
        performer.observe(vector(jawOpen=0.8), i / 30)
        performer.show(i / 30)
    performer.expect_another_face()
    jaw = []
    for i in range(30, 60):
        performer.observe(vector(jawOpen=0.2), i / 30)
        jaw.append(float(performer.show(i / 30)[JAW]))
    assert jaw[0] > 0.75 and 0.25 < jaw[3] < 0.75
    assert jaw[7:] == pytest.approx([0.2] * 23, abs=1e-5)
    # Once only.
    performer.observe(vector(jawOpen=0.3), 2.0)
    assert float(performer.show(2.0)[JAW]) == pytest.approx(0.3, abs=1e-5)


def test_nothing_of_one_persons_motion_is_told_by_anothers() -> None:
    slowest = mean_of(mean=len(TIMES_S) + len(SLOW_S) - 1)
    followed, fresh = (Performer(generator(slowest)) for _ in range(2))
    for i in range(90):
        followed.observe(vector(jawOpen=0.6), i / 30)
    followed.expect_another_face()
    followed.miss(3.0)
    assert float(followed.show(3.0)[JAW]) == pytest.approx(0.6, abs=1e-3)
    for i in range(91, 120):
        for each in (followed, fresh):
            each.observe(vector(jawOpen=0.001 * i), i / 30)
        there = followed.generator.at(i / 30)
        assert np.array_equal(there, fresh.generator.at(i / 30))


def test_without_idling_the_character_rests_and_is_still() -> None:
    performer = Performer(generator(mean_of(mean=0)), absence=Absence(idle=False))
    performer.observe(vector(jawOpen=0.8), 0.0)
    for i in range(1, 60):
        performer.miss(i / 30)
        out = performer.show(i / 30)
    eyes = [INDEX["leftEye.y"], INDEX["rightEye.y"]]
    out = out.copy()
    out[eyes] = 0.0
    assert not out.any()


def test_blinks_while_idle_come_as_a_persons_do() -> None:
    for seed in range(5):
        idle = Idle(seed)
        at = np.arange(0, 120, 1 / 120)
        shut = np.array([idle.blink(t) for t in at])
        starts = np.flatnonzero((shut[1:] > 0.05) & (shut[:-1] <= 0.05)) / 120
        assert 25 <= len(starts) <= 40
        gaps = np.diff(starts)
        assert gaps.min() > 1.0 and gaps.max() < 6.1 and gaps.std() > 0.5
        lasts = np.count_nonzero(shut > 0.05) / 120 / len(starts)
        assert 0.15 < lasts < 0.4 and shut.max() == 1.0
    assert Idle(1).blink(1.0) == Idle(1).blink(1.0)
    one, other = ([Idle(s).blink(t / 30) for t in range(900)] for s in (1, 2))
    assert one != other


@pytest.mark.parametrize(
    ("style", "jaw", "blink"), [("natural", 0.6, 0.9), ("calm", 0.51, 0.9)]
)
def test_a_style_has_its_size_but_keeps_blinks(
    style: Style, jaw: float, blink: float
) -> None:
    performer = Performer(generator(mean_of(mean=0)), style=style)
    performer.observe(vector(jawOpen=0.6, eyeBlinkLeft=0.9), 0.0)
    out = performer.show(0.0)
    assert float(out[JAW]) == pytest.approx(jaw)
    assert float(out[BLINK]) == pytest.approx(blink)


def test_toon_is_larger_and_never_beyond_one() -> None:
    performer = Performer(generator(mean_of(mean=0)), style="toon")
    performer.observe(vector(jawOpen=0.6, mouthPucker=0.95), 0.0)
    out = performer.show(0.0)
    assert float(out[JAW]) == pytest.approx(0.75)
    assert out[INDEX["mouthPucker"]] == 1.0


def test_held_shows_twelve_poses_a_second_and_may_be_switched_on_at_any_time() -> None:
    performer = Performer(generator(mean_of(mean=0)))
    for style, poses in (("natural", 120), ("held", 12)):
        performer.style = style  # type: ignore[assignment]  # from a tuple
        start_s = 0.0 if style == "natural" else 1.0
        shown = []
        for i in range(120):
            at_s = start_s + i / 120
            performer.observe(vector(jawOpen=0.5 + 0.4 * math.sin(at_s)), at_s)
            shown.append(float(performer.show(at_s)[JAW]))
        changes = np.count_nonzero(np.diff(shown)) + 1
        assert abs(changes - poses) <= 1


def test_the_lead_shows_what_comes() -> None:
    now, ahead = Performer(MotionGenerator(ENGINE)), Performer(MotionGenerator(ENGINE))
    ahead.lead_s = 0.1
    for performer in (now, ahead):
        performer.observe(vector(jawOpen=0.3), 0.0)
    assert float(now.show(0.0)[JAW]) == pytest.approx(0.3)
    assert float(ahead.show(0.0)[JAW]) == pytest.approx(0.35)
