"""From the solved frame of one face to the frame that is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from protocols.channels import MIRROR, MIRROR_SIGN, Vector, sendable
from protocols.frame import FaceFrame

from .hold import Hold, HoldTiming
from .one_euro import OneEuro, Tuning
from .profile import Profile, Retarget


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
        self._smooth = OneEuro(dict(style.tunings)) if style.smooth else None
        self._hold = Hold(subject, style.hold)
        self._retarget = Retarget(style.profile)
        self._mirror = style.mirror

    def keep(self, frame: FaceFrame) -> FaceFrame:
        """Return what is sent for a solved frame."""
        if self._smooth is not None:
            vector = self._smooth(frame.vector, frame.captured_ns / 1e9)
            frame = replace(frame, vector=vector)
        return self._finish(self._hold.keep(frame))

    def miss(self, index: int, captured_ns: int) -> FaceFrame:
        """Return what is sent for an instant without a face."""
        if self._smooth is not None:
            self._smooth.reset()
        return self._finish(self._hold.miss(index, captured_ns))

    def _finish(self, frame: FaceFrame) -> FaceFrame:
        vector = self._retarget(frame.vector)
        if self._mirror:
            vector = mirrored(vector)
        return replace(frame, vector=sendable(vector))
