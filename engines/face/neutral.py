"""The measures of an actor's neutral face, learned while the actor moves.

Nobody needs to hold still. Frames in which the face is still and looks ahead are kept,
and the neutral face is found among them (`calm_frames.py`). Who talks has a mouth that
is seldom calm, over brows and eyes that are. So these can be searched for by themselves
as well, and count until the whole face is known.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from protocols.arrays import Floats

from .calm_frames import CalmFrames

ALIKE: Final = 1.0
"""A frame adds to a known neutral face if it differs by less, in standard deviations
between people (fourth power mean)."""
GLIDE_S: Final = 0.2
"""Time constant with which the neutral face in use follows the one found."""
GATHERED: Final = 32
"""At most this many of the frames gathered for a calibration keep their other data."""

_NOTHING: Final = np.zeros(0, dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Half:
    """A part of the face that can be calm while the rest moves."""

    measures: npt.NDArray[np.intp]
    """Its own among the measures."""
    carried: npt.NDArray[np.intp]
    """And among the other data."""


class Neutral:
    """A running estimate of one actor's neutral face. Time comes with the frames."""

    def __init__(
        self,
        mean: Floats,
        spread: Floats,
        carried: Floats | None = None,
        half: Half | None = None,
    ) -> None:
        """Start from the average person.

        Args:
            mean: (F,) measures of the average neutral face.
            spread: (F,) standard deviation of them between people, above 0.
            carried: (C,) other data of the average person, to be learned as well.
            half: is searched for by itself as well.
        """
        self._average = mean
        self._carried_mean = _NOTHING if carried is None else carried
        self._frames = CalmFrames(mean, spread, self._carried_mean)
        self._half = half
        self._half_frames = None
        if half is not None:
            self._half_frames = CalmFrames(
                mean[half.measures],
                spread[half.measures],
                self._carried_mean[half.carried],
            )
        more = len(self._carried_mean)
        self._carried_target = np.zeros(more, dtype=np.float32)
        self._step = np.zeros(more, dtype=np.float32)
        self.value: Floats = np.zeros(len(mean), dtype=np.float32)
        """(F,) measures of the neutral face in use. Changes in place."""
        self.carried_value: Floats = np.zeros(more, dtype=np.float32)
        """(C,) other data of the neutral face in use. Changes in place."""
        self.reset()

    def reset(self) -> None:
        """Forget this person."""
        self._frames.forget(self._average)
        if self._half is not None and self._half_frames is not None:
            self._half_frames.forget(self._average[self._half.measures])
        self._before_s = -math.inf
        self._target = self._average
        self._carried_target[:] = self._carried_mean
        self.value[:] = self._average
        self.carried_value[:] = self._carried_mean
        self._gathering_s = 0.0
        self._gathered: list[Floats] = []
        self._gathered_carried: list[Floats] = []
        self._gathered_from_s = 0.0
        self._every = 1
        self._known = 0
        self._frozen = False
        self.calibrated = False
        """True after a calibration. The measures then stay until `reset`."""

    @property
    def share(self) -> float:
        """Trust in the neutral face found: 0 is the average person, 1 calibrated."""
        if self.calibrated:
            return 1.0
        whole = self._frames.share
        if self._half_frames is None:
            return whole
        # As `_aim` blends the half; the mean of both halves of the face.
        half = whole * whole + (1.0 - whole) * self._half_frames.share
        return 0.5 * (whole + half)

    @property
    def calibrating(self) -> bool:
        """True while frames are gathered for a calibration."""
        return self._gathering_s > 0.0

    def calibrate(self, seconds: float) -> None:
        """Take the next `seconds` of frames as neutral, whatever the face does."""
        self._gathering_s = seconds
        self._gathered = []
        self._gathered_carried = []

    def freeze(self) -> None:
        """Learn nothing more, until `reset`; the neutral face in use stays as it is."""
        self._frozen = True

    def taken(self) -> tuple[Floats, Floats] | None:
        """Return the calibrated neutral face as arguments for `know`, or None."""
        if not self.calibrated:
            return None
        return self.value.copy(), self.carried_value[: self._known].copy()

    def know(self, measures: Floats, carried: Floats | None = None) -> None:
        """Take this neutral face at once, as if calibrated.

        Args:
            measures: (F,) of the face at rest.
            carried: the first K of its other data, as far as known. The rest is still
                learned, from calm frames that are like this face.
        """
        self._target = np.array(measures, dtype=np.float32)
        self._frames.restart(self._target)
        self.value[:] = measures
        self._known = 0 if carried is None else len(carried)
        if carried is not None:
            self.carried_value[: self._known] = carried
        self._gathering_s = 0.0
        self._gathered = []
        self._gathered_carried = []
        self.calibrated = True

    def update(
        self,
        measures: Floats,
        at_s: float,
        frontal: bool,
        carried: Floats | None = None,
    ) -> None:
        """Learn from one frame.

        Args:
            measures: (F,) of the face now.
            at_s: when, seconds.
            frontal: the head looks ahead, so that measures are reliable.
            carried: (C,) other data of this frame; copied if it is kept. None means the
                average person's.
        """
        if self._frozen:
            return
        if self.calibrating:
            self._gather(measures, at_s, carried)
        elif not self.calibrated or self._known < len(self.carried_value):
            if frontal:
                self._learn(measures, at_s, carried)
            self._glide(at_s)
        self._frames.pass_by(measures, at_s)
        if self._half is not None and self._half_frames is not None:
            self._half_frames.pass_by(measures[self._half.measures], at_s)
        self._before_s = at_s

    def _gather(self, measures: Floats, at_s: float, carried: Floats | None) -> None:
        if not self._gathered:
            self._gathered_from_s = at_s
            self._every = 1
        if carried is not None and len(self._gathered) % self._every == 0:
            self._gathered_carried.append(carried.copy())
            if len(self._gathered_carried) > GATHERED:
                del self._gathered_carried[1::2]
                self._every *= 2
        self._gathered.append(measures)
        if abs(at_s - self._gathered_from_s) >= self._gathering_s:
            along = self._gathered_carried
            self.know(
                np.median(self._gathered, axis=0),
                np.median(along, axis=0) if along else None,
            )

    def _learn(self, measures: Floats, at_s: float, carried: Floats | None) -> None:
        kept = False
        if self._frames.calm(measures, at_s):
            limit = ALIKE if self.calibrated else math.inf
            kept = self._frames.keep(measures, at_s, carried, limit)
        half, frames = self._half, self._half_frames
        if half is not None and frames is not None and not self.calibrated:
            own = measures[half.measures]
            if frames.calm(own, at_s):
                more = None if carried is None else carried[half.carried]
                kept = frames.keep(own, at_s, more) or kept
        if kept:
            self._aim()

    def _aim(self) -> None:
        """Set the target: the face found, and its half as far as the whole is not."""
        self._carried_target[:] = self._frames.carried
        if self.calibrated:
            return
        self._target = self._frames.target
        half, frames = self._half, self._half_frames
        if half is None or frames is None:
            return
        part = np.float32(1.0 - self._frames.share)
        self._target = self._target.copy()
        self._target[half.measures] += part * (
            frames.target - self._target[half.measures]
        )
        self._carried_target[half.carried] += part * (
            frames.carried - self._carried_target[half.carried]
        )

    def _glide(self, at_s: float) -> None:
        since_s = min(at_s - self._before_s, 1.0)
        if since_s > 0.0:
            part = np.float32(1.0 - math.exp(-since_s / GLIDE_S))
            if not self.calibrated:
                self.value += part * (self._target - self.value)
            rest = slice(self._known, None)
            step, carried = self._step[rest], self.carried_value[rest]
            np.subtract(self._carried_target[rest], carried, out=step)
            step *= part
            carried += step
