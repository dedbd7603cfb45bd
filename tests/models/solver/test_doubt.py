from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engines.face.expected_error import REGIONS, TERMS, expected_error
from engines.face.mirror import CURVES
from models.solver.doubt import fit_doubt, held_out, rank_correlation
from models.solver.stills import Stills
from protocols.arrays import Floats, Numbers
from protocols.channels import ARKIT

COUNT = len(ARKIT)


def law(constant: float = -1.0, sigma: float = 0.8, misfit: float = 0.5) -> Numbers:
    """Return (52, TERMS): a doubt that grows with sigma and misfit here."""
    out = np.zeros((COUNT, TERMS))
    out[:, :3] = constant, sigma, misfit
    return out


def answers(
    truth_law: Numbers, n: int = 1500, seed: int = 0
) -> tuple[Stills, Floats, float]:
    """Return answers whose errors are as large as the law expects."""
    rng = np.random.default_rng(seed)
    truth = rng.uniform(0.0, 1.0, (n, COUNT)).astype(np.float32)
    sigma = np.exp(rng.normal(-2.0, 0.7, (n, COUNT))).astype(np.float32)
    misfit = np.exp(rng.normal(0.0, 0.7, (n, len(REGIONS))))
    turn = rng.uniform(0.0, 0.5, n)
    doubt = np.array(
        [
            expected_error(truth[i], sigma[i], misfit[i], turn[i], 1.0, truth_law)
            for i in range(n)
        ]
    )
    # Of one size, so that the logarithm has no noise, and toward the middle.
    weights = (truth + np.where(truth < 0.5, doubt, -doubt)).astype(np.float32)
    return Stills(weights, weights, sigma, doubt, misfit, turn), truth, 1.0


def test_a_known_law_is_recovered() -> None:
    wanted = law()
    found = fit_doubt([answers(wanted)])
    assert found.shape == (COUNT, TERMS) and found.dtype == np.float32
    np.testing.assert_allclose(found[:, 1:3], wanted[:, 1:3], atol=0.2)
    # What had no part in the errors has none in the doubt.
    assert np.abs(found[:, 4:6]).max() < 0.3
    stills, truth, share = answers(wanted, 400, seed=1)
    said = np.array(
        [
            expected_error(
                truth[i],
                stills.sigma[i],
                stills.misfit[i],
                float(stills.turn[i]),
                share,
                found.astype(np.float64),
            )
            for i in range(len(truth))
        ]
    )
    error = np.abs(stills.weights - truth)
    assert rank_correlation(said, error) > 0.9
    square = float((error**2).mean() / (said**2).mean())
    assert square == pytest.approx(1.0, abs=0.1)


def test_both_sides_of_a_pair_are_alike() -> None:
    uneven = law()
    uneven[::3, 0] -= 1.0
    found = fit_doubt([answers(uneven, 300)])
    np.testing.assert_array_equal(found, found[CURVES])


def test_more_of_a_sign_of_error_never_lowers_the_doubt() -> None:
    found = fit_doubt([answers(law(sigma=-0.5, misfit=0.5), 300)])
    assert (found[:, 1:] >= 0.0).all()


def test_pictures_without_an_answer_teach_nothing() -> None:
    stills, truth, share = answers(law(), 300)
    whole = fit_doubt([(stills, truth, share)])
    whole_half = replace(
        stills,
        **{name: getattr(stills, name)[:150] for name in Stills.__slots__},
    )
    lost = stills.weights.copy()
    lost[150:] = np.nan
    half = fit_doubt([(replace(stills, weights=lost), truth, share)])
    assert np.isfinite(half).all() and np.abs(half - whole).max() > 0.0
    np.testing.assert_array_equal(half, fit_doubt([(whole_half, truth[:150], share)]))


def test_rank_correlation_is_of_order_alone() -> None:
    values = np.linspace(0.0, 1.0, 20, dtype=np.float32).reshape(4, 5)
    assert rank_correlation(values, values**3) == pytest.approx(1.0)
    assert rank_correlation(values, -values) == pytest.approx(-1.0)
    mixed = np.random.default_rng(0).permutation(20).reshape(4, 5).astype(np.float32)
    assert abs(rank_correlation(values, mixed)) < 0.6


def test_people_left_out_of_the_fit_are_judged() -> None:
    stills, truth, _ = answers(law(), 600)
    identity = np.repeat(np.arange(60, dtype=np.int32), 10)
    ours, theirs = held_out(stills, truth, identity)
    assert ours > 0.85
    # The errors grow with the misfit too, of which sigma knows nothing.
    assert 0.3 < theirs < ours - 0.05
    # Errors of the others that follow no law are ranked by nothing.
    others = identity % 2 == 1
    random = np.random.default_rng(3).uniform(0.0, 1.0, truth.shape)
    lawless = np.where(others[:, None], random, truth).astype(np.float32)
    assert abs(held_out(stills, lawless, identity)[0]) < 0.2
