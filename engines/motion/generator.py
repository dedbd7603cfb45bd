"""The learned generator: turns one face's noisy frames into signals at any instant.

    observe, miss ──► bank, state ──► motion.onnx(lead) ──► limits ──► guard ──► at

The state advances once per frame. `at` runs the network from the same state for any
later instant, without changing the state. That turns 30 frames per second into 120, and
compensates for a delay.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import numpy as np

from engines.face.lips import seal_again
from engines.one_euro import MAX_GAP_S, Tuning
from engines.runtime.engine import Engine
from protocols.arrays import Floats
from protocols.frame import NO_EXPRESSION

from .bank import (
    AGE_S,
    STYLES,
    advance,
    moment,
    restarted,
    started,
    to_units,
)
from .guard import Guard
from .limits import bounded, is_finite, limited
from .movement import Movement, following
from .network_state import NetworkState
from .signals import COUNT, PLACE, SCALE, WEIGHTS, Signals

LEAD_LIMIT_S: Final = 0.25
"""Longest prediction; what a face does later cannot be known."""
MAX_OFFSET_M: Final = 0.3
"""Largest offset of the head's position from the origin given to the network. In
training positions are relative to where the face was found; if the face moves farther,
a new origin is used."""
MIN_STEP_S: Final = 1e-3
"""Frames closer together than this count as one; no camera is so fast."""
UNSEEN_STEADINESS: Final = 0.8
"""Lowest steadiness given to the network while no face is seen. Reacting fast has no
use then, and a fast setting invents motion that is further from the truth (by 4 to 6 %
in dropouts of the validation take, at steadiness 0)."""
FIRST_STEP_S: Final = 1.0 / 30.0
"""The step given to the network for a face's first frame."""


