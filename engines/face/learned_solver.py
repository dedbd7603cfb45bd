"""The learned solver: a network's weights, tied to the face's landmarks.

view -> patches -> network -> anchor -> tongue -> settled -> lips sealed -> curves
                     guard ────┘
"""

from __future__ import annotations

import logging
import math
from contextlib import AbstractContextManager, nullcontext
from typing import Final

import numpy as np

from engines.runtime.engine import FeedError
from protocols.arrays import Floats
from protocols.channels import ARKIT, INDEX

from .anchor import Anchor
from .canonical_face import CANONICAL, COUNT
from .curve_solver import PLACES, Curves, View
from .expected_error import MOUTH, expected_error, region_of
from .features import NAMES, SPREAD, TYPICAL
from .guard import Guard, reliable
from .lips import seal
from .neutral import Half, Neutral
from .patches import EYE
from .settle import Settle
from .solver_network import NOBODY, Estimate, Look, SolverNetwork, look
from .tongue import Tongue

logger = logging.getLogger(__name__)

USUAL: Final = 0.1
"""Standard deviation, mean of 52, that the network expects on an ordinary face."""


_TONGUE: Final = INDEX["tongueOut"]
_NOTHING: Final = np.zeros(len(ARKIT), dtype=np.float32)
_UNSURE: Final = np.full(len(ARKIT), 0.2, dtype=np.float32)
"""The error expected of a network that gives no answer."""


def _upper() -> Half:
    """Return brows and eyes: their measures, points and patches."""
    first = ("brow", "lids", "upperLid", "lowerLid", "eyeWidth", "iris")
    points = np.repeat(region_of(CANONICAL[:, 1]) != MOUTH, 3)
    return Half(
        np.array([i for i, name in enumerate(NAMES) if name.startswith(first)]),
        np.concatenate([np.flatnonzero(points), PLACES + np.arange(2 * EYE * EYE)]),
    )


UPPER: Final = _upper()


class LearnedSolver:
    """Implements `CurveSolver`. Several actors may share one network, in one thread."""

    def __init__(
        self,
        network: SolverNetwork,
        subject: str = "face",
        *,
        usual: float = USUAL,
        timer: AbstractContextManager[object] | None = None,
        anchor: Anchor | None = None,
    ) -> None:
        """Start with the average person's neutral face.

        Args:
            network: whoever opened it closes it.
            subject: the actor's name, for the log.
            usual: mean deviation that counts as full certainty; above 0.
            timer: entered while patches are cut and while the network runs.
            anchor: this solver's own; None opens the one that ships.
        """
        self.neutral = Neutral(
            TYPICAL,
            SPREAD,
            np.concatenate([NOBODY.points.reshape(-1), NOBODY.patches]),
            UPPER,
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
        self._anchor = Anchor() if anchor is None else anchor
        self._settle = Settle()
        self._guard = Guard()
        self._tongue = Tongue()

    @property
    def guarded(self) -> int:
        """How often the network stopped counting because it contradicted the
        landmarks for long."""
        return self._guard.count

    def solve(self, view: View) -> Curves:
        """See `CurveSolver`. Without a network's answer, the landmarks alone count."""
        with self._timer:
            now = look(view.pixels, view.alignment)
        self.neutral.update(
            view.measures,
            view.at_s,
            view.ahead,
            np.concatenate([now.points.reshape(-1), now.patches]),
        )
        with self._timer:
            estimate = self._ask(now)
        return self._anchored(view, estimate)

    def _anchored(self, view: View, estimate: Estimate | None) -> Curves:
        share = self.neutral.share
        weights, sigma, trust = _NOTHING, _UNSURE, 0.0
        if estimate is not None:
            weights, sigma, trust = estimate.weights, estimate.sigma, self._guard.trust
        anchored = self._anchor(
            view,
            self._anchor.prior(weights, sigma, trust),
            self._rest.points,
            self.neutral.value,
            share,
        )
        before = self._guard.active
        self._guard.watch(
            None if estimate is None else weights,
            self._anchor.alone,
            reliable(float(self._anchor.misfit[MOUTH]), share),
            view.at_s,
        )
        if self._guard.active is not before:
            self._log_change()
        # A network that does not count has no word in the doubt either.
        own = (
            sigma
            if trust == 1.0
            else sigma + np.float32(1.0 - trust) * (_UNSURE - sigma)
        )
        anchored[_TONGUE] = self._tongue(float(anchored[_TONGUE]), view.at_s)
        doubt = expected_error(anchored, own, self._anchor.misfit, view.turn, share)
        settled = self._settle(anchored, own, view.at_s)
        # Last, for a smoothed mouth closes too late.
        sealed = seal(settled, view.measures)
        if estimate is None:
            return Curves(sealed, doubt)
        return Curves(sealed, doubt, certainty(sigma, self._usual))

    def reset(self) -> None:
        """See `CurveSolver`."""
        self.neutral.reset()
        self._anchor.reset()
        self._settle.reset()
        self._guard.reset()
        self._tongue.reset()

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
                "x %s: the solver's network contradicts the face's landmarks; "
                "the landmarks alone count until both agree",
                self._subject,
            )
        else:
            logger.warning("- %s: the solver's network counts again", self._subject)


def certainty(sigma: Floats, usual: float) -> float:
    """Return 1 up to the usual deviation, 0 from three times that, linear between.

    Args:
        sigma: (52,) standard deviations that the network expects of its weights.
        usual: their mean on an ordinary face; above 0.
    """
    mean: float = sum(sigma.tolist()) / len(sigma)
    return min(1.0, max(0.0, 1.5 - 0.5 * mean / usual))
