"""Turns one face's solved frames into the frames that are sent."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from engines.expression.held import HeldExpression, Rule
from engines.motion.absence import Absence
from engines.motion.performer import Performer
from engines.motion.style import sized_doubt
from engines.one_euro import MAX_GAP_S, OneEuro, Tuning
from protocols.channels import CHANNELS, EXPRESSIONS, Vector
from protocols.easing import smoothstep
from protocols.frame import NO_EXPRESSION, FaceFrame

from .doubt import unseen
from .finish import Finish, finished
from .hold import Hold

SETTLE_S: Final = 0.12
"""Time constant that smooths the expression probabilities; their sum stays 1."""

_CALM: Final[Vector] = np.array([n == "neutral" for n in EXPRESSIONS], np.float32)
"""(8,) the probabilities of a face at rest."""


@dataclass(frozen=True, slots=True)
class ShapeStyle:
    """The settings of one shaper."""

    smooth: bool = True
    settle: bool = True
    """Smooth the probabilities of expressions; False if a sender has smoothed them."""
    rule: Rule = field(default_factory=Rule)
    """When an expression is held."""
    tunings: Mapping[str, Tuning] = field(default_factory=dict)
    """One-Euro tuning by group; other groups keep their defaults."""
    hold: Absence = field(default_factory=Absence)
    finish: tuple[Finish, ...] = ()
    """Applied in order to every shown frame: ranges, mirror."""


class Shaper:
    """Moves, holds and finishes one face. Not thread-safe.

    Call `take` or `lose` once per image, and `show` for any number of instants.
    """

    def __init__(
        self, subject: str, style: ShapeStyle, performer: Performer | None = None
    ) -> None:
        """Start without a face.

        Args:
            subject: the name on the wire.
            style: the settings.
            performer: moves the face in place of the filter and the hold.
        """
        self._subject = subject
        self.performer = performer
        """The face's own generator, if it has one."""
        self._smooth = OneEuro(dict(style.tunings)) if style.smooth else None
        self._settle = style.settle
        self._absence = style.hold
        self._hold = Hold(style.hold)
        self.finish = style.finish
        """Applied in order to every shown frame; may be replaced at any time."""
        self.paused = False
        """True while frames count as frames without a face; may be set at any time."""
        self._expression: Vector = NO_EXPRESSION
        self._expressed_ns = 0
        self._hold_expression = HeldExpression(style.rule)
        self._mood = ""
        self._lost: tuple[int, Vector] | None = None
        """When the face was lost, nanoseconds, and its expression then."""
        self._vector: Vector = np.zeros(len(CHANNELS), dtype=np.float32)
        self._tracked = False
        self._confidence = 0.0
        self._doubt: Vector | None = None
        self._seen_ns = 0
        self._unseen = True

    @property
    def guarded(self) -> int:
        """Number of times that One-Euro has replaced the generator."""
        return 0 if self.performer is None else self.performer.generator.guarded

    def keep(self, frame: FaceFrame) -> FaceFrame:
        """Take a solved frame and return the frame to send."""
        self.take(frame)
        return self.show(frame.index, frame.captured_ns)

    def miss(self, index: int, captured_ns: int) -> FaceFrame:
        """Take an instant without a face and return the frame to send."""
        self.lose(captured_ns)
        return self.show(index, captured_ns)

    def take(self, frame: FaceFrame) -> None:
        """Take a solved frame."""
        if self.paused:
            self.lose(frame.captured_ns)
            return
        at_s = frame.captured_ns / 1e9
        self._tracked, self._confidence = True, frame.confidence
        self._unseen = not frame.tracked
        if self.performer is not None:
            if frame.tracked:
                self.performer.observe(
                    frame.vector, at_s, frame.expression, frame.confidence
                )
            else:
                # The landmarks are not a face; the frame repeats the last pose.
                self.performer.miss(at_s)
            self._tracked = self.performer.seen
            self._unseen = not self._tracked
        else:
            vector = frame.vector
            if self._smooth is not None:
                vector = self._smooth(vector, at_s)
            self._vector = self._hold.keep(vector, frame.captured_ns)
        self._express(frame)
        if not self._unseen:
            self._doubt, self._seen_ns = frame.doubt, frame.captured_ns

    def lose(self, captured_ns: int) -> None:
        """Take an instant without a face."""
        self._tracked, self._confidence, self._unseen = False, 0.0, True
        self._relax(captured_ns)
        if self.performer is not None:
            self.performer.miss(captured_ns / 1e9)
            return
        if self._smooth is not None:
            self._smooth.reset()
        self._vector = self._hold.miss(captured_ns)

    def meet(self) -> None:
        """Expect another person in the next frame, and forget the last expression."""
        self._expression, self._mood, self._lost = NO_EXPRESSION, "", None
        self._hold_expression.reset()
        if self.performer is not None:
            self.performer.expect_another_face()

    def show(self, index: int, captured_ns: int) -> FaceFrame:
        """Return the frame to send for an instant at or after the last taken one."""
        vector, doubt, lead_ns = self._vector, self._doubt, 0
        if doubt is not None and self._unseen:
            doubt = unseen(doubt, (captured_ns - self._seen_ns) / 1e9)
        if self.performer is not None:
            vector = self.performer.show(captured_ns / 1e9)
            lead_ns = round(self.performer.lead_s * 1e9)
            if doubt is not None:
                doubt = sized_doubt(doubt, self.performer.style)
        if self.finish:
            vector, doubt = finished(self.finish, vector, doubt)
        return FaceFrame(
            index,
            captured_ns,
            self._subject,
            vector,
            self._expression,
            self._confidence,
            self._tracked,
            doubt,
            lead_ns,
            self._mood,
        )

    def _express(self, frame: FaceFrame) -> None:
        """Smooth the probabilities, because a network's output flickers, and decide
        which expression is held."""
        before, read = self._expression, frame.expression
        unsettled = self._settle and before is not NO_EXPRESSION
        if unsettled and read is not NO_EXPRESSION:
            step_s = (frame.captured_ns - self._expressed_ns) / 1e9
            keep = math.exp(-step_s / SETTLE_S) if 0.0 < step_s < MAX_GAP_S else 0.0
            read = read + np.float32(keep) * (before - read)
        self._lost = None
        self._feel(read, frame.captured_ns)

    def _relax(self, at_ns: int) -> None:
        """Ease the expression of a lost face to neutral, as its pose eases to rest."""
        if self._expression is NO_EXPRESSION:
            return
        if self._lost is None:
            self._lost = at_ns, self._expression
        since_ns, before = self._lost
        way = self._absence.way_to_rest((at_ns - since_ns) / 1e9)
        self._feel(before + np.float32(smoothstep(way)) * (_CALM - before), at_ns)

    def _feel(self, expression: Vector, at_ns: int) -> None:
        self._expression, self._expressed_ns = expression, at_ns
        self._mood = self._hold_expression(expression, at_ns)
