"""Weights from the learned solver, with geometry beside it."""

from __future__ import annotations

import logging
import math
from contextlib import AbstractContextManager, nullcontext
from typing import Final

import numpy as np

from engines.runtime.engine import FeedError

from .canonical_face import COUNT
from .features import SPREAD, TYPICAL
from .guard import Guard
from .learned import (
    NOBODY,
    LearnedSolver,
    Look,
    Solved,
    look,
    raise_brows,
)
from .neutral import Neutral
from .settle import Settle
from .weigher import PLACES, Floats, Geometry, View, Weighed

logger = logging.getLogger(__name__)

USUAL: Final = 0.1
"""Mean deviation that the network expects of its weights on an ordinary face."""


class LearnedWeigher:
    """Implements `Weigher`. Several actors may share one solver, in one thread."""

    def __init__(
        self,
        solver: LearnedSolver,
        subject: str = "face",
        *,
        usual: float = USUAL,
        timer: AbstractContextManager[object] | None = None,
    ) -> None:
        """Start with the average person's neutral face.

        Args:
            solver: the network; whoever opened it closes it.
            subject: the actor's name, for the log.
            usual: mean deviation that it expects where it is quite sure; above 0.
            timer: entered while patches are cut and while the network runs.
        """
        self.neutral = Neutral(
            TYPICAL, SPREAD, np.concatenate([NOBODY.points.reshape(-1), NOBODY.patches])
        )
        carried = self.neutral.carried_value
        # Views: they change as the neutral face becomes known.
        self._rest = Look(
            carried[:PLACES].reshape(COUNT, 3), carried[PLACES:], NOBODY.turn
        )
        self._solver = solver
        self._subject = subject
        self._usual = usual
        self._timer = nullcontext() if timer is None else timer
        self._geometry = Geometry()
        self._settle = Settle()
        self._guard = Guard()

    @property
    def guarded(self) -> int:
        """How often geometry took over for long."""
        return self._guard.count

    def weigh(self, view: View) -> Weighed:
        """See `Weigher`. Geometry answers where the network cannot."""
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
            solved = self._ask(now)
        before = self._guard.active
        weights = self._guard(
            None if solved is None else self._settled(solved, geometric, view.at_s),
            geometric,
            view.at_s,
        )
        if self._guard.active is not before:
            self._tell()
        if solved is None:
            return Weighed(weights)
        return Weighed(weights, sureness(solved.sigma, self._usual))

    def reset(self) -> None:
        """See `Weigher`."""
        self.neutral.reset()
        self._geometry.reset()
        self._settle.reset()
        self._guard.reset()

    def _settled(self, solved: Solved, geometric: Floats, at_s: float) -> Floats:
        raised = raise_brows(solved.weights, geometric, self.neutral.share)
        return self._settle(raised, solved.sigma, at_s)

    def _ask(self, now: Look) -> Solved | None:
        """Return what the network says; None where it is no answer."""
        try:
            solved = self._solver(now, self._rest, self.neutral.share)
        except FeedError:
            return None
        told = sum(solved.weights.tolist()) + sum(solved.sigma.tolist())
        return solved if math.isfinite(told) else None

    def _tell(self) -> None:
        if self._guard.active:
            logger.warning(
                "x %s: the learned solver and the face's geometry disagree; "
                "geometry takes over until they agree",
                self._subject,
            )
        else:
            logger.warning("- %s: the learned solver is back", self._subject)


def sureness(sigma: Floats, usual: float) -> float:
    """Return 0 to 1: 1 up to the usual deviation, 0 from three times that.

    Args:
        sigma: (52,) deviations that the network expects of its weights.
        usual: their mean on an ordinary face; above 0.
    """
    mean: float = sum(sigma.tolist()) / len(sigma)
    return min(1.0, max(0.0, 1.5 - 0.5 * mean / usual))
