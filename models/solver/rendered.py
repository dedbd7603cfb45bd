"""Solvers judged side by side on rendered faces, where the truth is known.

People of the test split, whom no solver has met, give the truth. Only faces
that every solver found count, so that all are asked the same; how many each found
stands beside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from models.data.rendered.dataset import CALM
from models.data.rendered.expressions import Kind
from protocols.arrays import Floats, Numbers
from protocols.channels import ARKIT

from .baselines import Faces, at_rest, people
from .metrics import (
    CURVES,
    MOVES,
    NAMED,
    average,
    bias,
    correlation,
    cross_talk,
    error,
    mean,
    peaks,
    sides,
    slope,
    turn_error,
)
from .surface import surface_error

GENERAL: Final = (Kind.MIXTURE, Kind.SPARSE, Kind.SWEEP, Kind.TAKE, Kind.MIXED)
"""Faces that move; correlation, error and slope are over these."""
MOVING: Final = tuple(kind for kind in Kind if kind not in (Kind.NEUTRAL, Kind.TURN))
"""Likewise, with one-sided kinds where a set has them: results by kind, and of left
less right, are over these."""

TURNED: Final = (0.436, 0.611)
"""Radians of yaw, 25 to 35 degrees, of the faces that `turn` is measured on."""

HEALTHY: Final = 0.4
"""MediaPipe's correlation from which a curve of its counts as healthy."""
BEHIND: Final = 0.05
"""A correlation lower by more than this is worse."""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """One solver on rendered faces. Arrays are (52,) in `ARKIT` order, NaN where there
    was nothing to measure."""

    found: float
    """Share of the faces in which it found one."""
    r: Numbers
    """Pearson's, with the truth."""
    error: Numbers
    """Mean absolute."""
    slope: Numbers
    """Of output over truth: 1 keeps the range."""
    bias: Numbers
    """Mean output on neutral faces other than those that calibrated it."""
    top: Numbers
    """99th percentile where the curve has something to do."""
    turn: Numbers
    """By how much it moves when a still head turns, `metrics.turn_error`."""
    cross: Numbers
    """(52, 52), `metrics.cross_talk`."""
    by_kind: dict[str, float]
    """Mean correlation over the 51 curves on one kind of face."""
    sides_r: Numbers
    """(14,) correlation of left less right, `metrics.PAIRS`."""
    sides_slope: Numbers
    """(14,)"""
    sides_by_kind: dict[str, float]
    """Mean correlation of left less right on one kind of face."""
    surface_mm: dict[str, float]
    """By region of the face."""
    mirror: Numbers | None = None
    """Mean difference in a mirror; None where that was not tried."""

    @property
    def mean_r(self) -> float:
        """Mean correlation over the 51 curves."""
        return mean(self.r)


@dataclass(frozen=True, slots=True)
class Behind:
    """A curve on which a solver follows the truth less well than MediaPipe."""

    curve: str
    r: float
    theirs: float


def judge(
    faces: Faces, outputs: Mapping[str, Floats], surface: Mapping[str, Numbers]
) -> dict[str, Judged]:
    """Compare every solver's (N, 52) outputs with the truth.

    Args:
        faces: the test split.
        outputs: by solver; NaN rows where it found no face.
        surface: by region, from `face_regions.metrics`.
    """
    found = {name: np.isfinite(said).all(axis=1) for name, said in outputs.items()}
    common = np.logical_and.reduce(list(found.values()))
    calm = np.zeros(len(faces), dtype=bool)
    for rows in people(faces):
        calm[rows[:CALM]] = True
    return {
        name: _judge(faces, said, common, calm, float(found[name].mean()), surface)
        for name, said in outputs.items()
    }


def _judge(
    faces: Faces,
    said: Floats,
    common: npt.NDArray[np.bool_],
    calm: npt.NDArray[np.bool_],
    found: float,
    surface: Mapping[str, Numbers],
) -> Judged:
    truth, kind = faces.weights, faces.kind
    rest = at_rest(said, faces)
    common = common & np.isfinite(rest).all(axis=1)
    moving = common & np.isin(kind, GENERAL)
    sweeps = common & (kind == Kind.SWEEP)
    still = common & (kind == Kind.NEUTRAL) & ~calm
    yaw = np.abs(faces.pose[:, 0])
    turned = common & (kind == Kind.TURN) & (yaw >= TURNED[0]) & (yaw <= TURNED[1])
    kinds = {
        each.name.lower(): common & (kind == each)
        for each in MOVING
        if (common & (kind == each)).any()
    }
    sided = np.logical_or.reduce([np.zeros_like(common), *kinds.values()])
    left, right = sides(said), sides(truth)
    return Judged(
        found=found,
        r=correlation(said[moving], truth[moving]),
        error=error(said[moving], truth[moving]),
        slope=slope(said[moving], truth[moving]),
        bias=bias(said[still]),
        top=peaks(said, truth, moving & ~sweeps, sweeps),
        turn=turn_error(said[turned], rest[turned], faces.identity[turned]),
        cross=cross_talk(said[sweeps] - rest[sweeps], truth[sweeps]),
        by_kind={
            name: mean(correlation(said[rows], truth[rows]))
            for name, rows in kinds.items()
        },
        sides_r=correlation(left[sided], right[sided], MOVES),
        sides_slope=slope(left[sided], right[sided]),
        sides_by_kind={
            name: average(correlation(left[rows], right[rows], MOVES))
            for name, rows in kinds.items()
        },
        surface_mm={
            region: surface_error(said[moving], truth[moving], metric)
            for region, metric in surface.items()
        },
    )


def behind(ours: Judged, theirs: Judged) -> list[Behind]:
    """Return MediaPipe's healthy curves on which `ours` is worse, worst first."""
    named = np.array([name in NAMED for name in ARKIT])
    with np.errstate(invalid="ignore"):
        healthy = (theirs.r >= HEALTHY) | named
        worse = healthy & (ours.r < theirs.r - BEHIND)
    listed = [
        Behind(ARKIT[i], float(ours.r[i]), float(theirs.r[i]))
        for i in CURVES
        if worse[i]
    ]
    return sorted(listed, key=lambda each: each.r - each.theirs)
