"""How well a solver does, in numbers that can be checked by hand.

Everywhere `said` is what a solver gave and `truth` what was rendered: (n, 52), 0 to 1,
`ARKIT` order. Nothing here knows which solver it was or where the pictures came from.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from protocols.arrays import Floats, Numbers
from protocols.channels import ARKIT, MIRROR

Rows = npt.NDArray[np.bool_]

TONGUE: Final = ARKIT.index("tongueOut")
CURVES: Final = np.flatnonzero(np.arange(len(ARKIT)) != TONGUE)
"""The 51 that MediaPipe has as well; means over curves are over these."""

MOVES: Final = 0.02
"""Standard deviation from which a curve counts as moving."""
DRIVEN: Final = 0.2
"""Weight below which an answer is mostly noise."""
RIDGE: Final = 0.05
"""Sum of squared weights: one frame's at a weight of 0.22."""
TIED: Final = 0.99
"""Curves whose weights are as parallel as this (cosine) are driven as one."""
LIVE: Final = 0.5
"""A curve is live whose 99th percentile passes this."""

NAMED: Final = (
    *("jawOpen", "eyeBlinkLeft", "eyeBlinkRight", "mouthSmileLeft", "mouthSmileRight"),
    *(
        f"eyeLook{way}{s}"
        for way in ("In", "Out", "Up", "Down")
        for s in ("Left", "Right")
    ),
    *("mouthPucker", "mouthFunnel", "browInnerUp"),
)
"""Curves that MediaPipe gives well; they count as healthy whatever was measured."""

PAIRS: Final = tuple(
    name.removesuffix("Left")
    for name in ARKIT
    if name.endswith("Left") and name not in ("jawLeft", "mouthLeft")
    if not name.startswith("eyeLook")
)
"""The 14 curves that each side of the face has. Both eyes look the same way, and a jaw
to the left is no left jaw."""

_SWAP: Final = MIRROR[: len(ARKIT)]
_LEFT: Final = [ARKIT.index(f"{name}Left") for name in PAIRS]
_RIGHT: Final = [ARKIT.index(f"{name}Right") for name in PAIRS]


def sides(rows: Floats) -> Floats:
    """Return (n, 14): left less right of each of `PAIRS`, -1 to 1."""
    found: Floats = rows[:, _LEFT] - rows[:, _RIGHT]
    return found


def correlation(said: Floats, truth: Floats, moves: float = 1e-6) -> Numbers:
    """Return Pearson's r of every column.

    0 where `said` stands still: a dead curve says nothing. NaN where the standard
    deviation of `truth` is not above `moves`, or fewer than two rows are there.
    """
    if len(truth) < 2:
        return np.full(truth.shape[1:], np.nan)
    a = said.astype(np.float64) - said.mean(axis=0, dtype=np.float64)
    b = truth.astype(np.float64) - truth.mean(axis=0, dtype=np.float64)
    together = (a * b).mean(axis=0)
    spread = np.sqrt((a * a).mean(axis=0) * (b * b).mean(axis=0))
    with np.errstate(invalid="ignore", divide="ignore"):
        r = np.where(a.std(axis=0) > 1e-6, together / spread, 0.0)
    found: Numbers = np.where(b.std(axis=0) > moves, r, np.nan)
    return found


def slope(said: Floats, truth: Floats) -> Numbers:
    """Return the steepness of every column of `said` over `truth`: 1 keeps the range,
    less is damped; NaN where `truth` stands still."""
    if len(truth) < 2:
        return np.full(truth.shape[1:], np.nan)
    b = truth.astype(np.float64) - truth.mean(axis=0, dtype=np.float64)
    square = (b * b).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        steep: Numbers = np.where(
            square > 1e-9, (said * b).sum(axis=0) / square, np.nan
        )
    return steep


def error(said: Floats, truth: Floats) -> Numbers:
    """Return the mean absolute error of every column; NaN without rows."""
    return _mean(np.abs(said.astype(np.float64) - truth))


def bias(said: Floats) -> Numbers:
    """Return the mean of every column over (n, 52) of faces at rest."""
    return _mean(said.astype(np.float64))


def mirror_error(said: Floats, flipped: Floats) -> Numbers:
    """Return the mean difference of every column between (n, 52) of pictures and of
    the same pictures in a mirror, sides put back."""
    return _mean(np.abs(said.astype(np.float64) - flipped[:, _SWAP]))


