"""Ties the network's curves to what the tracker sees.

The landmarks' displacement from the neutral face is, to first order, a sum of what each
curve moves them by. So the weights w are those that explain the displacement and stay
near the network's answer, each as far as it can be believed:

    minimise  |y - B w|^2 / R  +  |m - M w|^2 / S  +  |w - n|^2 / P      0 <= w <= 1

    y  displacement of the landmarks     B  displacement by each curve     R  its noise
    m  change of some measures           M  the same by each curve         S  its noise
    n  the network's weights                                               P  its error

This is the maximum a posteriori estimate of a linear model with Gaussian errors within
bounds (`box.py`). B and R are constant: a frame needs a few products and one to three
small linear systems.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from protocols.arrays import Floats, Numbers
from protocols.channels import ARKIT

from .anchor_rows import (
    IS_IRIS,
    LOOKS,
    ON_SIDE,
    ROW_REGION,
    ROW_SPREAD,
    ROWS,
    agreeing,
)
from .anchor_strengths import SHIPPED, Strengths
from .box import free, least_within
from .curve_solver import View
from .expected_error import REGION_OF, REGIONS
from .face_basis import FaceBasis, load_basis
from .features import AT
from .landmark_evidence import Reader

COUNT: Final = len(ARKIT)

BASIS: Final = load_basis(Path(__file__).with_name("face_basis.npz"))

LOOSE: Final = 0.3
"""Standard deviation of the weights about 0 while the network does not count."""

OPEN: Final = (0.15, 0.4)
"""Part of its own opening that an eye is open: below the first its iris is hidden,
from the second on it is seen."""

MISFIT_POWER: Final = 1.5
MISFIT_PART: Final = 0.3
"""Part of a frame's misfit that is taken at once."""

TURN: Final = 0.25
"""Radians of turn at which the landmarks' deviations count as larger by a half."""

_LIDS: Final = [AT["lidsLeft"], AT["lidsRight"]]


@dataclass(frozen=True, slots=True, eq=False)
class Prior:
    """What is expected of the weights before the landmarks are looked at."""

    weights: Floats
    """(52,) 0 to 1."""
    error: Floats
    """(52,) standard deviation of each, above 0."""


class Anchor:
    """Solves one face's weights; starts where the last frame ended. Not thread-safe."""

    def __init__(
        self, basis: FaceBasis = BASIS, strengths: Strengths = SHIPPED
    ) -> None:
        """Start with nobody seen.

        Args:
            basis: what each curve moves.
            strengths: how far what is believed.
        """
        self._basis = basis
        self._errors, self._reach = strengths.factors(), strengths.reach()
        self._gain = np.float32(strengths.gain)
        self._floor = np.float32(strengths.floor)
        self._noise = np.square(strengths.noise())
        self._agreeing = agreeing(strengths.together)
        self._usual = strengths.misfit
        self._reader = Reader(basis, LOOSE)
        self._rows = basis.measures[:, ROWS].T
        self._apart = basis.known.gram - basis.unknown.gram
        self.reset()

    def reset(self) -> None:
        """Forget the face."""
        self._held = free(COUNT)
        self._gaze: Numbers | None = None
        """(2, 4) the last look that was seen, of `LOOKS`."""
        self.misfit: Numbers = np.ones(len(REGIONS))
        """(3,) by `expected_error.REGIONS`: root mean square of what no weights explain
        of the displacement, in deviations of the usual noise."""
        self.alone: Floats = np.zeros(COUNT, dtype=np.float32)
        """(52,) weights by the landmarks alone, 0 to 1."""

    def prior(self, weights: Floats, sigma: Floats, trust: float = 1.0) -> Prior:
        """Return a prior between the network's answer and nothing known.

        Args:
            weights: (52,) the network's.
            sigma: (52,) the error that it expects.
            trust: 1 believes it, 0 does not.
        """
        error = self._errors * (self._gain * sigma + self._floor)
        if trust == 1.0:
            return Prior(weights, error)
        own = trust / np.square(error)
        loose = (1.0 - trust) / LOOSE**2
        precision = own + loose
        return Prior(weights * own / precision, np.sqrt(1.0 / precision))

    def __call__(
        self, view: View, prior: Prior, rest: Floats, measures: Floats, share: float
    ) -> Floats:
        """Return (52,) float32 weights, 0 to 1.

        Args:
            view: the face.
            prior: from the network.
            rest: (478, 3) points of the neutral face, canonical centimetres.
            measures: (F,) of the neutral face.
            share: 0 to 1, how well it is known.
        """
        read = self._reader(view.alignment.points, rest, view.seen, share)
        change = (view.measures[ROWS] - measures[ROWS]).astype(np.float64)
        opened = _opened(view.measures, measures)
        expected = prior.weights.astype(np.float64)
        if self._gaze is not None:
            # An eye that closes keeps the gaze it had: nobody sees its iris.
            hidden = (1.0 - opened)[:, None]
            expected[LOOKS] += hidden * (self._gaze - expected[LOOKS])
        sure = 1.0 / np.square(prior.error.astype(np.float64))
        lone = 1.0 / (self._noise + ((1.0 - share) * ROW_SPREAD) ** 2)
        lone[IS_IRIS] *= opened[ON_SIDE[IS_IRIS]]
        # The network has no part in the misfit: its wrong answer is no reason to
        # believe the landmarks less.
        self.alone = read.alone
        part = 1.0 if self._gaze is None else MISFIT_PART
        self.misfit = self.misfit + part * (read.misfit - self.misfit)
        # Noisier landmarks than usual count less, as if all their deviations were
        # larger by 1 / `certain`. Curves move one region, so they are scaled as its
        # points.
        turned = 1.0 + 0.5 * (view.turn / TURN) ** 2
        certain = np.array(
            [
                max(each / self._usual, 1.0) ** -MISFIT_POWER / turned
                for each in self.misfit.tolist()
            ]
        )
        curves = certain[REGION_OF]
        gram = self._basis.unknown.gram + share * self._apart
        gram *= curves[:, None] * curves
        gram += self._agreeing
        side = curves * (certain @ read.evidence)
        weighted = self._rows.T * (lone * certain[ROW_REGION] ** 2)
        gram += weighted @ self._rows
        side += weighted @ change
        gram.reshape(-1)[:: COUNT + 1] += sure
        side += sure * expected
        weights, self._held = least_within(gram, side, self._held)
        if self._gaze is None:
            self._gaze = weights[LOOKS]
        self._gaze = self._gaze + opened[:, None] * (weights[LOOKS] - self._gaze)
        found = weights.astype(np.float32)
        # As far as `reach` times for a small weight; 1 stays 1.
        return found * (self._reach - (self._reach - np.float32(1.0)) * found)


def _opened(measures: Floats, rest: Floats) -> Numbers:
    """Return (2,) 0 to 1, left and right: how well an iris is seen between the lids."""
    now, usual = measures[_LIDS].tolist(), rest[_LIDS].tolist()
    parts = (a / max(b, 0.3) for a, b in zip(now, usual, strict=True))
    low, high = OPEN
    return np.array([min(max((p - low) / (high - low), 0.0), 1.0) for p in parts])
