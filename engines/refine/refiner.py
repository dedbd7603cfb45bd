"""The offline refiner: a whole take in, the same take without its defects out.

    frames ─ grid ─ network, windows and their mirror images ─ change, bounded
                                                                 │
    frames + amount x change ── event guard ── locks ── verdict ─┘

Deterministic: the same take and network give the same bits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from engines.motion.signals import COUNT, SCALE, WEIGHTS
from engines.runtime.engine import Engine

from .chunks import mend, stretches
from .defects import SPIKE
from .filters import frames_a_second
from .frames import Frames, fade, frames_of
from .grid import Floats, Mask, Numbers, shown_again
from .guard import Guarded, guard
from .scale_back import lessen
from .spans import Span, spans_of
from .verdict import Verdict, judge

NOTHING: Final = "amount 0: nothing was to be changed"

LOW: Final = SPIKE / 2
"""A leap that was moved by less is not repaired; the network's units."""
LESSENED: Final = 2
"""Times that too much of a change is lessened."""

Progress = Callable[[int], object]


def _nobody(_frames: int) -> None:
    """Nobody waits."""


@dataclass(frozen=True, slots=True, eq=False)
class Refined:
    """A take's signals after refinement, and what was done to them; n frames."""

    signals: Floats
    """(n, 58) real units. The very numbers of the take where it was not refined."""
    spans: tuple[Span, ...]
    """What was wrong, in order, and whether it was repaired."""
    verdict: Verdict
    guarded: tuple[Guarded, ...]
    """What the network would have lost or invented, and was kept."""


class Refiner:
    """Mends takes with a network. Not thread-safe."""

    def __init__(self, engine: Engine) -> None:
        """Take over an engine that keeps the contract `REFINER`."""
        self._engine = engine

    def __call__(
        self,
        times_s: Numbers,
        signals: Floats,
        seen: Mask,
        locked: Mask | None = None,
        *,
        amount: float = 1.0,
        progress: Progress = _nobody,
    ) -> Refined:
        """Return the take refined, or as it is with the reason.

        Args:
            times_s: (n,) strictly rising, n at least 1.
            signals: (n, 58) real units. A frame with NaN is one without a face.
            seen: (n,) a face was there.
            locked: (n,) frames that stay to the last bit; None locks none.
            amount: how much of the change, 0 to 1. At 0 the very numbers come back.
            progress: told after each stretch how many frames it had.

        Raises:
            ValueError: shapes differ, there is no frame, time does not rise, or the
                amount is not within 0 to 1.
        """
        if not 0.0 <= amount <= 1.0:
            raise ValueError(f"refine: amount is {amount}, expected 0 to 1")
        signals = np.asarray(signals, np.float32)
        if locked is None:
            locked = np.zeros(len(signals), np.bool_)
        frames = frames_of(times_s, signals, seen, locked)
        before, after, pop = self._mended(frames, np.float32(amount), progress)
        if amount == 0.0:
            spans = spans_of(frames, pop, left=NOTHING)
            return Refined(signals.copy(), spans, Verdict(False, NOTHING), ())
        verdict, guarded = _settled(frames, before, after, pop)
        if not verdict.refined:
            why = f"the take was left as it is: {verdict.reason}"
            spans = spans_of(frames, pop, left=why)
            return Refined(signals.copy(), spans, verdict, ())
        _keep(frames, after)
        stays = _stays(frames, after, pop, amount)
        spans = spans_of(frames, pop, stays=stays, guarded=guarded)
        return Refined(after, spans, verdict, guarded)

    def close(self) -> None:
        """Free the engine. Safe to call twice."""
        self._engine.close()

    def _mended(
        self, frames: Frames, amount: np.float32, progress: Progress
    ) -> tuple[Floats, Floats, Mask]:
        """Return (n, 58) the take with gaps filled, the same refined, and its pops."""
        before = np.empty((len(frames.times_s), COUNT), np.float32)
        after = np.empty_like(before)
        pop = np.zeros(before.shape, np.bool_)
        for start, part in stretches(frames):
            mended = mend(self._engine, frames, start, part)
            raw = frames.read(part)
            kept = frames.kept[part]
            filled = raw + amount * (mended.base - raw)
            wanted = raw + amount * (mended.target - raw)
            low, high = np.minimum(raw, 0.0), np.maximum(raw, 1.0)
            np.clip(wanted, low, high, out=wanted, where=_IS_WEIGHT)
            filled[kept] = wanted[kept] = raw[kept]
            before[part], after[part], pop[part] = filled, wanted, mended.pop
            progress(part.stop - part.start)
        return before, after, pop


def _settled(
    frames: Frames, before: Floats, after: Floats, pop: Mask
) -> tuple[Verdict, tuple[Guarded, ...]]:
    """Guard events, in place, and return what becomes of the take.

    What is a little too much is lessened, and then guarded and judged anew.
    """
    fps, slack = frames_a_second(frames.times_s), fade(frames)
    known = ~(frames.gap | frames.lost | pop.any(axis=1))
    healthy = known & ~frames.repeat
    guarded: set[Guarded] = set()

    def judged() -> Verdict:
        if np.isfinite(after).all():
            guarded.update(guard(before, after, frames.gap, pop, slack, fps))
        return judge(before, after, healthy, known, fps)

    verdict, share = judged(), 1.0
    for _ in range(LESSENED):
        if verdict.share == 1.0:
            break
        share *= verdict.share
        unseen = pop | frames.gap[:, None]
        lessen(before, after, healthy, unseen, slack, verdict.share, fps)
        verdict = judged()
    if verdict.refined and share < 1.0:
        reason = f"{verdict.reason} by {share:.0%} of the change"
        verdict = replace(verdict, reason=reason)
    told = sorted(guarded, key=lambda e: (e.first, e.channel, e.last, e.way, e.why))
    return verdict, tuple(told)


_IS_WEIGHT: Final = np.arange(COUNT) < WEIGHTS.stop


def _stays(frames: Frames, after: Floats, pop: Mask, amount: float) -> Mask:
    """Return (n, 58) leaps that are about as high as they were when first shown."""
    at = np.nonzero(pop & ~frames.repeat[:, None])
    moved = np.abs(after[at] - frames.signals[at]) * SCALE[at[1]]
    stays = np.zeros_like(pop)
    stays[at] = moved < amount * LOW
    return pop & shown_again(stays, frames.repeat)


def _keep(frames: Frames, after: Floats) -> None:
    """Put back, to the last bit, the frames that are left alone.

    What is not finite in a frame that nobody locked is no motion: it stays made up.
    """
    kept = frames.kept & (frames.locked | np.isfinite(frames.signals).all(axis=1))
    after[kept] = frames.signals[kept]
