"""Stops believing the solver's network while it contradicts the landmarks.

The landmarks alone know fewer curves than the network, but their errors are small. If
the two are far apart for long about the jaw, which landmarks show well, only landmarks
count until both agree again. Landmarks that fit no face, as behind a hand, contradict
nobody, and neither do those of a person whose neutral face is not known. If the network
gives no usable numbers, it stops counting at once.
"""

from __future__ import annotations

import math
from typing import Final

from engines.disagreement import Disagreement
from protocols.arrays import Floats
from protocols.channels import INDEX

WATCHED: Final = ("jawOpen",)
"""The curves that are compared. Landmarks of closing lids move too little to contradict
a network that sees the eye, and a smile may be a dimple or a stretch to them."""
FITS: Final = 0.4
"""`Anchor.misfit` of the mouth from which on its landmarks contradict nobody."""
KNOWN: Final = 0.8
"""`Neutral.share` from which on the neutral face is known well enough for that."""

APART: Final = 0.6
"""A difference above it is a contradiction."""
AGREE: Final = 0.3
"""The two agree if every watched curve differs by less."""
PATIENCE_S: Final = 0.5
"""How long either must last before trust changes. A blink is shorter."""
BLEND_S: Final = 0.2
"""Length of the change from trust to none and back."""
GAP_S: Final = 1.0
"""Time between two frames counts only if it is at most this long."""

_WATCHED: Final = [INDEX[name] for name in WATCHED]


def reliable(misfit: float, share: float) -> bool:
    """Return True where landmarks may contradict a network.

    Args:
        misfit: of the mouth, `Anchor.misfit`.
        share: `Neutral.share`.
    """
    return misfit < FITS and share > KNOWN


class Guard:
    """Watches one actor's network. Time comes with the frames."""

    def __init__(self) -> None:
        self._disagreement = Disagreement(
            apart=APART, agree=AGREE, patience_s=PATIENCE_S
        )
        self.reset()

    def reset(self) -> None:
        """Trust the network again. The count stays."""
        self._disagreement.reset()
        self.trust = 1.0
        """0 to 1: how far the network counts in the next frame."""
        self._before_s: float | None = None

    @property
    def count(self) -> int:
        """How often the network stopped counting so far."""
        return self._disagreement.count

    @property
    def active(self) -> bool:
        """True while the network is not believed."""
        return self._disagreement.active

    def watch(
        self, network: Floats | None, landmarks: Floats, reliable: bool, at_s: float
    ) -> None:
        """Compare the two answers of one frame.

        Args:
            network: (52,) weights; None if it gave none that are finite.
            landmarks: (52,) weights by the landmarks alone.
            reliable: they may contradict the network; see `reliable`.
            at_s: of the frame, seconds.
        """
        since_s = 0.0 if self._before_s is None else at_s - self._before_s
        step_s = since_s if 0.0 < since_s <= GAP_S else 0.0
        self._before_s = at_s
        if network is None:
            self._disagreement.consider(math.inf, step_s)
            # Without a blend; the way back to the network is blended.
            self.trust = 0.0
            return
        apart = 0.0
        if reliable:
            apart = max(abs(float(network[i]) - float(landmarks[i])) for i in _WATCHED)
        self._disagreement.consider(apart, step_s)
        step = step_s / BLEND_S
        wanted = 0.0 if self.active else 1.0
        self.trust += max(-step, min(step, wanted - self.trust))
