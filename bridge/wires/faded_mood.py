"""The held expression of a frame as weights, for wires that send weights."""

from __future__ import annotations

from typing import Final

import numpy as np

from engines.expression.fade import Fade
from protocols.channels import EXPRESSIONS, Vector
from protocols.frame import FaceFrame

_PLACES: Final = {name: at for at, name in enumerate(EXPRESSIONS)}


class FadedMood:
    """Follows the held expression of one face, in time order. Not thread-safe."""

    def __init__(self) -> None:
        """Start with none."""
        self._fade = Fade(len(EXPRESSIONS))

    def __call__(self, frame: FaceFrame) -> Vector:
        """Return (8,) weights, 0 to 1; the probabilities if the mood is unknown."""
        if not frame.mood:
            return frame.expression
        weights = self._fade(_PLACES[frame.mood], frame.captured_ns)
        return np.array(weights, dtype=np.float32)
