"""Which of two answers is used, decided by how long they have been apart.

trusted ── farther apart than `apart` for `patience_s` ──► distrusted, one incident
   ▲                                                            │
   └────────── closer than `agree` for `patience_s` ────────────┘
"""

from __future__ import annotations


class Disagreement:
    """Compares a network with something simpler, frame after frame."""

    def __init__(
        self,
        *,
        apart: float,
        agree: float,
        patience_s: float,
        counts_first_step: bool = False,
    ) -> None:
        """Start with trust in the network.

        Args:
            apart: distance above which the two contradict each other.
            agree: distance below which they tell the same; less than `apart`.
            patience_s: how long either must last before sides are changed, seconds.
            counts_first_step: a contradiction begins with the frame before the first
                one that shows it, not with that frame.
        """
        self._apart, self._agree = apart, agree
        self._patience_s = patience_s
        self._counts_first_step = counts_first_step
        self.count = 0
        """Incidents so far: how often trust was lost."""
        self.reset()

    def reset(self) -> None:
        """Trust the network again. The count stays."""
        self.active = False
        """True while the network is not trusted."""
        self._lasted_s = 0.0
        self._wanted = self._counts_first_step

    def consider(self, distance: float, step_s: float) -> None:
        """Take one frame.

        Args:
            distance: between the two answers; infinity if the network gave none.
            step_s: since the frame before, seconds; 0 if that is too long ago.
        """
        wants = distance < self._agree if self.active else distance > self._apart
        self._lasted_s = self._lasted_s + step_s if wants and self._wanted else 0.0
        self._wanted = wants or self._counts_first_step
        if self._lasted_s > self._patience_s:
            self.active = not self.active
            self.count += self.active
            self._lasted_s, self._wanted = 0.0, self._counts_first_step
