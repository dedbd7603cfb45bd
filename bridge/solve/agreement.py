"""Compares solved curves with the true curves of a rendered clip."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from protocols.arrays import Floats
from protocols.channels import ARKIT, INDEX

MOVES: Final = 0.03
"""A true curve counts as moving if its standard deviation is larger."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well one curve of a clip was solved."""

    curve: str
    correlation: float
    """Pearson's, -1 to 1; 0 if the solved curve does not move."""
    error: float
    """Mean absolute difference."""
    slope: float
    """Slope of the solved over the true curve: 1 keeps the range, less is damped."""


def read_truth(path: Path) -> Floats:
    """Return (N, 52) from a CSV that has one column named for every ARKit curve."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return np.array(
        [[float(row[name]) for name in ARKIT] for row in rows], dtype=np.float32
    )


def compare(
    solved: Floats, truth: Floats, curves: Iterable[str]
) -> tuple[Agreement, ...]:
    """Return a row for every named curve that moves in the truth.

    Args:
        solved: (N, 52), NaN in rows without a face, which are left out.
        truth: (N, 52).
        curves: ARKit names.
    """
    seen = np.isfinite(solved).all(axis=1)
    rows = []
    for curve in curves:
        ours = solved[seen, INDEX[curve]].astype(np.float64)
        true = truth[seen, INDEX[curve]].astype(np.float64)
        if len(true) < 2 or float(true.std()) <= MOVES:
            continue
        together = float(np.mean((ours - ours.mean()) * (true - true.mean())))
        spread = float(ours.std() * true.std())
        rows.append(
            Agreement(
                curve,
                correlation=together / spread if spread > 1e-9 else 0.0,
                error=float(np.abs(ours - true).mean()),
                slope=together / float(true.var()),
            )
        )
    return tuple(rows)


def mean_correlation(rows: tuple[Agreement, ...]) -> float:
    """Return the mean over curves; 0 without any."""
    return float(np.mean([row.correlation for row in rows])) if rows else 0.0


def table(rows: tuple[Agreement, ...]) -> str:
    """Return the rows as text, best first, and their mean."""
    lines = [f"{'curve':<20} {'r':>6} {'error':>6} {'slope':>6}"]
    lines += [
        f"{row.curve:<20} {row.correlation:6.2f} {row.error:6.3f} {row.slope:6.2f}"
        for row in sorted(rows, key=lambda row: -row.correlation)
    ]
    lines.append(f"{f'mean of {len(rows)}':<20} {mean_correlation(rows):6.2f}")
    return "\n".join(lines)
