"""The newest faces of one source, and its face at any instant between them."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from protocols.channels import WEIGHTS_SLICE, Vector, doubt_unit, unit_number
from protocols.frame import NO_EXPRESSION, FaceFrame

from .delay import STEP_S, WIDEST_S, WINDOW_S
from .regions import CHANNEL_PART, EXPRESSION_PART, WIDTH, Mask

REACH_NS: Final = 750_000_000
"""Faces are kept this long: the longest wait, the largest delay, and some more."""

KEPT: Final = 192
"""Most faces that are kept: that long of the fastest source that is read."""

STALE_NS: Final = 300_000_000
"""A source whose newest face is older does not count."""

GAP_NS: Final = 100_000_000
"""After a longer pause a source starts a new run: nothing is interpolated across it."""

NS: Final = 1_000_000_000

LARGEST: Final = 10.0
"""Largest radians and metres, either way. No head turns or moves farther."""

Channels = npt.NDArray[np.bool_]
"""(85,) True for the channels that a source sends."""

_LOWEST: Final = np.full(WIDTH, -LARGEST, dtype=np.float32)
_HIGHEST: Final = np.full(WIDTH, LARGEST, dtype=np.float32)
for _part in (WEIGHTS_SLICE, EXPRESSION_PART):
    _LOWEST[_part], _HIGHEST[_part] = 0.0, 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The face of one source at one instant."""

    at_ns: int
    """When it arrived, on the monotonic clock, without the jitter of its way."""
    run: int
    """Number of the unbroken run of faces that it belongs to."""
    row: Vector
    """(93,) channels and expressions."""
    given: Mask | None
    """(93,) 1 where the source sends the number. None: it sends all."""
    doubt: Vector | None
    """(52,) as in a frame; None if it is unknown."""
    confidence: float


def given_of(channels: Channels | None, *, expressed: bool) -> Mask | None:
    """Return the (93,) mask of what a source sends; None if it sends all.

    Args:
        channels: (85,) True where it sends a channel; None: all.
        expressed: True if it has identified an expression.
    """
    if channels is None and expressed:
        return None
    given = np.ones(WIDTH, dtype=np.float32)
    if channels is not None:
        given[CHANNEL_PART] = channels
    given[EXPRESSION_PART] = expressed
    return given


def sample_of(
    frame: FaceFrame, at_ns: int, run: int, given: Mask | None = None
) -> Sample | None:
    """Return a frame as a sample; None if a number of it is not finite.

    Weights are kept within 0 to 1, and all other numbers within `LARGEST`.

    Args:
        frame: the solved face.
        at_ns: its instant.
        run: see `Sample`.
        given: from `given_of`.
    """
    row = np.concatenate((frame.vector, frame.expression))
    # A number that is not finite would spoil what others send, even with a weight of 0.
    # The sum of squares is finite only if all are; isfinite on each costs more.
    if not math.isfinite(float(np.vdot(row, row))):
        return None
    np.minimum(np.maximum(row, _LOWEST, out=row), _HIGHEST, out=row)
    doubt = None if frame.doubt is None else doubt_unit(frame.doubt)
    return Sample(at_ns, run, row, given, doubt, unit_number(frame.confidence))


def face_at(samples: Sequence[Sample], at_ns: int) -> Sample:
    """Return the face at an instant: linear between two faces of one run.

    Before the oldest and after the newest face, and within a gap, the nearest earlier
    face is held (the oldest, if there is none).

    Args:
        samples: at least one, with rising instants.
        at_ns: the instant.
    """
    later: Sample | None = None
    # Newest first: the instant is almost always between two of the last few.
    for sample in reversed(samples):
        if sample.at_ns <= at_ns:
            if later is None or later.run != sample.run:
                return sample
            return _between(sample, later, at_ns)
        later = sample
    return samples[0]


def _between(a: Sample, b: Sample, at_ns: int) -> Sample:
    part = (at_ns - a.at_ns) / (b.at_ns - a.at_ns)
    if part == 0.0:
        return a
    row = a.row + np.float32(part) * (b.row - a.row)
    nearest = a if part < 0.5 else b
    return Sample(at_ns, b.run, row, b.given, nearest.doubt, nearest.confidence)


class History:
    """Collects the faces of one source, in the thread that reads the source."""

    def __init__(self) -> None:
        self._samples: deque[Sample] = deque(maxlen=KEPT)
        size = round((WINDOW_S + 2.0 * WIDEST_S + 0.5) / STEP_S)
        self._moves: deque[Sample] = deque(maxlen=size)
        self._run = 0
        self._channels: Channels | None = None
        self._expressed = True
        self._given: Mask | None = None

    def add(
        self, frame: FaceFrame, at_ns: int, channels: Channels | None, *, cut: bool
    ) -> tuple[Sample, ...] | None:
        """Add a face; return all that are kept, oldest first. None if it is not finite.

        Args:
            frame: the face.
            at_ns: its instant; one before the newest counts as just after it.
            channels: see `given_of`.
            cut: True if it is another person's or sender's face than before.
        """
        run = self._run
        if self._samples:
            newest = self._samples[-1]
            at_ns = max(at_ns, newest.at_ns + 1)
            run += cut or at_ns - newest.at_ns > GAP_NS
        expressed = frame.expression is not NO_EXPRESSION
        if channels is not self._channels or expressed != self._expressed:
            # One array for all alike, so that the mix knows that nothing has changed.
            self._channels, self._expressed = channels, expressed
            self._given = given_of(channels, expressed=expressed)
        sample = sample_of(frame, at_ns, run, self._given)
        if sample is None:
            return None
        self._run = run
        self._samples.append(sample)
        while at_ns - self._samples[0].at_ns > REACH_NS:
            self._samples.popleft()
        # A flood must not push out what the delay is measured from.
        if not self._moves or at_ns - self._moves[-1].at_ns >= STEP_S * NS:
            self._moves.append(sample)
        return tuple(self._samples)

    def moves(self) -> tuple[list[float], list[Vector]]:
        """Return instants in seconds, and the faces whose movements are compared.

        Any thread may call it.
        """
        # One step of the interpreter copies it, so no other thread can change it then.
        moves = self._moves.copy()
        return [one.at_ns / NS for one in moves], [one.row for one in moves]
