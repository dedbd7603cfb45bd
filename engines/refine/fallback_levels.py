"""How far a channel gives way around an event, and what that makes of it.

refined ── bent ── a smooth part of the way to the filter ── filter ── recording
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d

from .events import Change
from .grid import Floats, Mask, distance, ramp, runs

Way = Literal["bend", "filter", "input"]

SHARES: Final = (0.2, 0.4, 0.6, 0.8, 1.0)
"""Of the way to the filter, one after the other: a peak that was cut a little too low
needs not all of it ..."""
SMOOTH_S: Final = 0.05
"""... and nothing of its trembling: the way is smoothed by a mean of this deviation."""
FADE_S: Final = 0.1
"""Over which one way goes over into the other."""

Levels = npt.NDArray[np.int8]
"""(n,) 0 refined, `BENT`, one more with each of `SHARES`, `FILTERED` and `RECORDED`."""
BENT: Final = 1
FILTERED: Final = BENT + len(SHARES) + 1
RECORDED: Final = FILTERED + 1


def further(level: int, change: Change) -> int:
    """Return the level to which a channel gives way next, for a change."""
    if change.event.kind != "peak":
        return FILTERED if level < FILTERED else RECORDED
    if change.what == "invented":
        return FILTERED
    return min(max(level, BENT) + 1, FILTERED)


def way_of(level: int) -> Way:
    """Return what to call a level."""
    if level < FILTERED:
        return "bend"
    return "filter" if level == FILTERED else "input"


def crossed(values: Floats, unseen: Mask) -> Floats:
    """Return (n,) values with straight lines where nobody saw them."""
    if not unseen.any() or unseen.all():
        return values
    known = np.flatnonzero(~unseen)
    out = np.asarray(values, np.float32).copy()
    out[unseen] = np.interp(np.flatnonzero(unseen), known, values[known])
    return out


def mixed(
    level: Levels,
    refined: Floats,
    filtered: Floats,
    before: Floats,
    gap: Mask,
    pop: Mask,
    fps: float,
) -> Floats:
    """Return (n,) a channel that gives way as far as its levels say.

    What nobody saw, gaps and leaps, keeps the shape that it was given, and only follows
    what is beside it, but for leaps where the recording stands. Nothing gives way for
    an event on the other side of a gap.

    Args:
        level: (n,) how far.
        refined: (n,) as refined, and bent.
        filtered: (n,) as a plain filter would have it.
        before: (n,) as recorded, gaps filled.
        gap: (n,) frames that nobody saw.
        pop: (n,) leaps of a frame or two.
        fps: frames a second.
    """
    reach = max(FADE_S * fps, 1.0)
    gaps = runs(gap)
    way = crossed(filtered - refined, gap | pop)
    soft = gaussian_filter1d(way, SMOOTH_S * fps, mode="nearest")
    share = np.zeros(len(level), np.float32)
    for least, most in enumerate(SHARES, BENT + 1):
        share = np.maximum(share, most * _near(level >= least, gaps, reach))
    out = refined + share * soft
    for least, other, leapt in (
        (FILTERED, filtered, pop),
        (RECORDED, before, np.zeros_like(pop)),
    ):
        share = _near(level >= least, gaps, reach)
        moved = out + share * crossed(other - out, leapt)
        # Whole is the other's own bits.
        whole = (share >= 1.0) & ~leapt
        moved[whole] = other[whole]
        out = moved
    for first, end in gaps:
        out[first:end] = refined[first:end] + _eased(out - refined, first, end, reach)
    return np.asarray(out, np.float32)


def _near(mask: Mask, gaps: Sequence[tuple[int, int]], reach: float) -> Floats:
    """Return (n,) 1 where a mask is, eased to 0 beside it, or by the next gap."""
    out = np.zeros(len(mask), np.float32)
    firsts, ends = [0, *(end for _, end in gaps)], [*(first for first, _ in gaps), None]
    for first, end in zip(firsts, ends, strict=True):
        here = mask[first:end]
        if here.any():
            out[first:end] = ramp(distance(here), reach)
    return out


def _eased(moved: Floats, first: int, end: int, reach: float) -> Floats:
    """Return (end - first,) what is beside a gap, eased to 0 within."""
    at = np.arange(1.0, end - first + 1)
    wide = min(end - first + 1.0, reach)
    before = moved[first - 1] if first > 0 else 0.0
    after = moved[end] if end < len(moved) else 0.0
    out: Floats = before * ramp(at, wide) + after * ramp(at[::-1], wide)
    return out
