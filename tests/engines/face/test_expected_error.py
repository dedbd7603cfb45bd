import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engines.face.expected_error import (
    LEAST,
    MOST,
    REGION_OF,
    REGIONS,
    TERMS,
    expected_error,
    terms,
)
from protocols.arrays import Floats, Numbers
from protocols.channels import ARKIT, INDEX

COUNT = len(ARKIT)
SIGMAS = hnp.arrays(np.float32, COUNT, elements=st.floats(2.0**-20, 16.0, width=32))
WEIGHTS = hnp.arrays(np.float32, COUNT, elements=st.floats(0.0, 1.0, width=32))
MISFITS = hnp.arrays(np.float64, len(REGIONS), elements=st.floats(0.0, 1e6))
TURNS, SHARES = st.floats(0.0, 3.2), st.floats(0.0, 1.0)


def all_of(value: float) -> Floats:
    return np.full(COUNT, value, dtype=np.float32)


HALF, SURE, CALM = all_of(0.5), all_of(0.1), np.full(len(REGIONS), 0.6)


@given(WEIGHTS, SIGMAS, MISFITS, TURNS, SHARES)
def test_a_doubt_is_the_sum_of_its_terms(
    weights: Floats, sigma: Floats, misfit: Numbers, turn: float, share: float
) -> None:
    rng = np.random.default_rng(1)
    fit = 0.1 * rng.standard_normal((COUNT, TERMS)) - 0.3
    summed = (terms(weights, sigma, misfit, turn, share) * fit).sum(axis=1)
    expected = np.exp(summed).clip(LEAST, MOST)
    found = expected_error(weights, sigma, misfit, turn, share, fit)
    np.testing.assert_allclose(found, expected, rtol=1e-5)


@given(WEIGHTS, SIGMAS, MISFITS, TURNS, SHARES)
def test_a_doubt_is_within_its_bounds(
    weights: Floats, sigma: Floats, misfit: Numbers, turn: float, share: float
) -> None:
    doubt = expected_error(weights, sigma, misfit, turn, share)
    assert doubt.shape == (COUNT,) and doubt.dtype == np.float32
    assert float(doubt.min()) + 1e-6 >= LEAST
    assert float(doubt.max()) <= MOST + 1e-6


@given(WEIGHTS, SIGMAS, MISFITS, TURNS, SHARES, st.floats(1.0, 4.0))
def test_it_never_falls_with_what_makes_errors_likely(
    weights: Floats,
    sigma: Floats,
    misfit: Numbers,
    turn: float,
    share: float,
    more: float,
) -> None:
    doubt = expected_error(weights, sigma, misfit, turn, share)
    for worse in (
        expected_error(weights, np.float32(more) * sigma, misfit, turn, share),
        expected_error(weights, sigma, more * misfit, turn, share),
        expected_error(weights, sigma, misfit, more * turn, share),
        expected_error(weights, sigma, misfit, turn, share / more),
    ):
        assert (worse >= doubt - 1e-6).all()


def test_most_curves_are_in_more_doubt_where_nothing_is_sure_and_nothing_fits() -> None:
    calm = expected_error(HALF, SURE, CALM, 0.0, 1.0)
    worse = expected_error(HALF, 3.0 * SURE, 5.0 * CALM, 0.0, 1.0)
    assert (worse > calm).mean() > 0.5


def test_misfit_of_the_mouth_is_the_doubt_of_the_mouth() -> None:
    assert [REGIONS[REGION_OF[INDEX[name]]] for name in ("jawOpen", "browInnerUp")] == [
        "mouth",
        "brow",
    ]
    covered = CALM.copy()
    covered[REGIONS.index("mouth")] *= 10.0
    here = terms(HALF, SURE, covered, 0.0, 1.0) - terms(HALF, SURE, CALM, 0.0, 1.0)
    mouth = REGIONS.index("mouth") == REGION_OF
    assert here[mouth, 2] == pytest.approx(np.log(10.0))
    assert not here[~mouth, 2].any()
    # Everywhere by a third, as one of three regions.
    assert here[:, 3] == pytest.approx(np.log(10.0) / 3)


def test_the_fit_is_a_sum_of_logarithms() -> None:
    fit = np.zeros((COUNT, TERMS))
    fit[:, 0] = np.log(0.05)
    constant = expected_error(HALF, SURE, CALM, 0.3, 0.5, fit)
    np.testing.assert_allclose(constant, 0.05, rtol=1e-6)
    fit[:, 0], fit[:, 1] = 0.0, 1.0
    np.testing.assert_allclose(expected_error(HALF, SURE, CALM, 0.3, 0.5, fit), SURE)
    fit[:, 1], fit[:, 2] = 0.0, 1.0
    misfit = np.array([0.1, 0.2, 0.4])
    np.testing.assert_allclose(
        expected_error(HALF, SURE, misfit, 0.3, 0.5, fit), misfit[REGION_OF], rtol=1e-6
    )
    fit[:, 0] = 99.0
    assert (expected_error(HALF, SURE, CALM, 0.3, 0.5, fit) == np.float32(MOST)).all()
    fit[:, 0] = -99.0
    assert (expected_error(HALF, SURE, CALM, 0.3, 0.5, fit) == np.float32(LEAST)).all()
