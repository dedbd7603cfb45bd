import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.expression.metrics import bootstrap, calibration_error, confusion, score

TRUTH = np.array([0, 0, 0, 1, 1, 2], dtype=np.int64)
SAID = np.array([0, 0, 1, 1, 2, 2], dtype=np.int64)


def test_by_hand() -> None:
    found = score(TRUTH, SAID, 4)
    assert found.n == 6
    assert found.accuracy == pytest.approx(4 / 6)
    assert found.recall[:3] == pytest.approx((2 / 3, 1 / 2, 1.0))
    assert np.isnan(found.recall[3])
    assert found.confusion.tolist() == [
        [2, 1, 0, 0],
        [0, 1, 1, 0],
        [0, 0, 1, 0],
        [0, 0, 0, 0],
    ]
    # F1: 2*2/(3+2), 2*1/(2+2), 2*1/(1+2); the fourth class does not occur.
    each = (4 / 5, 1 / 2, 2 / 3)
    assert found.macro_f1 == pytest.approx(sum(each) / 3)
    assert found.weighted_f1 == pytest.approx((3 * each[0] + 2 * each[1] + each[2]) / 6)
    assert np.isnan(found.calibration)


def test_as_scikit_learn_has_it() -> None:
    sklearn = pytest.importorskip("sklearn.metrics", reason="needs scikit-learn")
    rng = np.random.default_rng(0)
    truth, said = rng.integers(0, 7, (2, 500))
    found = score(truth, said, 7)
    assert found.macro_f1 == pytest.approx(
        sklearn.f1_score(truth, said, average="macro")
    )
    assert found.weighted_f1 == pytest.approx(
        sklearn.f1_score(truth, said, average="weighted")
    )
    np.testing.assert_array_equal(
        found.confusion, sklearn.confusion_matrix(truth, said)
    )


def test_the_interval_is_the_binomial_one() -> None:
    right = np.arange(1000) < 700
    low, high = bootstrap(right)
    # 1.96 * sqrt(0.7 * 0.3 / 1000) = 0.0284
    assert (low, high) == pytest.approx((0.6716, 0.7284), abs=0.003)
    assert bootstrap(right) == bootstrap(right)


def test_calibration() -> None:
    sure = np.array([[0.8, 0.2]] * 10, np.float32)
    honest = np.array([0] * 8 + [1] * 2)
    assert calibration_error(honest, sure) == pytest.approx(0.0, abs=1e-6)
    assert calibration_error(np.zeros(10, int), sure) == pytest.approx(0.2, abs=1e-6)
    assert calibration_error(np.ones(10, int), sure) == pytest.approx(0.8, abs=1e-6)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1))
def test_every_face_is_counted_once(pairs: list[tuple[int, int]]) -> None:
    truth, said = (
        np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True)
    )
    table = confusion(truth, said, 7)
    assert table.sum() == len(pairs)
    found = score(truth, said, 7)
    assert 0.0 <= found.low <= found.accuracy + 1e-9
    assert found.accuracy <= found.high + 1e-9