class MotionGenerator:
    """Owns an engine for `MOTION`, and one face's state. Not thread-safe."""

    def __init__(
        self,
        engine: Engine,
        *,
        steadiness: float = 0.75,
        style: int = 0,
        tunings: Mapping[str, Tuning] | None = None,
    ) -> None:
        """Start without a face.

        Args:
            engine: may be shared by the generators of one thread.
            steadiness: 0 reacts fast, 1 smooths most; may be changed at any time.
            style: index in `STYLES`; may be changed at any time.
            tunings: of the One-Euro filter, which replaces the network if it fails.
        """
        self._network = NetworkState(engine)
        self._guard = Guard(tunings)
        self._movement = Movement()
        self.steadiness = steadiness
        self.style = style
        self.reset()

    @property
    def steadiness(self) -> float:
        """0 to 1."""
        return self._steadiness

    @steadiness.setter
    def steadiness(self, value: float) -> None:
        # The order of arguments matters: max returns its first argument for a NaN.
        self._steadiness = min(max(0.0, value), 1.0)

    @property
    def style(self) -> int:
        """Index in `STYLES`."""
        return self._style

    @style.setter
    def style(self, value: int) -> None:
        if not 0 <= value < len(STYLES):
            raise ValueError(f"style {value}, expected 0 to {len(STYLES) - 1}")
        self._style = value

    @property
    def guarded(self) -> int:
        """How often One-Euro had to replace the network."""
        return self._guard.count

    @property
    def one_euro_share(self) -> float:
        """0 to 1: One-Euro's share in the result of `at`."""
        return self._guard.share

    @property
    def age_s(self) -> float:
        """Seconds from the last frame with a face to the last frame; infinite before
        the first."""
        return math.inf if self._now is None else self._at_s - self._seen_s

    def reset(self) -> None:
        """Forget the face. The network starts again with the next one."""
        self._guard.reset()
        self._movement.reset()
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
        """Process a frame with a face; return False if it has no usable face.

        A frame with numbers that are not finite counts as one without a face. If time
        stands still or runs back a little, the frame is ignored. A gap, or time that
        jumps back, starts again.

        Args:
            signals: (58,) as solved.
            at_s: when the picture was taken.
            expression: (8,) probabilities; zeros mean none.
            confidence: 0 to 1.
        """
        usable = is_finite(signals) and is_finite(expression)
        if not (usable and math.isfinite(confidence)):
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
            self._movement.reset()
            self._now = None
        if anew:
            self._lasted_s = 0.0
            step_s = FIRST_STEP_S
            self._network.forget()
        self._lasted_s += step_s
        if anew:
            self._start_bank()
        else:
            self._fill_bank(step_s, seen=True, back=back)
        self._guard.follow(self._held, at_s)
        self._move_on(step_s, min(max(confidence, 0.0), 1.0), seen=True)
        return True

    def miss(self, at_s: float) -> None:
        """Process a frame without a face: the performance continues from the last seen
        values."""
        step_s = self._step(at_s)
        if self._now is None or step_s == 0.0:
            return
        if step_s < 0.0:
            # Time jumped back to another timeline: the time without a face stays the
            # same.
            self._seen_s += step_s
            step_s = FIRST_STEP_S
        self._at_s = at_s
        self._fill_bank(step_s, seen=False)
        self._move_on(step_s, 0.0, seen=False)

    def at(self, at_s: float, lead_s: float = 0.0) -> Signals:
        """Return (58,) signals for an instant; the same arguments give the same result.

        Args:
            at_s: when, on the timeline of the frames.
            lead_s: added to `at_s`: the delay until the result is shown. The sum,
                counted from the last frame, is limited to 0 to `LEAD_LIMIT_S`.
        """
        now = self._now
        if now is None:
            return np.zeros(COUNT, dtype=np.float32)
        lead = at_s - self._at_s + lead_s
        lead = min(max(0.0, lead), LEAD_LIMIT_S)
        out = now.copy()
        if lead > 0.0 and self._guard.uses_network:
            values = self._infer(lead)
            if values is None:
                self._fail_over()
            else:
                out = bounded(limited(self._guard.mix(values), now, lead))
        out[WEIGHTS] = seal_again(out[WEIGHTS], self._held[WEIGHTS])
        return out

    def close(self) -> None:
        """Free the engine. Safe to call twice."""
        self._network.close()

    def _step(self, at_s: float) -> float:
        """Return seconds since the last frame; 0 to ignore this one, below 0 to start
        again."""
        if not math.isfinite(at_s):
            return 0.0
        if self._now is None:
            return FIRST_STEP_S
        since_s = at_s - self._at_s
        return 0.0 if -MAX_GAP_S <= since_s < MIN_STEP_S else since_s

    def _move_on(self, step_s: float, confidence: float, *, seen: bool) -> None:
        """Advance the state by one frame and check the result."""
        before, guard = self._now, self._guard
        steady, belief = max(self._steadiness, UNSEEN_STEADINESS), 0.0
        if seen:
            moves = self._movement(self._network.bank, step_s)
            steady, belief = following(self._steadiness, moves)
        self._network.advance(
            moment(
                self._expression if seen else NO_EXPRESSION,
                np.array([float(seen), confidence], dtype=np.float32),
                np.array([step_s, self._at_s - self._seen_s], dtype=np.float32),
                np.array([steady], dtype=np.float32),
                _ONE_HOT[self._style],
            ),
            belief,
        )
        if guard.is_paused(self._at_s):
            self._network.forget()
            self._set_now(guard.smoothed, before, step_s)
            return
        answer = self._infer(0.0, keep=True)
        if answer is None:
            self._fail_over()
            self._set_now(guard.smoothed, before, step_s)
            return
        guard.judge(answer, self._at_s, seen=seen)
        self._set_now(guard.mix(answer), before, step_s)

    def _start_bank(self) -> None:
        self._place = self._held[PLACE]
        self._network.bank[:] = started(self._values())

    def _fill_bank(self, step_s: float, *, seen: bool, back: bool = False) -> None:
        """Add a frame to the bank.

        Args:
            step_s: since the frame before.
            seen: True with a face; otherwise the last seen values are repeated.
            back: a face after a long time: slow means stay, fast ones start again.
        """
        bank, place = self._network.bank, self._held[PLACE]
        if float(np.abs(place - self._place).max()) > MAX_OFFSET_M:
            bank[:, PLACE] -= (place - self._place) * SCALE[PLACE]
            self._place = place
        values = self._values()
        bank[:] = advance(bank, values, step_s, float(seen), self._lasted_s)
        if back:
            bank[:] = restarted(bank, values)

    def _values(self) -> Signals:
        """Return the last seen values, in the network's units."""
        signals = self._held.copy()
        signals[PLACE] -= self._place
        return to_units(signals)

    def _infer(self, lead: float, *, keep: bool = False) -> Signals | None:
        """Return the network's result in real units; None if it is not usable."""
        signals = self._network.infer(lead, keep=keep)
        if signals is None:
            return None
        signals[PLACE] += self._place
        return bounded(signals)

    def _fail_over(self) -> None:
        self._guard.fail_over(self._at_s)
        self._network.forget()

    def _set_now(self, values: Signals, before: Signals | None, step_s: float) -> None:
        self._now = values if before is None else limited(values, before, step_s)


_ONE_HOT: Final = np.eye(len(STYLES), dtype=np.float32)
