"""The learned generator: one face's noisy frames in, its signals at any instant out.

    observe, miss ──► bank, state ──► motion.onnx(lead) ──► limits ──► guard ──► at

The state moves on once a frame. `at` asks the same state for any instant after it, and
changes nothing: that is how 30 frames a second become 120, and how a delay is made up.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from engines.one_euro import MAX_GAP_S, Tuning
from engines.runtime.engine import Engine
from engines.runtime.graphs import MOTION
from protocols.frame import NO_EXPRESSION

from .bank import (
    AGE_S,
    STYLES,
    advance,
    from_units,
    moment,
    restarted,
    started,
    to_units,
)
from .guard import Guard, is_wild
from .limits import bounded, is_finite, limited
from .signals import COUNT, PLACE, SCALE, Signals

Floats = npt.NDArray[np.float32]

LEAD_LIMIT_S: Final = 0.25
"""Nobody can tell what a face does later than that."""
BEYOND: Final = 0.4
"""How far signals may leave the range of the bank, in the network's units."""
FULL: Final = np.float32(20.0)
"""Where a cell of the state stops counting. Before a face that keeps still for long it
counts on, a step a frame, although nobody sees more of it than its tanh."""
STRAY_M: Final = 0.3
"""The network is told places from where the face was found, as when it learned; from a
new place where the face has gone farther."""
SAME_S: Final = 1e-3
"""Frames closer than this are one: no camera is so quick."""
UNSEEN: Final = 0.8
"""While nobody is seen, the network is told at least such a steadiness: there is
nothing to be quick about, and what a quick one makes up is further from the truth
(by 4 to 6 % in dropouts of the validation take, at steadiness 0)."""
FIRST_STEP_S: Final = 1.0 / 30.0
"""What the network is told of the time before a face's first frame."""

_MOMENT, _BANK, _HIDDEN, _CELL, _LEAD = (spec.name for spec in MOTION.inputs)
_VALUES, _HIDDEN_OUT, _CELL_OUT = (spec.name for spec in MOTION.outputs)


