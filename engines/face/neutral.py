"""Finds the measures of an actor's neutral face while the actor moves.

Nobody needs to hold still. Frames in which the face is still and looks ahead are kept.
The neutral face is the place where they are densest near the average person's neutral
face, found by mean shift from the frames nearest to that. A held smile or closed eyes
are farther from the average than the same person's calm face. So half of the kept
frames are those nearest to the average, which newer frames do not replace.

Other data of a frame (its points, its picture) can be carried along. It is blended from
the same frames with the same weights, and has no part in the search.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from protocols.arrays import Floats

KEPT: Final = 48
"""Calm frames remembered."""
PLAIN: Final = 24
"""Of them, this many nearest to the average person are not replaced by newer ones."""
EVERY_S: Final = 0.15
"""Time between kept frames. Frames closer in time hold nothing new."""
EAGER: Final = 6
"""This many first frames are kept without that wait."""
AGE_S: Final = 60.0
"""Per this time a frame counts as one standard deviation farther away, because posture
and light change."""
WIDTHS: Final = (0.5, 0.35, 0.25)
"""Widths of the mean shift's steps, in standard deviations between people."""
DOUBT: Final = 0.5
"""The average person counts as much as this many frames."""
USUAL: Final = 1.6
"""Standard deviations, fourth power mean over the measures, by which most people's
neutral faces differ from the average; expressions reach 2.5 to 9."""
ALIKE: Final = 1.0
"""A frame adds to a known neutral face if it differs by less, in the same unit."""
GLIDE_S: Final = 0.2
"""Time constant with which the neutral face in use follows the one found."""
STILL: Final = 6.0
"""A frame is calm if its measures change more slowly on average, in standard deviations
a second. The tracker's noise alone makes about 2 at 30 fps."""
REACH: Final = 2.5
"""A neutral measure is at most this many standard deviations from the average."""
GATHERED: Final = 32
"""At most this many of the frames gathered for a calibration keep their other data."""

_NOTHING: Final = np.zeros(0, dtype=np.float32)


class Neutral:
    """A running estimate of one actor's neutral face. Time comes with the frames."""

    def __init__(
        self, mean: Floats, spread: Floats, carried: Floats | None = None
    ) -> None:
        """Start from the average person.

        Args:
            mean: (F,) measures of the average neutral face.
            spread: (F,) standard deviation of them between people, above 0.
            carried: (C,) other data of the average person, to be learned as well.
        """
        self._average, self._spread = mean, spread
        self._carried_mean = _NOTHING if carried is None else carried
        size, more = len(mean), len(self._carried_mean)
        self._away = np.zeros((KEPT, size), dtype=np.float32)
        self._carried = np.zeros((KEPT, more), dtype=np.float32)
        self._far = np.zeros(KEPT)
        self._born_s = np.zeros(KEPT)
        self._carried_target = np.zeros(more, dtype=np.float32)
        self._step = np.zeros(more, dtype=np.float32)
        self.value: Floats = np.zeros(size, dtype=np.float32)
        """(F,) measures of the neutral face in use. Changes in place."""
        self.carried_value: Floats = np.zeros(more, dtype=np.float32)
        """(C,) other data of the neutral face in use. Changes in place."""
        self.reset()

    def reset(self) -> None:
        """Forget this person."""
        self._count = 0
        self._before: Floats | None = None
        self._before_s = -math.inf
        self._last_kept_s = -math.inf
        self._share = 0.0
        self._mean = self._target = self._average
        self._carried_target[:] = self._carried_mean
        self.value[:] = self._mean
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
        return 1.0 if self.calibrated else self._share

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
        self._mean = self._target = np.array(measures, dtype=np.float32)
        self.value[:] = measures
        self._known = 0 if carried is None else len(carried)
        if carried is not None:
            self.carried_value[: self._known] = carried
        self._count = 0
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
            if frontal and self._calm(measures, at_s):
                self._keep(measures, at_s, carried)
            self._glide(at_s)
        self._before, self._before_s = measures, at_s

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

    def _calm(self, measures: Floats, at_s: float) -> bool:
        since_s = at_s - self._before_s
        if self._before is None:
            return True
        if not 0.0 < since_s < 0.5:
            return False
        if self._count >= EAGER and abs(at_s - self._last_kept_s) < EVERY_S:
            return False
        moved = np.abs(measures - self._before) / self._spread
        return float(moved.mean()) < STILL * since_s

    def _keep(self, measures: Floats, at_s: float, carried: Floats | None) -> None:
        away = (measures - self._mean) / self._spread
        # With the fourth power, two closed eyes still count among fifty measures.
        square = away * away
        far = float(square @ square / len(away)) ** 0.25
        if self.calibrated and far > ALIKE:
            return
        self._last_kept_s = at_s
        if self._count < KEPT:
            at = self._count
            self._count += 1
        else:
            near_first = np.argsort(self._far + (at_s - self._born_s) / AGE_S)
            rest = near_first[PLAIN:]
            at = int(rest[self._born_s[rest].argmin()])
        self._away[at], self._far[at], self._born_s[at] = away, far, at_s
        self._carried[at] = self._carried_mean if carried is None else carried
        self._seek()

    def _seek(self) -> None:
        """Find the densest place near the average person, and set the target there."""
        frames = self._away[: self._count]
        far = self._far[: self._count]
        weight = np.exp(-2.0 * (far * far - far.min() ** 2))
        centre = weight @ frames / weight.sum()
        for width in WIDTHS:
            apart = frames - centre
            square = np.einsum("ij,ij->i", apart, apart) / len(centre)
            # The nearest frame's is subtracted, so that scattered frames count, too.
            weight = np.exp((square.min() - square) / (2.0 * width * width))
            centre = weight @ frames / weight.sum()
        odd = np.maximum(far - USUAL, 0.0)
        trust = float((weight * np.exp(-2.0 * odd * odd)).sum())
        share = self._share = trust / (trust + DOUBT)
        np.clip(centre, -REACH, REACH, out=centre)
        self._target = (self._mean + share * centre * self._spread).astype(np.float32)
        self._blend((share / weight.sum() * weight).astype(np.float32), 1.0 - share)

    def _blend(self, weight: Floats, doubt: float) -> None:
        """Set the other data's target: the kept frames' and the average's, weighted."""
        np.dot(weight, self._carried[: self._count], out=self._carried_target)
        np.multiply(self._carried_mean, np.float32(doubt), out=self._step)
        self._carried_target += self._step

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
