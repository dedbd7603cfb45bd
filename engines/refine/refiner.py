"""The offline refiner: corrects the defects of a whole take.

    frames ─ grid ─ network, windows and their mirror images ─ change, bounded
                                                                 │
    frames + amount x change ── event guard ── locks ── verdict ─┘

It is deterministic: the same take and network give the same bits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from engines.motion.signals import COUNT, SCALE, WEIGHTS
from engines.runtime.engine import Engine
from protocols.arrays import Floats, Mask, Numbers

from .chunks import chunks_of, refine_chunk
from .defects import SPIKE
from .filters import frames_a_second
from .frames import Frames, fade, frames_of
from .grid import spread_to_repeats
from .guard import Guarded, guard
from .scale_back import scale_back
from .spans import Span, spans_of
from .verdict import Verdict, judge

NO_CHANGE: Final = "the amount is 0, so nothing was changed"

MIN_REPAIR: Final = SPIKE / 2
"""A pop that was moved by less does not count as repaired; in the network's units."""
SCALE_BACK_ROUNDS: Final = 2
"""How often a change that is too large is scaled back."""

Progress = Callable[[int], object]


def _ignore_progress(_frames: int) -> None:
    """Ignore progress."""


@dataclass(frozen=True, slots=True, eq=False)
class Refined:
    """A take's signals after refinement, and a record of the changes; n frames."""

    signals: Floats
    """(n, 58) real units. The take's exact values where it was not refined."""
    spans: tuple[Span, ...]
    """The defects in order, and whether each was repaired."""
    verdict: Verdict
    guarded: tuple[Guarded, ...]
    """Where the network would have lost or invented an event, which was undone."""


class Refiner:
    """Refines takes with a network. Not thread-safe."""

    def __init__(self, engine: Engine) -> None:
        """Own an engine that follows the contract `REFINER`."""
        self._engine = engine

    def __call__(
        self,
        times_s: Numbers,
        signals: Floats,
        seen: Mask,
        locked: Mask | None = None,
        *,
        amount: float = 1.0,
        progress: Progress = _ignore_progress,
    ) -> Refined:
        """Return the refined take, or the unchanged take with the reason.

        Args:
            times_s: (n,) strictly rising, n at least 1.
            signals: (n, 58) real units. A frame with NaN counts as one without a face.
            seen: (n,) a face was found.
            locked: (n,) frames that must keep their exact bits; None locks none.
            amount: share of the change to apply, 0 to 1. At 0 the exact values come
                back.
            progress: called after each chunk with its number of frames.

        Raises:
            ValueError: shapes differ, there is no frame, time does not rise strictly,
                or the amount is not within 0 to 1.
        """
        if not 0.0 <= amount <= 1.0:
            raise ValueError(f"refine: the amount is {amount}: expected 0 to 1")
        signals = np.asarray(signals, np.float32)
        if locked is None:
            locked = np.zeros(len(signals), np.bool_)
        frames = frames_of(times_s, signals, seen, locked)
        before, after, pop = self._refined_chunks(frames, np.float32(amount), progress)
        if amount == 0.0:
            spans = spans_of(frames, pop, left=NO_CHANGE)
            return Refined(signals.copy(), spans, Verdict(False, NO_CHANGE), ())
        verdict, guarded = _guard_and_judge(frames, before, after, pop)
        if not verdict.refined:
            why = f"the take was left unchanged: {verdict.reason}"
            spans = spans_of(frames, pop, left=why)
            return Refined(signals.copy(), spans, verdict, ())
        _restore_kept(frames, after)
        stays = _unrepaired(frames, after, pop, amount)
        spans = spans_of(frames, pop, stays=stays, guarded=guarded)
        return Refined(after, spans, verdict, guarded)

    def close(self) -> None:
        """Free the engine. Safe to call twice."""
        self._engine.close()

    def _refined_chunks(
        self, frames: Frames, amount: np.float32, progress: Progress
    ) -> tuple[Floats, Floats, Mask]:
        """Return (n, 58) the take with gaps filled, the same refined, and its pops."""
        before = np.empty((len(frames.times_s), COUNT), np.float32)
        after = np.empty_like(before)
        pop = np.zeros(before.shape, np.bool_)
        for start, part in chunks_of(frames):
            mended = refine_chunk(self._engine, frames, start, part)
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


def _guard_and_judge(
    frames: Frames, before: Floats, after: Floats, pop: Mask
) -> tuple[Verdict, tuple[Guarded, ...]]:
    """Guard events in place, and return the verdict and what the guard undid.

    A change that is slightly too large is scaled back, guarded and judged again.
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
    for _ in range(SCALE_BACK_ROUNDS):
        if verdict.share == 1.0:
            break
        share *= verdict.share
        unseen = pop | frames.gap[:, None]
        scale_back(before, after, healthy, unseen, slack, verdict.share, fps)
        verdict = judged()
    if verdict.refined and share < 1.0:
        reason = f"{verdict.reason}, with {share:.0%} of the change"
        verdict = replace(verdict, reason=reason)
    told = sorted(
        guarded, key=lambda e: (e.first, e.channel, e.last, e.fallback, e.why)
    )
    return verdict, tuple(told)


_IS_WEIGHT: Final = np.arange(COUNT) < WEIGHTS.stop


def _unrepaired(frames: Frames, after: Floats, pop: Mask, amount: float) -> Mask:
    """Return (n, 58) pops that are nearly as high as when they were first shown."""
    at = np.nonzero(pop & ~frames.repeat[:, None])
    moved = np.abs(after[at] - frames.signals[at]) * SCALE[at[1]]
    stays = np.zeros_like(pop)
    stays[at] = moved < amount * MIN_REPAIR
    return pop & spread_to_repeats(stays, frames.repeat)


def _restore_kept(frames: Frames, after: Floats) -> None:
    """Put back the exact bits of the frames that must stay.

    A value that is not finite in an unlocked frame is not motion: it stays
    interpolated.
    """
    kept = frames.kept & (frames.locked | np.isfinite(frames.signals).all(axis=1))
    after[kept] = frames.signals[kept]
