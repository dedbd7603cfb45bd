"""Fits the error to expect of each weight: `engines/face/doubt.npy`."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from engines.face import mirror
from engines.face.expected_error import TERMS, expected_error, terms
from protocols.arrays import Floats, Numbers

from .stills import Stills

LEAST: Final = 0.03
"""Smaller errors count as this: their logarithm would outweigh all others."""
RIDGE: Final = 0.02
"""Of the number of pictures, on all but the constant."""


def fit_doubt(
    answers: list[tuple[Stills, Floats, float]],
) -> npt.NDArray[np.float32]:
    """Return (52, 7) for `expected_error`, both sides of a pair alike.

    The logarithm of each error's size is fitted by least squares. Then the constant is
    moved so that the mean square is right.

    Args:
        answers: of each run over the faces, the answers, the (N, 52) true weights, and
            how well the neutral faces were known, 0 to 1.
    """
    rows: list[Numbers] = []
    sizes: list[Numbers] = []
    for stills, truth, share in answers:
        error = np.abs(stills.weights - truth)
        for i in np.flatnonzero(np.isfinite(error).all(axis=1)).tolist():
            rows.append(
                terms(
                    stills.weights[i],
                    stills.sigma[i],
                    stills.misfit[i],
                    float(stills.turn[i]),
                    share,
                )
            )
            sizes.append(error[i])
    x, size = np.array(rows), np.array(sizes)
    fit = np.zeros((x.shape[1], TERMS))
    for curve in range(x.shape[1]):
        pair = [curve, int(mirror.CURVES[curve])]
        inside = x[:, pair].reshape(-1, TERMS)
        found = size[:, pair].reshape(-1)
        middle = inside[:, 1:].mean(axis=0)
        centred = inside[:, 1:] - middle
        logs = np.log(np.maximum(found, LEAST))
        square = centred.T @ centred + RIDGE * len(found) * np.eye(TERMS - 1)
        slopes = np.linalg.solve(square, centred.T @ (logs - logs.mean()))
        # More of what makes errors likely never makes the doubt less.
        slopes = np.maximum(slopes, 0.0)
        shape = np.exp(centred @ slopes)
        scale = np.sqrt((found**2).mean() / (shape**2).mean())
        fit[curve, 1:] = slopes
        fit[curve, 0] = np.log(scale) - middle @ slopes
    return fit.astype(np.float32)


def held_out(
    stills: Stills, truth: Floats, identity: npt.NDArray[np.int32]
) -> tuple[float, float]:
    """Return how a doubt ranks errors on people whom its fit has not seen.

    Every second person is fitted, and the others are judged.

    Args:
        stills: answers with the neutral faces known.
        truth: (N, 52) true weights.
        identity: (N,) the person's number.

    Returns:
        Rank correlation with the size of the error over all pictures and curves: of the
        doubt, and of the error that the network expects.
    """
    learn = identity % 2 == 0
    fitted = np.where(learn[:, None], truth, np.float32(np.nan))
    fit = fit_doubt([(stills, fitted, 1.0)]).astype(np.float64)
    error = np.abs(stills.weights - truth)
    judged = np.flatnonzero(~learn & np.isfinite(error).all(axis=1))
    doubt = np.array(
        [
            expected_error(
                stills.weights[i],
                stills.sigma[i],
                stills.misfit[i],
                float(stills.turn[i]),
                1.0,
                fit,
            )
            for i in judged.tolist()
        ]
    )
    return (
        rank_correlation(doubt, error[judged]),
        rank_correlation(stills.sigma[judged], error[judged]),
    )


def rank_correlation(doubt: Floats, error: Floats) -> float:
    """Return Spearman's correlation over all pictures and curves together."""
    ranks = _ranks(doubt.ravel()), _ranks(error.ravel())
    return float(np.corrcoef(*ranks)[0, 1])


def _ranks(values: Floats) -> Numbers:
    ranks = np.empty(len(values))
    ranks[np.argsort(values, kind="stable")] = np.arange(len(values))
    return ranks
