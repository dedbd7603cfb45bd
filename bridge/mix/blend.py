"""Blends the faces of several sources into one, without jumps.

A source that dies, returns or is covered changes the weights at once, and the face
follows slowly: what would have been a jump becomes an offset, which eases to 0. So the
face moves as the new source does from the first frame on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from engines.face import doubt as doubts
from protocols.channels import ARKIT, Vector, unit

from .history import Sample
from .regions import CHANNEL_PART, EXPRESSION_PART, WIDTH
from .weights import Weights

FASTEST: Final = 2.5
"""An offset shrinks by at most this per second: 0.083 a frame at 30 frames a second."""

MOST: Final = 0.09
"""An offset shrinks by at most this per frame, at any rate."""

EASE_S: Final = 0.12
"""Time constant of the last part of an offset."""

FORGET_S: Final = 1.0
"""After a pause this long the next face starts without an offset. By then the motion
stage has eased the character away, and blends the face in itself."""

UNKNOWN: Final = np.float32(doubts.UNKNOWN)
CURVES: Final = slice(0, len(ARKIT))
SMALLEST: Final = np.float32(1e-4)
"""A smaller offset counts as 0."""


@dataclass(frozen=True, slots=True, eq=False)
class Mixed:
    """The blended face of one instant."""

    vector: Vector
    """(85,) as in a frame."""
    expression: Vector | None
    """(8,) as in a frame; None if no source has identified one."""
    doubt: Vector | None
    """(52,) as in a frame; None if a source that counts does not know its doubt."""
    confidence: float


class Blender:
    """Blends one face. Call it in time order; not thread-safe."""

    def __init__(self, sources: int) -> None:
        """Start without a face.

        Args:
            sources: how many there are.
        """
        self._rows = np.zeros((sources, WIDTH), dtype=np.float32)
        self._runs = [-1] * sources
        self._offset = np.zeros(WIDTH, dtype=np.float32)
        self._use(np.zeros((sources, WIDTH), dtype=np.float32))
        self._easing = False
        self._last_ns: int | None = None

    def blend(
        self, samples: Sequence[Sample | None], weights: Weights, at_ns: int
    ) -> Mixed:
        """Return the blended face.

        Args:
            samples: the face of each source at this instant; None for sources that do
                not count.
            weights: from `weights.compose`. An array that was passed before must not
                be changed.
            at_ns: the instant.
        """
        step_s = None if self._last_ns is None else (at_ns - self._last_ns) / 1e9
        self._last_ns = at_ns
        fresh = step_s is None or not 0.0 <= step_s < FORGET_S
        rows = self._rows
        for i, sample in enumerate(samples):
            if sample is None:
                continue
            if sample.run != self._runs[i]:
                self._runs[i] = sample.run
                self._offset += self._weights[i] * (rows[i] - sample.row)
                self._easing = True
            rows[i] = sample.row
        if weights is not self._weights:
            self._offset += ((self._weights - weights) * rows).sum(axis=0)
            self._use(weights)
        if fresh:
            self._offset[:] = 0.0
            self._easing = False
        row = np.add.reduce(weights * rows, axis=0)
        if self._easing:
            self._ease(step_s or 0.0)
            row += self._offset
        return self._mixed(row, samples)

    def _ease(self, step_s: float) -> None:
        """Shrink the offset by what one frame may change."""
        size = np.abs(self._offset)
        step = np.minimum(size * np.float32(min(step_s / EASE_S, 1.0)), MOST)
        np.minimum(step, np.float32(FASTEST * step_s), out=step)
        self._offset -= np.copysign(step, self._offset)
        self._offset[size < SMALLEST] = 0.0
        self._easing = bool(self._offset.any())

    def _use(self, weights: Weights) -> None:
        self._weights, self._easing = weights, True
        curves = weights[:, CURVES]
        self._counting = [
            (i, share, of)
            for i, (share, of) in enumerate(
                zip(curves.mean(axis=1).tolist(), curves, strict=True)
            )
            if share
        ]
        self._rest_doubt = UNKNOWN * (np.float32(1.0) - curves.sum(axis=0))
        self._whole = bool(((weights == 0.0) | (weights == 1.0)).all())
        """True if no number is blended: each is that of one source, or 0."""
        self._expressed = bool(weights[:, EXPRESSION_PART.start].any())

    def _mixed(self, row: Vector, samples: Sequence[Sample | None]) -> Mixed:
        vector = row[CHANNEL_PART]
        if self._easing or not self._whole:
            vector[CURVES] = unit(vector[CURVES])
        expression = None
        if self._expressed or (self._easing and self._offset[EXPRESSION_PART].any()):
            expression = unit(row[EXPRESSION_PART])
        confidence, doubt = 0.0, self._rest_doubt if self._counting else None
        for i, share, of in self._counting:
            sample = samples[i]
            if sample is None:
                continue
            confidence += share * sample.confidence
            if sample.doubt is None:
                doubt = None
            elif doubt is not None:
                # The errors of two solvers may be alike, so they do not cancel out.
                doubt = doubt + of * sample.doubt
        if doubt is not None:
            if self._easing:
                doubt = doubt + np.abs(self._offset[CURVES])
            doubt = np.minimum(doubt, np.float32(1.0))
        return Mixed(vector, expression, doubt, min(confidence, 1.0))
