import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.motion.bank import MOMENT, advance, started
from engines.motion.movement import BELIEF, Movement, following
from engines.motion.network_state import NetworkState
from engines.motion.signals import COUNT, PLACE, TURN, WEIGHTS, Signals

from .faces import engine, generator, signals, value
from .graph import mean_of

share = st.floats(0.0, 1.0)
STEP_S = 1 / 30
CALM = np.full(COUNT, 0.3, dtype=np.float32)


def moves(*faces: Signals) -> list[float]:
    """How much the face moves with each of the frames."""
    movement, bank, found = Movement(), started(faces[0]), []
    for face in faces:
        bank = advance(bank, face, STEP_S)
        found.append(movement(bank, STEP_S))
    return found


def shaken(size: float, frames: int = 90) -> list[Signals]:
    noise = np.random.default_rng(5).normal(0.0, size, (frames, COUNT))
    return [CALM + each.astype(np.float32) for each in noise]


def opened(*sizes: float) -> list[Signals]:
    """Faces with ten curves farther out by each of the sizes."""
    faces = []
    for size in sizes:
        face = CALM.copy()
        face[WEIGHTS][:10] += size
        faces.append(face)
    return faces


@pytest.mark.parametrize("size", [0.0, 0.006, 0.02, 0.05])
def test_a_still_face_rests_however_noisy_its_camera(size: float) -> None:
    # The first steps of all tell nothing yet of where steps go.
    assert max(moves(*shaken(size))[3:]) < 0.2


def test_a_syllable_moves_the_face_with_its_second_frame_in_noise_too() -> None:
    assert moves(CALM, CALM, *opened(0.06, 0.12))[-1] == 1.0
    noisy = shaken(0.004, 30)
    assert moves(*noisy, *opened(0.06, 0.12))[-1] > 0.8


def test_a_face_that_has_moved_comes_to_rest_within_half_a_second() -> None:
    calm = [face - CALM + opened(0.3)[0] for face in shaken(0.006, 15)]
    assert moves(CALM, *opened(0.1, 0.2, 0.3), *calm)[-1] == 0.0


def test_a_blink_moves_the_face_and_the_head_does_not() -> None:
    shut = signals(eyeBlinkLeft=0.9, eyeBlinkRight=0.9)
    assert moves(signals(), signals(), shut)[-1] == 1.0
    turned = signals()
    turned[TURN], turned[PLACE] = 0.4, 2.0
    assert moves(signals(), signals(), turned)[-1] == 0.0


@given(steadiness=share, moved=share)
def test_more_movement_is_never_steadier(steadiness: float, moved: float) -> None:
    (still, _), (now, belief), (quick, _) = (
        following(steadiness, m) for m in (0.0, moved, 1.0)
    )
    assert 0.0 <= quick <= now + 1e-12 and now <= still + 1e-12 <= 1.0 + 2e-12
    assert 0.0 <= belief <= BELIEF


@pytest.mark.parametrize("moved", [0.0, 0.5, 1.0])
def test_the_ends_of_steadiness_stay(moved: float) -> None:
    assert following(0.0, moved) == (0.0, BELIEF * moved)
    assert following(1.0, moved) == (1.0, 0.0)


def test_belief_corrects_weights_towards_the_newest_and_nothing_else() -> None:
    state = NetworkState(engine(mean_of(mean=2, trend=1.0)))
    state.bank[:] = 0.5
    state.bank[0] = 0.7
    told = np.zeros(MOMENT, dtype=np.float32)
    state.advance(told, belief=0.5)
    now, later = state.infer(0.0, keep=True), state.infer(0.1)
    assert now is not None and later is not None
    np.testing.assert_allclose(now[WEIGHTS], 0.6, atol=1e-6)
    np.testing.assert_allclose(now[TURN], 0.5 * 0.7, atol=1e-6)
    # An instant ahead of the frame has the frame's correction, and its trend.
    np.testing.assert_allclose(later[WEIGHTS], 0.7, atol=1e-6)
    state.advance(told)
    plain = state.infer(0.0, keep=True)
    assert plain is not None
    np.testing.assert_allclose(plain[WEIGHTS], 0.5, atol=1e-6)
    state.close()


def test_a_generator_believes_a_moving_face_and_no_unseen_one() -> None:
    moving = generator(mean_of(mean=3))
    moving.steadiness = 0.75
    for i in range(10):
        moving.observe(signals(jawOpen=0.3), i / 30)
    face = signals(jawOpen=0.6, mouthLowerDownLeft=0.4, mouthLowerDownRight=0.4)
    moving.observe(face, 10 / 30)
    mean = 0.3 + (0.6 - 0.3) * (1.0 - np.exp(-STEP_S / 0.168))
    seen = value(moving.at(10 / 30), "jawOpen")
    assert seen == pytest.approx(mean + 0.94 * BELIEF * (0.6 - mean), abs=0.01)
    moving.miss(11 / 30)
    assert value(moving.at(11 / 30), "jawOpen") < seen
    moving.close()
