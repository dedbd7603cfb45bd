"""The learned solver: a network's weights, checked against the face's geometry.

view -> patches -> network -> raised brows -> settled -> guard -> curves
                      geometry ─────┴───────────────────────┘
"""

from __future__ import annotations

import logging
import math
from contextlib import AbstractContextManager, nullcontext
from typing import Final

import numpy as np

from engines.runtime.engine import FeedError
from protocols.arrays import Floats
from protocols.channels import ARKIT

from .canonical_face import COUNT
from .curve_solver import PLACES, Curves, GeometricWeights, View
from .doubt import GEOMETRIC
from .features import SPREAD, TYPICAL
from .guard import Guard
from .neutral import Neutral
from .settle import Settle
from .solver_network import (
    NOBODY,
    Estimate,
    Look,
    SolverNetwork,
    look,
    raise_brows,
)

logger = logging.getLogger(__name__)

USUAL: Final = 0.1
"""Standard deviation, mean of 52, that the network expects on an ordinary face."""


_MOST: Final = np.ones(len(ARKIT), dtype=np.float32)
"""A doubt is at most 1. A whole array costs a quarter of what a number does."""


class LearnedSolver:
    """Implements `CurveSolver`. Several actors may share one network, in one thread."""

    def __init__(
        self,
        network: SolverNetwork,
        subject: str = "face",
        *,
        usual: float = USUAL,
        timer: AbstractContextManager[object] | None = None,
    ) -> None:
        """Start with the average person's neutral face.

        Args:
            network: whoever opened it closes it.
            subject: the actor's name, for the log.
            usual: mean deviation that counts as full certainty; above 0.
            timer: entered while patches are cut and while the network runs.
        """
        self.neutral = Neutral(
            TYPICAL, SPREAD, np.concatenate([NOBODY.points.reshape(-1), NOBODY.patches])
        )
        carried = self.neutral.carried_value
        # Views of `carried`, so they follow the neutral face as it is learned.
        self._rest = Look(
            carried[:PLACES].reshape(COUNT, 3), carried[PLACES:], NOBODY.turn
        )
        self._network = network
        self._subject = subject
        self._usual = usual
        self._timer = nullcontext() if timer is None else timer
        self._geometry = GeometricWeights()
        self._settle = Settle()
        self._guard = Guard()

    @property
    def guarded(self) -> int:
        """How often geometry took over because the two disagreed for long."""
        return self._guard.count

    def solve(self, view: View) -> Curves:
        """See `CurveSolver`. Without an answer of the network, geometry's is used."""
        with self._timer:
            now = look(view.pixels, view.alignment)
        self.neutral.update(
            view.measures,
            view.at_s,
            view.ahead,
            np.concatenate([now.points.reshape(-1), now.patches]),
        )
        geometric = self._geometry(view, self.neutral.value)
        with self._timer:
            estimate = self._ask(now)
        before = self._guard.active
        weights = self._guard(
            None if estimate is None else self._settled(estimate, geometric, view.at_s),
            geometric,
            view.at_s,
        )
        if self._guard.active is not before:
            self._log_change()
        doubt = self._doubt(estimate, view)
        if estimate is None:
            return Curves(weights, doubt)
        return Curves(weights, doubt, certainty(estimate.sigma, self._usual))

    def reset(self) -> None:
        """See `CurveSolver`."""
        self.neutral.reset()
        self._geometry.reset()
        self._settle.reset()
        self._guard.reset()

    def _settled(self, estimate: Estimate, geometric: Floats, at_s: float) -> Floats:
        raised = raise_brows(estimate.weights, geometric, self.neutral.share)
        return self._settle(raised, estimate.sigma, at_s)

    def _doubt(self, estimate: Estimate | None, view: View) -> Floats:
        """Return the (52,) doubt of the weights that the guard gave: the network's
        own, geometry's or between, as the weights are."""
        geometry = self._guard.share
        if estimate is not None and geometry == 0.0:
            return np.minimum(estimate.sigma, _MOST)
        geometric = GEOMETRIC(view.turn, self.neutral.share)
        if estimate is None or geometry == 1.0:
            return geometric
        learned = np.minimum(estimate.sigma, _MOST)
        blended: Floats = learned + np.float32(geometry) * (geometric - learned)
        return blended

    def _ask(self, now: Look) -> Estimate | None:
        """Return the network's answer; None if it gives none or numbers not finite."""
        try:
            estimate = self._network(now, self._rest, self.neutral.share)
        except FeedError:
            return None
        total = sum(estimate.weights.tolist()) + sum(estimate.sigma.tolist())
        return estimate if math.isfinite(total) else None

    def _log_change(self) -> None:
        if self._guard.active:
            logger.warning(
                "x %s: the learned solver and the face's geometry disagree; "
                "geometry takes over until they agree",
                self._subject,
            )
        else:
            logger.warning("- %s: the learned solver is back", self._subject)


def certainty(sigma: Floats, usual: float) -> float:
    """Return 1 up to the usual deviation, 0 from three times that, linear between.

    Args:
        sigma: (52,) standard deviations that the network expects of its weights.
        usual: their mean on an ordinary face; above 0.
    """
    mean: float = sum(sigma.tolist()) / len(sigma)
    return min(1.0, max(0.0, 1.5 - 0.5 * mean / usual))
