"""Finds a neutral face among the calm frames of an actor who moves.

The neutral face is the place where calm frames are densest near the average person's
neutral face, found by mean shift from the frames nearest to that. A held smile or
closed eyes are farther from the average than the same person's calm face. So half of
the kept frames are those nearest to the average, which newer frames do not replace.

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
STILL: Final = 6.0
"""A frame is calm if its measures change more slowly on average, in standard deviations
a second. The tracker's noise alone makes about 2 at 30 fps."""
REACH: Final = 2.5
"""A neutral measure is at most this many standard deviations from the average."""


class CalmFrames:
    """The calm frames of one actor, and what they say. Time comes with the frames."""

    def __init__(self, mean: Floats, spread: Floats, carried: Floats) -> None:
        """Start with no frame.

        Args:
            mean: (F,) measures of the average neutral face.
            spread: (F,) standard deviation of them between people, above 0.
            carried: (C,) other data of the average person.
        """
        self._mean, self._spread, self._carried_mean = mean, spread, carried
        self._away = np.zeros((KEPT, len(mean)), dtype=np.float32)
        self._carried = np.zeros((KEPT, len(carried)), dtype=np.float32)
        self._far = np.zeros(KEPT)
        self._born_s = np.zeros(KEPT)
        self._step = np.zeros(len(carried), dtype=np.float32)
        self.carried: Floats = carried.copy()
        """(C,) other data of the neutral face found. Changes in place."""
        self.restart(mean)

    def restart(self, mean: Floats) -> None:
        """Forget all frames; look for a face near this one, (F,).

        What was found of the other data stays until `forget`.
        """
        self._mean = self.target = mean
        """(F,) `target`: measures of the neutral face found."""
        self._count = 0
        self.share = 0.0
        """Trust in what was found: 0 is the average person."""

    def forget(self, mean: Floats) -> None:
        """Forget this person: start again near this average face."""
        self.restart(mean)
        self._before: Floats | None = None
        self._before_s = -math.inf
        self._last_kept_s = -math.inf
        self.carried[:] = self._carried_mean

    def pass_by(self, measures: Floats, at_s: float) -> None:
        """Take note of a frame that was not offered: the next must be calm after it."""
        self._before, self._before_s = measures, at_s

    def calm(self, measures: Floats, at_s: float) -> bool:
        """Return True if the face stood still since the frame before, and enough time
        has passed since a frame was kept."""
        since_s = at_s - self._before_s
        if self._before is None:
            return True
        if not 0.0 < since_s < 0.5:
            return False
        if self._count >= EAGER and abs(at_s - self._last_kept_s) < EVERY_S:
            return False
        moved = np.abs(measures - self._before) / self._spread
        return float(moved.mean()) < STILL * since_s

    def keep(
        self,
        measures: Floats,
        at_s: float,
        carried: Floats | None,
        limit: float = math.inf,
    ) -> bool:
        """Keep a frame and search again; return False if it is too far away.

        Args:
            measures: (F,) of a calm face.
            at_s: when, seconds.
            carried: (C,) other data of the frame; None means the average person's.
            limit: standard deviations from the mean up to which frames count.
        """
        away = (measures - self._mean) / self._spread
        # With the fourth power, two closed eyes still count among fifty measures.
        square = away * away
        far = float(square @ square / len(away)) ** 0.25
        if far > limit:
            return False
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
        return True

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
        share = self.share = trust / (trust + DOUBT)
        np.clip(centre, -REACH, REACH, out=centre)
        self.target = (self._mean + share * centre * self._spread).astype(np.float32)
        self._blend((share / weight.sum() * weight).astype(np.float32), 1.0 - share)

    def _blend(self, weight: Floats, doubt: float) -> None:
        """Set the other data found: the kept frames' and the average's, weighted."""
        np.dot(weight, self._carried[: self._count], out=self.carried)
        np.multiply(self._carried_mean, np.float32(doubt), out=self._step)
        self.carried += self._step
