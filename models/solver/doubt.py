"""Fits the error to expect of each weight: `engines/face/doubt.npy`."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from engines.face import mirror
from engines.face.expected_error import TERMS, terms
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


def rank_correlation(doubt: Floats, error: Floats) -> float:
    """Return Spearman's correlation over all pictures and curves together."""
    ranks = _ranks(doubt.ravel()), _ranks(error.ravel())
    return float(np.corrcoef(*ranks)[0, 1])


def _ranks(values: Floats) -> Numbers:
    ranks = np.empty(len(values))
    ranks[np.argsort(values, kind="stable")] = np.arange(len(values))
    return ranks
