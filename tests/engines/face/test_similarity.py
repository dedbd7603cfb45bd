import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.face.similarity import best_rotation
from protocols.arrays import Numbers


def by_singular_values(products: Numbers) -> tuple[Numbers, float]:
    """Kabsch and Umeyama's way, to compare with."""
    u, sizes, vt = np.linalg.svd(products)
    sign = 1.0 if np.linalg.det(u) * np.linalg.det(vt) > 0 else -1.0
    u[:, 2] *= sign
    return u @ vt, float(sizes[0] + sizes[1] + sign * sizes[2])


def bound(start: Numbers, end: Numbers) -> float:
    return float(np.sqrt((start**2).sum() * (end**2).sum()))


@pytest.mark.parametrize("noise", [0.0, 0.01, 0.3])
def test_it_is_the_answer_of_the_singular_values(noise: float) -> None:
    random = np.random.default_rng(11)
    for _ in range(200):
        start = random.normal(size=(30, 3)) * (8.0, 10.0, 3.0)
        start -= start.mean(axis=0)
        turn = by_singular_values(random.normal(size=(3, 3)))[0]
        end = 7.0 * (start @ turn.T) + noise * random.normal(size=start.shape)
        end -= end.mean(axis=0)
        products = end.T @ start
        found = best_rotation(products, bound(start, end))
        assert found is not None
        want, total = by_singular_values(products)
        assert np.allclose(found[0], want, atol=1e-7)
        assert found[1] == pytest.approx(total, rel=1e-9)


def test_a_flat_face_is_enough_a_line_is_not() -> None:
    random = np.random.default_rng(3)
    flat = random.normal(size=(20, 3)) * (1.0, 1.0, 0.0)
    found = best_rotation(flat.T @ flat, bound(flat, flat))
    assert found is not None and np.allclose(found[0], np.eye(3), atol=1e-6)
    line = random.normal(size=(20, 3)) * (1.0, 0.0, 0.0)
    assert best_rotation(line.T @ line, bound(line, line)) is None
    assert best_rotation(np.zeros((3, 3)), 0.0) is None


@given(st.lists(st.floats(-1e3, 1e3), min_size=9, max_size=9))
def test_whatever_comes_out_is_a_rotation(values: list[float]) -> None:
    products = np.array(values).reshape(3, 3)
    # The nuclear norm is a bound for any points that could have made this.
    found = best_rotation(products, float(np.linalg.svd(products)[1].sum()) * 1.01)
    if found is not None:
        assert np.allclose(found[0] @ found[0].T, np.eye(3), atol=1e-4)
        assert np.linalg.det(found[0]) == pytest.approx(1.0, abs=1e-4)