class MotionGenerator:
    """Owns an engine over `MOTION`, and one face's state. Not thread-safe."""

    def __init__(
        self,
        engine: Engine,
        *,
        steadiness: float = 0.75,
        style: int = 0,
        tunings: Mapping[str, Tuning] | None = None,
    ) -> None:
        """Start with nobody seen.

        Args:
            engine: may be shared by the generators of one thread.
            steadiness: 0 is quick, 1 is calm; may be changed at any time.
            style: place in `STYLES`; may be changed at any time.
            tunings: One-Euro's, for when the network goes astray.
        """
        self._engine = engine
        self._guard = Guard(tunings)
        self._feeds = {
            spec.name: np.zeros(spec.shape, dtype=np.float32) for spec in MOTION.inputs
        }
        self._next = (self._feeds[_HIDDEN], self._feeds[_CELL])
        self.steadiness = steadiness
        self.style = style
        self.reset()

    @property
    def steadiness(self) -> float:
        """0 to 1."""
        return self._steadiness

    @steadiness.setter
    def steadiness(self, value: float) -> None:
        # In this order of arguments: max prefers its first to a NaN.
        self._steadiness = min(max(0.0, value), 1.0)

    @property
    def style(self) -> int:
        """Place in `STYLES`."""
        return self._style

    @style.setter
    def style(self, value: int) -> None:
        if not 0 <= value < len(STYLES):
            raise ValueError(f"style {value}, expected 0 to {len(STYLES) - 1}")
        self._style = value

    @property
    def guarded(self) -> int:
        """How often One-Euro had to take over from the network."""
        return self._guard.count

    @property
    def one_euro_share(self) -> float:
        """0 to 1: One-Euro's part of what `at` returns."""
        return self._guard.share

    @property
    def age_s(self) -> float:
        """Seconds from the last face to the last frame; infinite before the first."""
        return math.inf if self._now is None else self._at_s - self._seen_s

    def reset(self) -> None:
        """Forget the face. The network starts anew with the next one."""
        self._guard.reset()
        self._now: Signals | None = None
        self._held: Signals = np.zeros(COUNT, dtype=np.float32)
        self._place: Floats = self._held[PLACE]
        self._expression: Floats = NO_EXPRESSION
        self._at_s = self._seen_s = self._lasted_s = 0.0

    def observe(
        self,
        signals: Signals,
        at_s: float,
        expression: Floats = NO_EXPRESSION,
        confidence: float = 1.0,
    ) -> bool:
        """Take a frame with a face; False if it has none after all.

        What is not finite makes the frame one without a face. Time that stands still or
        runs back a little is no new frame; a gap, or time that jumps back, starts anew.

        Args:
            signals: (58,) as solved.
            at_s: when the picture was taken.
            expression: (8,) probabilities; zeros are none.
            confidence: 0 to 1.
        """
        told = is_finite(signals) and is_finite(expression)
        if not (told and math.isfinite(confidence)):
            self.miss(at_s)
            return False
        step_s = self._step(at_s)
        if step_s == 0.0:
            return True
        anew = self._now is None or not 0.0 < step_s <= MAX_GAP_S
        back = not anew and at_s - self._seen_s > AGE_S
        self._held, self._expression = bounded(signals), expression
        self._at_s = self._seen_s = at_s
        if anew or back:
            self._guard.reset()
            self._now = None
        if anew:
            self._lasted_s = 0.0
            step_s = FIRST_STEP_S
            self._forget_state()
        self._lasted_s += step_s
        if anew:
            self._start_bank()
        else:
            self._fill_bank(step_s, seen=True, back=back)
        self._guard.smooth(self._held, at_s)
        self._move_on(step_s, min(max(confidence, 0.0), 1.0), seen=True)
        return True

    def miss(self, at_s: float) -> None:
        """Take a frame without a face: the performance goes on from what was seen."""
        step_s = self._step(at_s)
        if self._now is None or step_s == 0.0:
            return
        if step_s < 0.0:
            # Another timeline: the face is as lost as it was on the old one.
            self._seen_s += step_s
            step_s = FIRST_STEP_S
        self._at_s = at_s
        self._fill_bank(step_s, seen=False)
        self._move_on(step_s, 0.0, seen=False)

    def at(self, at_s: float, lead_s: float = 0.0) -> Signals:
        """Return (58,) signals for an instant; the same for the same question.

        Args:
            at_s: when, on the timeline of the frames.
            lead_s: added: how late what is shown will be seen. The sum counts from the
                last frame, as 0 to `LEAD_LIMIT_S`.
        """
        now = self._now
        if now is None:
            return np.zeros(COUNT, dtype=np.float32)
        lead = at_s - self._at_s + lead_s
        lead = min(max(0.0, lead), LEAD_LIMIT_S)
        if lead == 0.0 or not self._guard.trusts:
            return now.copy()
        values = self._ask(lead)
        if values is None:
            self._break_down()
            return now.copy()
        return bounded(limited(self._guard.mix(values), now, lead))

    def close(self) -> None:
        """Free the engine. Safe to call twice."""
        self._engine.close()

    def _step(self, at_s: float) -> float:
        """Return seconds since the last frame, 0 if this is none, below 0 if anew."""
        if not math.isfinite(at_s):
            return 0.0
        if self._now is None:
            return FIRST_STEP_S
        since_s = at_s - self._at_s
        return 0.0 if -MAX_GAP_S <= since_s < SAME_S else since_s

    def _move_on(self, step_s: float, confidence: float, *, seen: bool) -> None:
        """Advance the state by one frame and look at what comes of it."""
        feeds, before, guard = self._feeds, self._now, self._guard
        steady = self._steadiness if seen else max(self._steadiness, UNSEEN)
        feeds[_HIDDEN][:], feeds[_CELL][:] = self._next
        feeds[_MOMENT][0] = moment(
            self._expression if seen else NO_EXPRESSION,
            np.array([float(seen), confidence], dtype=np.float32),
            np.array([step_s, self._at_s - self._seen_s], dtype=np.float32),
            np.array([steady], dtype=np.float32),
            _ONE_HOT[self._style],
        )
        if guard.rests(self._at_s):
            self._forget_state()
            self._set_now(guard.calm, before, step_s)
            return
        answer = self._ask(0.0, keep=True)
        if answer is None:
            self._break_down()
            self._set_now(guard.calm, before, step_s)
            return
        guard.judge(answer, self._at_s, seen=seen)
        self._set_now(guard.mix(answer), before, step_s)

    def _start_bank(self) -> None:
        self._place = self._held[PLACE]
        self._feeds[_BANK][0] = started(self._values())

    def _fill_bank(self, step_s: float, *, seen: bool, back: bool = False) -> None:
        """Tell the bank of a frame.

        Args:
            step_s: since the frame before.
            seen: with a face; else what was last seen is told again.
            back: seen after long: the slow means go on, the quick ones begin anew.
        """
        bank, place = self._feeds[_BANK][0], self._held[PLACE]
        if float(np.abs(place - self._place).max()) > STRAY_M:
            bank[:, PLACE] -= (place - self._place) * SCALE[PLACE]
            self._place = place
        values = self._values()
        bank[:] = advance(bank, values, step_s, float(seen), self._lasted_s)
        if back:
            bank[:] = restarted(bank, values)

    def _values(self) -> Signals:
        """Return what was last seen, in the network's units."""
        signals = self._held.copy()
        signals[PLACE] -= self._place
        return to_units(signals)

    def _ask(self, lead: float, *, keep: bool = False) -> Signals | None:
        """Return what the network says, in real units; None where it is no answer."""
        feeds = self._feeds
        feeds[_LEAD][0, 0] = lead
        found = self._engine.run(feeds)
        values = found[_VALUES][0]
        if not is_finite(values):
            return None
        if keep:
            if is_wild(found[_HIDDEN_OUT], found[_CELL_OUT]):
                return None
            # Copies: the engine reuses its own.
            cell = np.minimum(np.maximum(found[_CELL_OUT], -FULL), FULL)
            self._next = (found[_HIDDEN_OUT].copy(), cell)
        bank = feeds[_BANK][0]
        low, high = bank.min(axis=0) - BEYOND, bank.max(axis=0) + BEYOND
        signals = from_units(np.minimum(np.maximum(values, low), high))
        signals[PLACE] += self._place
        return bounded(signals)

    def _break_down(self) -> None:
        self._guard.broke(self._at_s)
        self._forget_state()

    def _forget_state(self) -> None:
        zeros = np.zeros_like(self._feeds[_HIDDEN])
        self._next = (zeros, zeros)

    def _set_now(self, values: Signals, before: Signals | None, step_s: float) -> None:
        self._now = values if before is None else limited(values, before, step_s)


_ONE_HOT: Final = np.eye(len(STYLES), dtype=np.float32)
