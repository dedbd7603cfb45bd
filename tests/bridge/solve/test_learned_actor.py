import logging
import math
from contextlib import AbstractContextManager

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bridge.capture.source import Image
from bridge.metrics import NetworkTimer
from bridge.solve.actor import Actor
from bridge.solve.tracker import Landmarks
from engines.face.canonical_face import CANONICAL
from engines.face.curve_solver import TrackerSolver
from engines.face.doubt import MEDIAPIPE
from engines.face.guard import BLEND_S, PATIENCE_S
from engines.face.learned_solver import LearnedSolver, certainty
from engines.face.preprocess import align
from engines.face.solver_network import SolverNetwork, look
from engines.runtime.engine import FeedError, Tensors
from protocols.arrays import Floats
from protocols.channels import ARKIT, INDEX, WEIGHTS_SLICE
from protocols.frame import FaceFrame
from tests.bridge.solve.puppet import FRAME_NS, Face, face, seen, shifted, shot, shut
from tests.engines.fake_solver import FakeSolverEngine

RNG = np.random.default_rng(9)
PICTURE = RNG.integers(0, 256, (480, 640, 3), dtype=np.uint8)
SMILE = shifted(face(), dict.fromkeys((61, 78, 291, 308), (0.0, 0.8, -0.4)))


def learned(
    engine: FakeSolverEngine,
    *,
    usual: float = 0.1,
    timer: AbstractContextManager[object] | None = None,
) -> Actor:
    solver = LearnedSolver(SolverNetwork(engine), "anna", usual=usual, timer=timer)
    return Actor("anna", solver)


def show(
    actor: Actor, points: Face, frames: int, start: int = 0, scale: float = 12.0
) -> FaceFrame:
    """Show a face in a picture with something in it; return the last frame."""
    for i in range(start, start + frames):
        image = Image(i, i * FRAME_NS, 0, PICTURE)
        frame = actor.solve(image, seen(points, scale=scale))
    return frame


def rest_of(engine: FakeSolverEngine) -> Face:
    """Return the rest that the network was given, where that is known for good."""
    return np.asarray(engine.fed["landmarks"][0] - engine.fed["moved"][0])


def weight(frame: FaceFrame, name: str) -> float:
    return float(frame.vector[INDEX[name]])


def test_the_networks_weights_go_out_and_its_picture_goes_in() -> None:
    engine = FakeSolverEngine()
    engine.weights[0, INDEX["tongueOut"]] = 0.75
    frame = show(learned(engine), face(), 1)
    assert weight(frame, "tongueOut") == 0.75
    # Geometry adds to raised brows, and to nothing else.
    brows = [INDEX[name] for name in ARKIT if name.startswith("brow")]
    others = np.setdiff1d(np.arange(len(ARKIT)), brows)
    assert float(frame.vector[others].sum()) == 0.75
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


def doubt(frame: FaceFrame) -> Floats:
    assert frame.doubt is not None
    return frame.doubt


def test_the_networks_deviations_are_the_doubt() -> None:
    engine = FakeSolverEngine()
    engine.sigma[0] = np.linspace(0.01, 3.0, len(ARKIT))
    frame = show(learned(engine), face(), 1)
    np.testing.assert_array_equal(doubt(frame), np.minimum(engine.sigma[0], 1.0))
    # The engine reuses its array; the frame's own does not change.
    engine.sigma[:] = 0.5
    assert doubt(frame)[0] == np.float32(0.01)


