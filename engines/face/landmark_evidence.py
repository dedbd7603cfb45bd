"""What a face's landmarks say of its curves, region by region.

Each frame needs three things of the displacement d of the landmarks from the neutral
face: its evidence for each curve with a known and with an unknown neutral face, and
what of it no weights explain. All of them are products of constant matrices with d.
They are stacked, so that one product for each region of the face gives them all, and
kept in single precision: after a tracker has filled the processor's caches, a frame's
time is that of reading these matrices.

What no weights explain: with M the moves of a region's points in deviations of their
noise, and its singular values s and right vectors V, the weights that explain d best
(with deviations of 1 about 0) leave

    |d - M' (M M' + 1)^-1 M d|^2  =  |d|^2 - sum of h (2 - h) (V' d)^2,
                                     h = s^2 / (s^2 + 1)
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from protocols.arrays import Floats, Numbers
from protocols.channels import ARKIT
from protocols.rotation import Triple

from .canonical_face import CANONICAL
from .expected_error import REGIONS, region_of
from .face_basis import Evidence, FaceBasis, bends

_COUNT: Final = len(ARKIT)


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What one frame's landmarks say."""

    evidence: Numbers
    """(3, 52) for each curve, by `expected_error.REGIONS`: `Evidence.gain` times the
    displacement."""
    alone: Floats
    """(52,) weights by the landmarks alone, 0 to 1."""
    misfit: Numbers
    """(3,) root mean square of what no weights explain of the displacement, in
    deviations of the usual noise."""


class Reader:
    """Reads landmarks with one basis. It keeps nothing between frames."""

    def __init__(self, basis: FaceBasis, loose: float) -> None:
        """Stack the matrices; about 0.1 s.

        Args:
            basis: what each curve moves.
            loose: standard deviation of the weights about 0 where the landmarks alone
                are asked; above 0.
        """
        ordered, ends = _by_region(basis)
        known, unknown = ordered.known.gain, ordered.unknown.gain
        ridge = np.eye(_COUNT) / loose**2
        self._alone = np.linalg.inv(basis.known.gram + ridge)
        self._places = _coordinates(ordered.points)
        self._turned = ordered.turned.astype(np.float32)
        self._steady = (1.0 / ordered.noise).astype(np.float32)
        self._slices = [slice(a, b) for a, b in pairwise(ends)]
        self._stacks = []
        for at in self._slices:
            # The evidence of an unknown face is last: a known one does not need it.
            parts = (known[:, at], _fitted(ordered, at), unknown[:, at])
            self._stacks.append(np.vstack(parts).astype(np.float32))

    def __call__(
        self, points: Floats, rest: Floats, turn: Triple, share: float
    ) -> Reading:
        """Read one face.

        Args:
            points: (478, 3) aligned points, canonical centimetres.
            rest: the same of the neutral face.
            turn: rotation vector of the face as it is seen, radians.
            share: 0 to 1, how well the neutral face is known.
        """
        moved = self.moved(points, rest, turn)
        steady = moved * self._steady
        rows = slice(None) if share < 1.0 else slice(2 * _COUNT)
        said = np.array(
            [
                stack[rows] @ moved[at]
                for stack, at in zip(self._stacks, self._slices, strict=True)
            ],
            dtype=np.float64,
        )
        known, fitted = said[:, :_COUNT], said[:, _COUNT : 2 * _COUNT]
        alone = self._alone @ known.sum(axis=0)
        evidence = known
        if share < 1.0:
            evidence = share * known + (1.0 - share) * said[:, 2 * _COUNT :]
        misfit = [
            math.sqrt(max(float(d @ d) - float(f @ f), 0.0) / max(len(d), 1))
            for d, f in zip((steady[at] for at in self._slices), fitted, strict=True)
        ]
        return Reading(
            evidence,
            np.minimum(np.maximum(alone, 0.0), 1.0).astype(np.float32),
            np.array(misfit),
        )

    def moved(self, points: Floats, rest: Floats, turn: Triple) -> Floats:
        """Return (3P,) centimetres that the face moved from its neutral, turn removed.

        The points are those of the basis, a region's side by side; the arguments are
        those of a call.
        """
        moved: Floats = points.reshape(-1).take(self._places)
        moved -= rest.reshape(-1).take(self._places)
        moved -= bends(turn).astype(np.float32) @ self._turned
        return moved


def _by_region(basis: FaceBasis) -> tuple[FaceBasis, list[int]]:
    """Return the basis with the points of a region side by side, and where each region
    begins and ends among the coordinates, (4,)."""
    region = region_of(CANONICAL[basis.points, 1])
    order = np.argsort(region, kind="stable")
    at = (3 * order[:, None] + np.arange(3)).reshape(-1)
    counts = np.bincount(region, minlength=len(REGIONS))
    ends = [0, *(3 * np.cumsum(counts)).tolist()]

    def moved(evidence: Evidence) -> Evidence:
        return replace(evidence, gain=evidence.gain[:, at])

    ordered = replace(
        basis,
        points=basis.points[order],
        moves=basis.moves[:, at],
        turned=basis.turned[:, at],
        noise=basis.noise[at],
        known=moved(basis.known),
        unknown=moved(basis.unknown),
    )
    return ordered, ends


def _coordinates(points: npt.NDArray[np.int64]) -> npt.NDArray[np.intp]:
    """Return (3P,) places of the points' coordinates among all points' numbers."""
    return (3 * points[:, None] + np.arange(3)).reshape(-1)


def _fitted(basis: FaceBasis, at: slice) -> Numbers:
    """Return (52, n): times a displacement, numbers whose squares add up to what the
    best weights explain of its squares. See the top of the file."""
    moves = basis.moves[:, at] / basis.noise[at]
    _, sizes, axes = np.linalg.svd(moves, full_matrices=False)
    share = sizes**2 / (sizes**2 + 1.0)
    rows = np.zeros((_COUNT, moves.shape[1]))
    rows[: len(axes)] = np.sqrt(share * (2.0 - share))[:, None] * axes
    return rows / basis.noise[at]
