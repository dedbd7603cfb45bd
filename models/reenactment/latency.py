"""How late a solver's curves are behind the landmarks of the same pictures.

Smoothing costs time. The lag is the shift at which a curve follows its measure best.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from protocols.arrays import Numbers
from protocols.channels import ARKIT

from .loop import Performance
from .measures import COLUMN, MOVES

LONGEST_S: Final = 0.3
"""Lags from minus a third of this to this are tried."""
STEP_S: Final = 0.005
"""Both signals are interpolated to this step."""
FOLLOWS: Final = 0.6
"""r at the best shift below which a curve does not follow its measure at all, and has
no lag."""

ONSETS: Final = (
    ("jaw", ("jawOpen",), ("mouth gap",), 1.0),
    ("lids", ("eyeBlinkLeft", "eyeBlinkRight"), ("eye open L", "eye open R"), -1.0),
    (
        "smile",
        ("mouthSmileLeft", "mouthSmileRight"),
        ("corner up L", "corner up R"),
        1.0,
    ),
    ("brows", ("browInnerUp",), ("brow inner L", "brow inner R"), 1.0),
)
"""Name, curves, the measures that they should follow, and the sign."""


def best_lag(seconds: Numbers, signal: Numbers, leader: Numbers) -> float:
    """Return by how many seconds `signal` is late behind `leader`.

    NaN if it does not follow at any lag with r of `FOLLOWS`, or if time is too short.

    Args:
        seconds: (n,) rising.
        signal: (n,) without NaN.
        leader: (n,) likewise.
    """
    if len(seconds) < 3 or seconds[-1] - seconds[0] < 3.0 * LONGEST_S:
        return float("nan")
    grid = np.arange(seconds[0], seconds[-1], STEP_S)
    a, b = (np.interp(grid, seconds, each) for each in (signal, leader))
    steps = range(-round(LONGEST_S / 3 / STEP_S), round(LONGEST_S / STEP_S) + 1)
    scores = [_together(a, b, step) for step in steps]
    top = int(np.argmax(scores))
    return steps[top] * STEP_S if scores[top] >= FOLLOWS else float("nan")


def lags(performances: Sequence[Performance], solver: str) -> dict[str, float]:
    """Return the median lag in seconds by name of `ONSETS`; NaN where none was found.

    Only clips count in which the actor clearly moves the measure and no face is lost.
    """
    found: dict[str, list[float]] = {onset[0]: [] for onset in ONSETS}
    for each in performances:
        said = each.watched.said[solver]
        seen = np.isfinite(said).all(axis=1) & np.isfinite(each.actor).all(axis=1)
        for name, curves, measures, sign in ONSETS:
            columns = [COLUMN[measure] for measure in measures]
            leader = sign * each.actor[seen][:, columns].mean(axis=1)
            signal = said[seen][:, [ARKIT.index(c) for c in curves]].mean(axis=1)
            if len(leader) and leader.std() > MOVES[columns[0]]:
                lag = best_lag(each.watched.seconds[seen], signal, leader)
                found[name].append(lag)
    return {name: _median(values) for name, values in found.items()}


def _together(signal: Numbers, leader: Numbers, late: int) -> float:
    """Return Pearson's r of a signal that is late by so many steps; -1 if it rests."""
    n = len(signal)
    a = signal[max(0, late) : n + min(0, late)]
    b = leader[max(0, -late) : n - max(0, late)]
    if a.std() < 1e-6 or b.std() < 1e-6:
        return -1.0
    return float(np.corrcoef(a, b)[0, 1])


def _median(values: Sequence[float]) -> float:
    known = [value for value in values if np.isfinite(value)]
    return float(np.median(known)) if known else float("nan")
