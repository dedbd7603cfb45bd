import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bridge.metrics import NetworkTimer
from bridge.solve.actor import Actor
from bridge.solve.tracker import Landmarks
from engines.face.canonical_face import CANONICAL
from engines.face.curve_solver import TrackerSolver
from engines.face.doubt import MEDIAPIPE
from engines.face.preprocess import align
from engines.face.solver_network import look
from protocols.arrays import Floats
from protocols.channels import ARKIT, INDEX, WEIGHTS_SLICE
from tests.bridge.solve.learned import PICTURE, RNG, SMILE, doubt, learned, show, weight
from tests.bridge.solve.puppet import Face, face, seen, shifted, shot, shut
from tests.engines.fake_solver import FakeSolverEngine


def rest_of(engine: FakeSolverEngine) -> Face:
    """Return the rest that the network was given, where that is known for good."""
    return np.asarray(engine.fed["landmarks"][0] - engine.fed["moved"][0])


def test_the_networks_weights_go_out_and_its_picture_goes_in() -> None:
    engine = FakeSolverEngine(sigma=0.02)
    engine.weights[0, INDEX["tongueOut"]] = 0.75
    frame = show(learned(engine), face(), 1)
    # Landmarks hardly show the tongue; they hold everything else.
    assert 0.5 < weight(frame, "tongueOut") <= 0.75
    others = np.delete(frame.vector[WEIGHTS_SLICE], INDEX["tongueOut"])
    assert float(others.max()) < 0.3
    alignment = align(seen(face()).points)
    assert alignment is not None
    now = look(PICTURE, alignment)
    np.testing.assert_array_equal(engine.fed["landmarks"][0], now.points)
    np.testing.assert_array_equal(
        engine.fed["mouth"][0, 0].reshape(-1)[-9:], now.patches[-9:]
    )


def test_the_rest_it_is_given_is_this_actors_as_far_as_it_is_known() -> None:
    engine = FakeSolverEngine()
    actor = learned(engine)
    long = face() * np.array([1.0, 1.04, 1.0])
    show(actor, long, 1)
    first = engine.fed
    show(actor, long, 60, 1)
    last = engine.fed
    now = last["landmarks"][0]
    away = np.abs(CANONICAL - now).mean()
    apart = [np.abs(fed["moved"][0]).mean() for fed in (first, last)]
    assert apart[1] < 0.2 * away < apart[0]
    assert np.abs(actor.neutral_points - now).mean() < 0.2 * away
    # The picture too: at first by its share, then nearly whole.
    shares = [
        float(np.vdot(fed["mouth"][0, 1], fed["mouth"][0, 0]))
        / float(np.vdot(fed["mouth"][0, 0], fed["mouth"][0, 0]))
        for fed in (first, last)
    ]
    assert 0.2 < shares[0] < shares[1] < 1.0 and shares[1] > 0.9


def test_every_actor_has_a_rest_of_their_own() -> None:
    engine = FakeSolverEngine()
    anna, ben = learned(engine), learned(engine)
    ben.know_neutral(SMILE.astype(np.float32))
    show(anna, face(), 30)
    calm = rest_of(engine)
    show(ben, face(), 30)
    np.testing.assert_allclose(rest_of(engine), SMILE, atol=1e-5)
    assert np.abs(calm - SMILE).max() > 0.5
    anna.reset()
    np.testing.assert_allclose(anna.neutral_points, CANONICAL, atol=1e-5)


def test_a_neutral_face_that_is_known_is_used_by_geometry_too() -> None:
    actor = Actor("face")
    actor.know_neutral(SMILE.astype(np.float32))
    assert actor.calibrated
    frame = actor.solve(shot(0), seen(SMILE))
    assert float(frame.vector[WEIGHTS_SLICE].max()) < 0.05
    np.testing.assert_allclose(actor.neutral_points, SMILE, atol=1e-5)
    # A copy: nobody changes it from outside.
    actor.neutral_points[:] = 0.0
    np.testing.assert_allclose(actor.neutral_points, SMILE, atol=1e-5)


