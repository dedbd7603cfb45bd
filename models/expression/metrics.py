"""How well a classifier does, in numbers that can be checked by hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Labels = npt.NDArray[np.int64]
Probabilities = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """One classifier on one set."""

    n: int
    accuracy: float
    low: float
    """Lower end of the 95 % bootstrap interval of accuracy."""
    high: float
    macro_f1: float
    """Mean over the classes that occur."""
    weighted_f1: float
    recall: tuple[float, ...]
    """By class; NaN where a class does not occur."""
    confusion: npt.NDArray[np.int64]
    """(classes, classes): true by row, said by column."""
    calibration: float
    """Expected calibration error, 15 bins; NaN without probabilities."""


def score(
    truth: Labels,
    said: Labels,
    classes: int,
    probabilities: Probabilities | None = None,
    seed: int = 0,
) -> Score:
    """Compare (n,) answers with (n,) truths; `probabilities` (n, classes) if any."""
    table = confusion(truth, said, classes)
    support, given = table.sum(axis=1), table.sum(axis=0)
    hits = np.diag(table)
    with np.errstate(invalid="ignore", divide="ignore"):
        recall = hits / support
    f1 = 2 * hits / np.maximum(support + given, 1)
    there = support > 0
    low, high = bootstrap(truth == said, seed)
    return Score(
        n=len(truth),
        accuracy=float(hits.sum() / max(len(truth), 1)),
        low=low,
        high=high,
        macro_f1=float(f1[there].mean()) if there.any() else 0.0,
        weighted_f1=float((f1 * support).sum() / max(len(truth), 1)),
        recall=tuple(float(value) for value in recall),
        confusion=table,
        calibration=float("nan")
        if probabilities is None
        else calibration_error(truth, probabilities),
    )


def confusion(truth: Labels, said: Labels, classes: int) -> npt.NDArray[np.int64]:
    """Return (classes, classes) counts: true by row, said by column."""
    flat = np.bincount(truth * classes + said, minlength=classes * classes)
    return flat.reshape(classes, classes).astype(np.int64)


def bootstrap(
    right: npt.NDArray[np.bool_], seed: int = 0, rounds: int = 2000
) -> tuple[float, float]:
    """Return the 95 % interval of the mean of (n,) hits, drawn with replacement.

    The number of hits in n draws from n is binomial, so it is drawn as such: the same
    distribution as resampling, without the n x rounds numbers.
    """
    n = len(right)
    if n == 0:
        return 0.0, 0.0
    draws = np.random.default_rng(seed).binomial(n, right.mean(), rounds) / n
    low, high = np.percentile(draws, [2.5, 97.5])
    return float(low), float(high)


def wilson(hits: float, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, after Wilson (1927): it holds for few trials
    and for shares near 0 and 1.

    Args:
        hits: how many of the trials succeeded; may be a mean over several networks.
        n: trials. None of them gives 0 to 1.
    """
    if n == 0:
        return 0.0, 1.0
    share, z = hits / n, 1.959964
    middle = share + z * z / (2 * n)
    reach = z * float(np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)))
    scale = 1 + z * z / n
    return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)


def calibration_error(
    truth: Labels, probabilities: Probabilities, bins: int = 15
) -> float:
    """Return the mean gap between how sure it is and how often it is right."""
    sure = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == truth
    place = np.minimum((sure * bins).astype(int), bins - 1)
    gap = 0.0
    for each in range(bins):
        inside = place == each
        if inside.any():
            gap += abs(float(sure[inside].mean() - right[inside].mean())) * inside.sum()
    return gap / max(len(truth), 1)
