"""Moves a character while no face is seen: hold, ease to neutral, blend back."""

from __future__ import annotations

import numpy as np

from engines.motion.absence import Absence
from protocols.channels import CHANNELS, POSITION_SLICE, Vector
from protocols.easing import smoothstep


class Hold:
    """Fills the gaps of one face. Call it for every instant, with a face or without."""

    def __init__(self, absence: Absence | None = None) -> None:
        self._absence = absence or Absence()
        self._pose: Vector = np.zeros(len(CHANNELS), dtype=np.float32)
        self._lost_ns: int | None = None
        self._returned_ns: int | None = None
        self._from: Vector = self._pose

    def keep(self, vector: Vector, at_ns: int) -> Vector:
        """Return a tracked (85,) vector, blended in if the face has just returned."""
        if self._lost_ns is not None:
            # The blend starts from the pose that was sent last.
            self._from = self._resting(at_ns)
            self._returned_ns, self._lost_ns = at_ns, None
        if self._returned_ns is not None:
            since_s = (at_ns - self._returned_ns) / 1e9
            if since_s < self._absence.return_s:
                part = np.float32(smoothstep(since_s / self._absence.return_s))
                vector = self._from + part * (vector - self._from)
            else:
                self._returned_ns = None
        self._pose = vector
        return vector

    def miss(self, at_ns: int) -> Vector:
        """Return the (85,) vector for an instant without a face."""
        if self._lost_ns is None:
            self._lost_ns, self._returned_ns = at_ns, None
        return self._resting(at_ns)

    def _resting(self, at_ns: int) -> Vector:
        """Return the held pose, eased to neutral by the time since the loss."""
        if self._lost_ns is None:
            return self._pose
        since_s = (at_ns - self._lost_ns) / 1e9
        gone = np.float32(smoothstep(self._absence.way_to_rest(since_s)))
        # A position has no neutral value: only the pose returns to zero.
        vector: Vector = self._pose * (np.float32(1.0) - gone)
        vector[POSITION_SLICE] = self._pose[POSITION_SLICE]
        return vector