def test_what_the_network_is_unsure_of_settles_and_a_new_actor_starts_afresh() -> None:
    engine = FakeSolverEngine(sigma=0.2)
    actor = learned(engine)
    show(actor, face(), 30)
    engine.weights[0, INDEX["cheekPuff"]] = 0.05
    first = weight(show(actor, face(), 1, 30), "cheekPuff")
    last = weight(show(actor, face(), 60, 31), "cheekPuff")
    assert 0.0 < first < 0.6 * last <= 0.6 * 0.05
    engine.weights[0, INDEX["cheekPuff"]] = 0.1
    actor.reset()
    afresh = show(actor, face(), 1, 91)
    np.testing.assert_allclose(
        afresh.vector[WEIGHTS_SLICE],
        show(learned(engine), face(), 1, 91).vector[WEIGHTS_SLICE],
        atol=1e-6,
    )
    assert weight(afresh, "cheekPuff") > last


def test_calibration_takes_the_picture_as_well() -> None:
    engine = FakeSolverEngine()
    actor = learned(engine)
    actor.calibrate(0.5)
    show(actor, SMILE, 20)
    assert actor.calibrated
    np.testing.assert_allclose(rest_of(engine), SMILE, atol=0.02)
    np.testing.assert_allclose(
        engine.fed["eyes"][0, 1], engine.fed["eyes"][0, 0], atol=1e-5
    )


def test_time_is_taken_while_the_network_and_its_patches_are_made() -> None:
    ticks = iter(range(0, 10**6, 1000))
    timer = NetworkTimer(lambda: next(ticks))
    show(learned(FakeSolverEngine(), timer=timer), face(), 3)
    assert timer.spent_ns == 3 * 2 * 1000


@settings(max_examples=60)
@given(hnp.arrays(np.float32, (478, 3), elements=st.floats(-1e4, 1e4, width=32)))
def test_garbage_gives_finite_frames(points: Floats) -> None:
    actor = learned(FakeSolverEngine(0.5))
    frame = actor.solve(shot(0), Landmarks(points, 640, 480))
    assert np.isfinite(frame.vector).all()
    assert 0.0 <= frame.confidence <= 1.0
    assert (frame.doubt is None) is not frame.tracked


def test_a_trackers_own_weights_pass() -> None:
    actor = Actor("face", TrackerSolver())
    own = RNG.uniform(0, 1, len(ARKIT)).astype(np.float32)
    points = seen(face())
    found = Landmarks(points.points, points.width, points.height, own)
    frame = actor.solve(shot(0), found)
    np.testing.assert_array_equal(frame.vector[WEIGHTS_SLICE], own)
    np.testing.assert_allclose(doubt(frame), MEDIAPIPE(0.0), rtol=1e-3)
    # What is beyond the range, or no number, is brought into it.
    own[:3] = (1.5, -0.5, np.nan)
    frame = actor.solve(shot(1), found)
    assert frame.vector[:3].tolist() == [1.0, 0.0, 0.0]
    assert actor.guarded == 0
    with pytest.raises(ValueError, match="gives no weights"):
        actor.solve(shot(2), points)


def test_a_shut_eye_looks_where_it_looked_before() -> None:
    engine = FakeSolverEngine()
    actor = learned(engine)
    show(actor, face(), 5)
    # Behind the lid the network guesses.
    guess = [INDEX["eyeBlinkLeft"], INDEX["eyeLookInLeft"]]
    engine.weights[0, guess] = (1.0, 0.75)
    frame = show(actor, shut(face(), "left"), 4, 5)
    assert weight(frame, "eyeBlinkLeft") > 0.7 and weight(frame, "eyeBlinkRight") < 0.1
    assert weight(frame, "eyeLookInLeft") < 0.15


def test_lips_that_touch_are_sent_shut() -> None:
    engine = FakeSolverEngine(sigma=0.02)
    engine.weights[0, [INDEX["jawOpen"], INDEX["mouthFunnel"]]] = 0.4
    # Points of the two lips are in one place.
    gap = CANONICAL[[13, 82, 312], 1] - CANONICAL[[14, 87, 317], 1]
    moves = {
        p: (0.0, -float(by), 0.0) for p, by in zip((13, 82, 312), gap, strict=True)
    }
    frame = show(learned(engine), shifted(face(), moves), 10)
    assert weight(frame, "mouthClose") >= weight(frame, "jawOpen") - 1e-6
    assert weight(frame, "mouthFunnel") == 0.0