def cross_talk(moved: Floats, truth: Floats) -> Numbers:
    """Return (52, 52): by row the curve that is driven, by column what answers.

    The answer per unit of each curve, by least squares, so that curves which are driven
    together (a pair; the jaw, for the tongue to come out) are told apart as far as the
    rows allow. Where they do not, as with both eyes' looks, they count as one driver,
    and what one of them answers to another is NaN. So are rows of curves that are never
    driven as far as `DRIVEN`.

    Args:
        moved: (n, 52) outputs less the same person's at rest.
        truth: (n, 52) of frames in which few curves move.
    """
    table = np.full((len(ARKIT), len(ARKIT)), np.nan)
    driven = np.flatnonzero((truth > DRIVEN).any(axis=0))
    if not len(driven):
        return table
    drive = truth[:, driven].astype(np.float64)
    unit = drive / np.linalg.norm(drive, axis=0)
    tied = unit.T @ unit > TIED
    leader = tied.argmax(axis=1)
    leaders = np.unique(leader)
    led = drive[:, leaders]
    # A ridge, for what is only ever driven faintly or nearly together.
    square = led.T @ led + RIDGE * np.eye(len(leaders))
    answers = np.linalg.solve(square, led.T @ moved.astype(np.float64))
    table[driven] = answers[np.searchsorted(leaders, leader)]
    one, other = np.nonzero(tied & ~np.eye(len(driven), dtype=bool))
    table[driven[one], driven[other]] = np.nan
    return table


def leaks(table: Numbers, count: int = 5) -> list[tuple[str, str, float]]:
    """Return the largest answers off the diagonal: the curve that is driven, the one
    that answers, and by how much."""
    off = np.nan_to_num(table.copy())
    np.fill_diagonal(off, 0.0)
    largest = np.argsort(-np.abs(off), axis=None)[:count]
    return [
        (ARKIT[row], ARKIT[column], float(off[row, column]))
        for row, column in (divmod(int(at), len(ARKIT)) for at in largest)
        if off[row, column] != 0.0
    ]


def peaks(said: Floats, truth: Floats, general: Rows, sweeps: Rows) -> Numbers:
    """Return the 99th percentile of every curve.

    Over all `general` rows, and those `sweeps` rows that drive the curve itself as far
    as `DRIVEN`: in the others' sweeps it has nothing to do. NaN without rows.
    """
    found = np.full(said.shape[1], np.nan)
    for curve in range(said.shape[1]):
        rows = general | (sweeps & (truth[:, curve] > DRIVEN))
        if rows.any():
            found[curve] = np.percentile(said[rows, curve], 99)
    return found


def live(top: Numbers) -> int:
    """Return how many of the 51 curves reach beyond `LIVE`."""
    return int((np.nan_to_num(top[CURVES]) > LIVE).sum())


def turn_error(turned: Floats, rest: Floats, who: npt.NDArray[np.int32]) -> Numbers:
    """Return by how much every curve moves when a still face turns.

    Args:
        turned: (n, 52) outputs of turned faces.
        rest: (n, 52) outputs of the same people looking ahead.
        who: (n,) identities; each counts once.

    Returns:
        (52,), over people the median of their mean |turned - rest|; NaN without rows.
    """
    moved = np.abs(turned.astype(np.float64) - rest)
    each = [moved[who == one].mean(axis=0) for one in np.unique(who)]
    if not each:
        return np.full(turned.shape[1], np.nan)
    middle: Numbers = np.median(each, axis=0)
    return middle


def spread(said: Floats) -> tuple[Numbers, Numbers]:
    """Return the 1st and the 99th percentile of every column; NaN without rows."""
    if not len(said):
        nothing = np.full(said.shape[1], np.nan)
        return nothing, nothing
    low, high = np.percentile(said, [1, 99], axis=0)
    return low, high


def mean(values: Numbers) -> float:
    """Return the mean over the 51 curves of what is a number; NaN if none is."""
    known = values[CURVES][np.isfinite(values[CURVES])]
    return float(known.mean()) if len(known) else float("nan")


def average(values: Numbers | Sequence[float]) -> float:
    """Return the mean of what is a number; NaN if nothing is."""
    listed = np.asarray(values, dtype=np.float64)
    known = listed[np.isfinite(listed)]
    return float(known.mean()) if len(known) else float("nan")


def worst(values: Numbers) -> tuple[str, float]:
    """Return which of the 51 curves is farthest from 0, and its value."""
    known = CURVES[np.isfinite(values[CURVES])]
    if not len(known):
        return "", float("nan")
    at = known[np.abs(values[known]).argmax()]
    return ARKIT[at], float(values[at])


def _mean(values: Numbers) -> Numbers:
    if not len(values):
        return np.full(values.shape[1:], np.nan)
    found: Numbers = values.mean(axis=0)
    return found
