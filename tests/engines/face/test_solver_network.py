import numpy as np
import pytest

from engines.face.canonical_face import CANONICAL
from engines.face.patches import EYE, SIZE, cut_patches, standardise
from engines.face.preprocess import align
from engines.face.solver_network import NOBODY, Look, SolverNetwork, look
from engines.runtime.engine import FeedError
from engines.runtime.graphs import SOLVER
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from protocols.channels import INDEX
from protocols.rotation import from_yaw_pitch_roll
from tests.bridge.solve.puppet import face, seen
from tests.engines.fake_solver import FakeSolverEngine
from tests.engines.runtime.tiny_onnx import solver_of_first_numbers

RNG = np.random.default_rng(3)


def somebody() -> Look:
    def numbers(*shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        return RNG.normal(size=shape).astype(np.float32)

    return Look(numbers(478, 3), numbers(SIZE), numbers(3))


def test_the_network_is_fed_what_its_contract_says() -> None:
    engine = FakeSolverEngine()
    now, rest = somebody(), somebody()
    SolverNetwork(engine)(now, rest, 0.5)
    fed = engine.fed
    assert {n: a.shape for n, a in fed.items()} == {
        spec.name: spec.shape for spec in SOLVER.inputs
    }
    np.testing.assert_array_equal(fed["landmarks"][0], now.points)
    np.testing.assert_array_equal(fed["turn"][0], now.turn)
    for at, whose in enumerate((now, rest)):
        left, right, mouth = np.split(whose.patches, [EYE * EYE, 2 * EYE * EYE])
        np.testing.assert_array_equal(fed["eyes"][0, at].reshape(-1), left)
        mirrored = right.reshape(EYE, EYE)[:, ::-1]
        np.testing.assert_array_equal(fed["eyes"][1, at], mirrored)
        np.testing.assert_array_equal(fed["mouth"][0, at].reshape(-1), mouth)
        np.testing.assert_array_equal(fed["mouth"][1, at], fed["mouth"][0, at][:, ::-1])
    # The second view is the mirror image: the nose's tip, and one eye's corner.
    np.testing.assert_array_equal(fed["landmarks"][1, 4], now.points[4] * (-1, 1, 1))
    moved = 0.5 * (now.points - rest.points)
    np.testing.assert_allclose(fed["moved"][0], moved, atol=1e-6)
    np.testing.assert_allclose(fed["moved"][1, 33], moved[263] * (-1, 1, 1), atol=1e-6)
    np.testing.assert_array_equal(fed["turn"][1], now.turn * (1, -1, -1))


def test_nothing_of_one_call_is_left_in_the_next() -> None:
    engine = FakeSolverEngine()
    solver, now = SolverNetwork(engine), somebody()
    solver(now)
    first = engine.fed
    solver(somebody(), somebody())
    solver(now)
    for name, array in first.items():
        np.testing.assert_array_equal(engine.fed[name], array)
    # Of whom nothing is known, nothing has moved, and there is no picture.
    assert not first["moved"].any()
    assert not first["eyes"][:, 1].any() and not first["mouth"][:, 1].any()


def test_answers_are_the_callers_own() -> None:
    engine = FakeSolverEngine(0.25, 0.5)
    found = SolverNetwork(engine)(somebody())
    engine.weights[:], engine.sigma[:] = 1.0, 1.0
    assert (found.weights == 0.25).all() and (found.sigma == 0.5).all()
    assert found.weights.shape == found.sigma.shape == (52,)


@pytest.mark.parametrize("part", ["points", "patches", "turn"])
def test_what_is_not_finite_is_refused(part: str) -> None:
    now = somebody()
    getattr(now, part).reshape(-1)[1] = np.nan
    with pytest.raises(FeedError, match="NaN"):
        SolverNetwork(FakeSolverEngine())(now)


def test_a_look_is_the_aligned_face_its_picture_and_its_turn() -> None:
    picture = RNG.integers(0, 256, (480, 640, 3), dtype=np.uint8)
    turned = seen(face(), from_yaw_pitch_roll(0.3, -0.2, 0.0))
    alignment = align(turned.points)
    assert alignment is not None
    found = look(picture, alignment)
    np.testing.assert_allclose(found.points, CANONICAL, atol=0.01)
    assert found.turn[:2].tolist() == pytest.approx([-0.2, 0.3], abs=0.05)
    np.testing.assert_array_equal(
        found.patches, standardise(cut_patches(picture, alignment))
    )
    assert found.patches.dtype == found.turn.dtype == np.float32
    assert NOBODY.patches.shape == found.patches.shape


def test_a_real_runtime_takes_and_closes_it() -> None:
    engine = OnnxRuntimeEngine(SOLVER, solver_of_first_numbers())
    solver, now = SolverNetwork(engine), somebody()
    found = solver(now)
    wanted = 1.0 / (1.0 + np.exp(-now.points.reshape(-1)[:52]))
    np.testing.assert_allclose(found.weights, wanted, atol=1e-5)
    assert 0.0 < found.sigma[INDEX["jawOpen"]] < 1.0
    solver.close()
    with pytest.raises(RuntimeError, match="close"):
        solver(now)
