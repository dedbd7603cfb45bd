"""From the solved frame of one face to the frame that is sent."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from engines.one_euro import MAX_GAP_S, OneEuro, Tuning
from protocols.channels import MIRROR, MIRROR_SIGN, Vector
from protocols.frame import NO_EXPRESSION, FaceFrame

from .hold import Hold, HoldTiming
from .profile import Profile, Retarget

SETTLE_S: Final = 0.12
"""Time constant of the expression probabilities, which stay a distribution."""


@dataclass(frozen=True, slots=True)
class ShapeStyle:
    """Everything a face's shaping is set up with."""

    smooth: bool = True
    tunings: Mapping[str, Tuning] = field(default_factory=dict)
    """One-Euro tuning by group; groups not named keep their default."""
    hold: HoldTiming = field(default_factory=HoldTiming)
    profile: Profile = field(default_factory=Profile)
    mirror: bool = False


def mirrored(vector: Vector) -> Vector:
    """Return the same face in a mirror: sides swap, yaw and roll turn round."""
    out: Vector = vector[MIRROR] * MIRROR_SIGN
    return out


class Shaper:
    """Smooth, hold, retarget and mirror one face. Not thread-safe."""

    def __init__(self, subject: str, style: ShapeStyle) -> None:
        self._subject = subject
        self._smooth = OneEuro(dict(style.tunings)) if style.smooth else None
        self._hold = Hold(style.hold)
        self._retarget = Retarget(style.profile)
        self._mirror = style.mirror
        self._expression: Vector = NO_EXPRESSION
        self._expressed_ns = 0

    def keep(self, frame: FaceFrame) -> FaceFrame:
        """Return what is sent for a solved frame."""
        vector = frame.vector
        if self._smooth is not None:
            vector = self._smooth(vector, frame.captured_ns / 1e9)
        self._express(frame)
        return FaceFrame(
            frame.index,
            frame.captured_ns,
            self._subject,
            self._finish(self._hold.keep(vector, frame.captured_ns)),
            self._expression,
            frame.confidence,
        )

    def miss(self, index: int, captured_ns: int) -> FaceFrame:
        """Return what is sent for an instant without a face."""
        if self._smooth is not None:
            self._smooth.reset()
        return FaceFrame(
            index,
            captured_ns,
            self._subject,
            self._finish(self._hold.miss(captured_ns)),
            self._expression,
            confidence=0.0,
            tracked=False,
        )

    def _express(self, frame: FaceFrame) -> None:
        """Let the probabilities settle: a network's answer flickers between frames."""
        before, read = self._expression, frame.expression
        if before is not NO_EXPRESSION and read is not NO_EXPRESSION:
            step_s = (frame.captured_ns - self._expressed_ns) / 1e9
            keep = math.exp(-step_s / SETTLE_S) if 0.0 < step_s < MAX_GAP_S else 0.0
            read = read + np.float32(keep) * (before - read)
        self._expression, self._expressed_ns = read, frame.captured_ns

    def _finish(self, vector: Vector) -> Vector:
        vector = self._retarget(vector)
        return mirrored(vector) if self._mirror else vector
