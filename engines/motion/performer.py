"""One character's performance: generated while a face is seen, bridged, idle, blended
back.

observe, miss ──► generator ──► idle and return ──► speed ──► style ──► body ──► show
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from engines.one_euro import MAX_GAP_S
from protocols.channels import CHANNELS, Vector
from protocols.easing import least_jerk
from protocols.frame import NO_EXPRESSION

from .absence import Absence
from .body import NECK_SHARE, Body
from .generator import MotionGenerator
from .idle import Idle
from .limits import is_finite, limited
from .signals import PLACE, Signals, signals_of
from .style import Style, network_style, pose_number, sized

SHORT_S: Final = 0.1
"""A face that was gone for less returns without a blend: only a frame or two were
lost."""
SHORT_RETURN_S: Final = 0.12
"""A face that returns during the bridge is blended in over this time."""


class Performer:
    """Turns one face's observed frames into vectors to send. Not thread-safe."""

    def __init__(
        self,
        generator: MotionGenerator,
        *,
        absence: Absence | None = None,
        style: Style = "natural",
        lead_s: float = 0.0,
        neck_share: float = NECK_SHARE,
        seed: int = 0,
    ) -> None:
        """Start without a face.

        Args:
            generator: used by this face only.
            absence: what happens while no face is seen.
            style: may be changed at any time, as may `lead_s`.
            lead_s: how far the performance is ahead of the frames, 0 or more.
            neck_share: the neck's part of the head's rotation.
            seed: of the idle motion; use another one for every character.
        """
        self.generator = generator
        self.lead_s = lead_s
        self.style = style
        self._absence = absence or Absence()
        self._idle = Idle(seed)
        self._body = Body(
            neck_share=neck_share,
            alive=self._absence.idle,
            phase=seed * 0.618 % 1.0,
        )
        self._lost_s: float | None = -math.inf
        self._returned_s: float | None = None
        self._blend_s = 0.0
        self._shown: Signals | None = None
        self._from: Signals | None = None
        self._shown_s = 0.0
        self._another = False
        self._vector: Vector = np.zeros(len(CHANNELS), dtype=np.float32)

    @property
    def style(self) -> Style:
        """The style of the performance."""
        return self._style

    @style.setter
    def style(self, style: Style) -> None:
        self.generator.style = network_style(style)
        self._style = style

    @property
    def idle(self) -> bool:
        """True if the character breathes and sways, and blinks at rest; may be changed
        at any time."""
        return self._absence.idle

    @idle.setter
    def idle(self, idle: bool) -> None:
        self._absence = replace(self._absence, idle=idle)
        self._body.alive = idle

    @property
    def seen(self) -> bool:
        """True if the last frame had a face."""
        return self._lost_s is None

    def expect_another_face(self) -> None:
        """Treat the next face as another person's: blend it in, as after an absence.

        The performance continues until that face is seen.
        """
        self._another = True

    def observe(
        self,
        vector: Vector,
        at_s: float,
        expression: npt.NDArray[np.float32] = NO_EXPRESSION,
        confidence: float = 1.0,
    ) -> None:
        """Process a solved (85,) vector; one that is not finite counts as a frame
        without a face."""
        if not is_finite(vector):
            self.miss(at_s)
            return
        signals = signals_of(vector)
        if self._another:
            self.generator.reset()
        if not self.generator.observe(signals, at_s, expression, confidence):
            self._lose(at_s)
            return
        another, self._another = self._another, False
        if self._lost_s is None and not another:
            return
        gone_s = 0.0 if self._lost_s is None else at_s - self._lost_s
        absence = self._absence
        self._lost_s, self._blend_s = None, 0.0
        if another or gone_s > absence.hold_s:
            self._blend_s = absence.return_s
        elif gone_s > SHORT_S:
            self._blend_s = min(SHORT_RETURN_S, absence.return_s)
        self._returned_s, self._from = at_s, self._shown

    def miss(self, at_s: float) -> None:
        """Process a frame without a face."""
        self.generator.miss(at_s)
        self._lose(at_s)

    def show(self, at_s: float) -> Vector:
        """Return the (85,) vector of an instant. Call it in time order.

        An instant that is up to a quarter of a second before the last one gives the
        last result.
        """
        if not math.isfinite(at_s):
            return self._vector
        step_s = at_s - self._shown_s
        if self._shown is None or step_s < -MAX_GAP_S:
            self._shown = None
            self._body.reset()
        elif step_s <= 0.0 or (
            self._style == "held" and pose_number(at_s) == pose_number(self._shown_s)
        ):
            return self._vector
        signals = self._present(self.generator.at(at_s, self.lead_s), at_s)
        if self._shown is not None:
            signals = limited(signals, self._shown, step_s)
        self._shown, self._shown_s = signals, at_s
        self._vector = self._body(sized(signals, self._style), at_s)
        return self._vector

    def _lose(self, at_s: float) -> None:
        if self._lost_s is None:
            self._lost_s, self._returned_s = at_s, None
        elif at_s < self._lost_s - MAX_GAP_S and math.isfinite(at_s):
            self._lost_s = at_s

    def _present(self, signals: Signals, at_s: float) -> Signals:
        """Return signals blended toward idle motion, or back from it."""
        if self._lost_s is not None:
            part = least_jerk(self._absence.way_to_rest(at_s - self._lost_s))
            if part == 0.0:
                return signals
            idle = self._absence.idle
            away = self._idle(at_s) if idle else np.zeros_like(signals)
            # A position has no rest value: the character stays where it was.
            away[PLACE] = signals[PLACE]
            return _between(signals, away, part)
        if self._returned_s is not None and self._from is not None:
            since_s = at_s - self._returned_s
            if 0.0 <= since_s < self._blend_s:
                return _between(
                    self._from, signals, least_jerk(since_s / self._blend_s)
                )
            self._returned_s = None
        return signals


def _between(a: Signals, b: Signals, part: float) -> Signals:
    out: Signals = a + np.float32(part) * (b - a)
    return out