def test_while_geometry_takes_over_its_doubt_does_too() -> None:
    engine = FakeSolverEngine(sigma=1e-6)
    actor, geometric = learned(engine), Actor("face")
    show(actor, face(), 30)
    engine.weights[0, INDEX["jawOpen"]] = 1.0
    frames = [show(actor, face(), 1, 30 + i) for i in range(60)]
    known = doubt(show(geometric, face(), 90))
    doubts = np.array([doubt(frame) for frame in frames])
    # Geometry is less in doubt as it gets to know the neutral face.
    assert (np.diff(doubts, axis=0) > -1e-3).all()
    np.testing.assert_allclose(doubts[0], 1e-6)
    np.testing.assert_allclose(doubts[-1], known, rtol=1e-3)
    # It is blended as the weights are.
    blended = int((PATIENCE_S + 0.5 * BLEND_S) * 30)
    assert 0.0 < doubts[blended, 0] < known[0]


@pytest.mark.parametrize("where", ["weights", "sigma"])
@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_an_answer_that_is_none_is_geometrys(where: str, number: float) -> None:
    engine, geometric = FakeSolverEngine(), Actor("face")
    actor = learned(engine)
    show(actor, face(), 30)
    show(geometric, face(), 30)
    getattr(engine, where)[0, 7] = number
    frame = show(actor, SMILE, 1, 30)
    same = show(geometric, SMILE, 1, 30)
    np.testing.assert_array_equal(
        frame.vector[WEIGHTS_SLICE], same.vector[WEIGHTS_SLICE]
    )
    assert weight(frame, "mouthSmileLeft") > 0.5
    assert frame.confidence == same.confidence
    np.testing.assert_array_equal(doubt(frame), doubt(same))


def test_a_face_that_the_network_refuses_is_geometrys() -> None:
    class Refusing(FakeSolverEngine):
        def run(self, feeds: Tensors) -> Tensors:
            raise FeedError("solver: landmarks holds NaN or infinity")

    frame = show(learned(Refusing()), SMILE, 1)
    same = show(Actor("face"), SMILE, 1)
    np.testing.assert_array_equal(frame.vector, same.vector)
    assert frame.tracked and frame.confidence == same.confidence


def test_a_network_gone_astray_is_replaced_counted_and_told_of_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    # Quite sure of itself, so that what it says is followed at once.
    engine = FakeSolverEngine(sigma=1e-6)
    actor = learned(engine)
    with caplog.at_level(logging.INFO, logger="bridge"):
        show(actor, face(), 30)
        assert actor.guarded == 0 and not caplog.records
        engine.weights[0, INDEX["jawOpen"]] = 1.0
        assert weight(show(actor, face(), 5, 30), "jawOpen") == 1.0
        assert weight(show(actor, face(), 40, 35), "jawOpen") < 0.1
        assert actor.guarded == 1
        engine.weights[:] = 0.0
        show(actor, face(), 60, 75)
    told = [record.message for record in caplog.records]
    assert len(told) == 2
    assert "x anna: the learned solver" in told[0] and "geometry takes over" in told[0]
    assert told[1] == "- anna: the learned solver is back"
    assert actor.guarded == 1


def test_what_the_network_is_unsure_of_settles_and_a_new_actor_starts_afresh() -> None:
    engine = FakeSolverEngine(sigma=0.2)
    actor = learned(engine)
    show(actor, face(), 30)
    engine.weights[0, INDEX["jawOpen"]] = 0.05
    first = weight(show(actor, face(), 1, 30), "jawOpen")
    assert 0.0 < first < 0.03
    assert weight(show(actor, face(), 60, 31), "jawOpen") == pytest.approx(0.05)
    engine.weights[0, INDEX["jawOpen"]] = 0.1
    actor.reset()
    assert weight(show(actor, face(), 1, 91), "jawOpen") == pytest.approx(0.1)


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


def test_the_look_of_shut_eyes_is_the_networks_own() -> None:
    engine = FakeSolverEngine()
    engine.weights[0, [INDEX["eyeBlinkLeft"], INDEX["eyeLookInLeft"]]] = (1.0, 0.25)
    actor = learned(engine)
    show(actor, face(), 5)
    frame = show(actor, shut(face(), "left"), 1, 5)
    assert weight(frame, "eyeLookInLeft") == 0.25
