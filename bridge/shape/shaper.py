"""From the solved frame of one face to the frame that is sent."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from engines.motion.absence import Absence
from engines.motion.performer import Performer
from engines.one_euro import MAX_GAP_S, OneEuro, Tuning
from protocols.channels import CHANNELS, Vector
from protocols.frame import NO_EXPRESSION, FaceFrame

from .finish import Finish
from .hold import Hold

SETTLE_S: Final = 0.12
"""Time constant of the expression probabilities, which stay a distribution."""


@dataclass(frozen=True, slots=True)
class ShapeStyle:
    """Everything a face's shaping is set up with."""

    smooth: bool = True
    tunings: Mapping[str, Tuning] = field(default_factory=dict)
    """One-Euro tuning by group; groups not named keep their default."""
    hold: Absence = field(default_factory=Absence)
    finish: tuple[Finish, ...] = ()
    """Applied in order to every vector that is shown: ranges, mirror."""


class Shaper:
    """Moves, holds and finishes one face. Not thread-safe.

    A frame is taken, or lost, once; it can be shown for as many instants as wanted.
    """

    def __init__(
        self, subject: str, style: ShapeStyle, performer: Performer | None = None
    ) -> None:
        """Start with nobody seen.

        Args:
            subject: the name on the wire.
            style: everything else.
            performer: moves the face instead of the filter and the hold.
        """
        self._subject = subject
        self.performer = performer
        """The face's own generator, if it has one."""
        self._smooth = OneEuro(dict(style.tunings)) if style.smooth else None
        self._hold = Hold(style.hold)
        self.finish = style.finish
        """Applied in order to every vector that is shown; may be changed any time."""
        self._expression: Vector = NO_EXPRESSION
        self._expressed_ns = 0
        self._vector: Vector = np.zeros(len(CHANNELS), dtype=np.float32)
        self._tracked = False
        self._confidence = 0.0

    @property
    def guarded(self) -> int:
        """How often One-Euro had to take over from a generator."""
        return 0 if self.performer is None else self.performer.generator.guarded

    def keep(self, frame: FaceFrame) -> FaceFrame:
        """Return what is sent for a solved frame."""
        self.take(frame)
        return self.show(frame.index, frame.captured_ns)

    def miss(self, index: int, captured_ns: int) -> FaceFrame:
        """Return what is sent for an instant without a face."""
        self.lose(captured_ns)
        return self.show(index, captured_ns)

    def take(self, frame: FaceFrame) -> None:
        """Take a solved frame."""
        at_s = frame.captured_ns / 1e9
        self._tracked, self._confidence = True, frame.confidence
        if self.performer is not None:
            if frame.tracked:
                self.performer.observe(
                    frame.vector, at_s, frame.expression, frame.confidence
                )
            else:
                # Landmarks that were no face: its pose is but the last one's.
                self.performer.miss(at_s)
            self._tracked = self.performer.seen
        else:
            vector = frame.vector
            if self._smooth is not None:
                vector = self._smooth(vector, at_s)
            self._vector = self._hold.keep(vector, frame.captured_ns)
        self._express(frame)

    def lose(self, captured_ns: int) -> None:
        """Take an instant without a face."""
        self._tracked, self._confidence = False, 0.0
        if self.performer is not None:
            self.performer.miss(captured_ns / 1e9)
            return
        if self._smooth is not None:
            self._smooth.reset()
        self._vector = self._hold.miss(captured_ns)

    def meet(self) -> None:
        """Take the next frame for another person's: nothing is told by the last's."""
        self._expression = NO_EXPRESSION
        if self.performer is not None:
            self.performer.expect_another_face()

    def show(self, index: int, captured_ns: int) -> FaceFrame:
        """Return what is sent for an instant at or after the last that was taken."""
        vector = self._vector
        if self.performer is not None:
            vector = self.performer.show(captured_ns / 1e9)
        for finish in self.finish:
            vector = finish(vector)
        return FaceFrame(
            index,
            captured_ns,
            self._subject,
            vector,
            self._expression,
            self._confidence,
            self._tracked,
        )

    def _express(self, frame: FaceFrame) -> None:
        """Let the probabilities settle: a network's answer flickers between frames."""
        before, read = self._expression, frame.expression
        if before is not NO_EXPRESSION and read is not NO_EXPRESSION:
            step_s = (frame.captured_ns - self._expressed_ns) / 1e9
            keep = math.exp(-step_s / SETTLE_S) if 0.0 < step_s < MAX_GAP_S else 0.0
            read = read + np.float32(keep) * (before - read)
        self._expression, self._expressed_ns = read, frame.captured_ns
