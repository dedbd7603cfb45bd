"""How far a channel falls back around an event, and the blend for each level.

refined ── corrected ── smooth steps toward the filter ── filtered ── recorded
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d

from protocols.arrays import Floats, Mask

from .events import Change
from .grid import distance, ramp, runs

Fallback = Literal["bend", "filter", "input"]

FILTER_SHARES: Final = (0.2, 0.4, 0.6, 0.8, 1.0)
"""Steps toward the filtered curve. A peak that is a little too low needs only a part
..."""
SMOOTH_S: Final = 0.05
"""... and no jitter: a Gaussian of this deviation smooths the difference."""
FADE_S: Final = 0.1
"""Seconds over which one level fades into another."""

Levels = npt.NDArray[np.int8]
"""(n,) 0 refined, `CORRECTED`, one more for each of `FILTER_SHARES`, `FILTERED`,
`RECORDED`."""
CORRECTED: Final = 1
FILTERED: Final = CORRECTED + len(FILTER_SHARES) + 1
RECORDED: Final = FILTERED + 1


def next_level(level: int, change: Change) -> int:
    """Return the next level that a channel falls back to for a change."""
    if change.event.kind != "peak":
        return FILTERED if level < FILTERED else RECORDED
    if change.what == "invented":
        return FILTERED
    return min(max(level, CORRECTED) + 1, FILTERED)


def fallback_name(level: int) -> Fallback:
    """Return the name of a level."""
    if level < FILTERED:
        return "bend"
    return "filter" if level == FILTERED else "input"


def interpolated_across(values: Floats, unseen: Mask) -> Floats:
    """Return (n,) values, interpolated linearly across the frames in `unseen`."""
    if not unseen.any() or unseen.all():
        return values
    known = np.flatnonzero(~unseen)
    out = np.asarray(values, np.float32).copy()
    out[unseen] = np.interp(np.flatnonzero(unseen), known, values[known])
    return out


def blended(
    level: Levels,
    refined: Floats,
    filtered: Floats,
    before: Floats,
    gap: Mask,
    pop: Mask,
    fps: float,
) -> Floats:
    """Return (n,) a channel that falls back as far as its levels say.

    Gaps and pops keep their refined shape and only follow the frames beside them,
    except that pops return to the recording at level `RECORDED`. A fallback does not
    reach across a gap.

    Args:
        level: (n,) how far to fall back.
        refined: (n,) as refined and corrected.
        filtered: (n,) as a plain filter gives it.
        before: (n,) as recorded, gaps filled.
        gap: (n,) frames without a face.
        pop: (n,) jumps of one or two frames.
        fps: frames per second.
    """
    reach = max(FADE_S * fps, 1.0)
    gaps = runs(gap)
    way = interpolated_across(filtered - refined, gap | pop)
    soft = gaussian_filter1d(way, SMOOTH_S * fps, mode="nearest")
    share = np.zeros(len(level), np.float32)
    for least, most in enumerate(FILTER_SHARES, CORRECTED + 1):
        share = np.maximum(share, most * _near(level >= least, gaps, reach))
    out = refined + share * soft
    for least, other, leapt in (
        (FILTERED, filtered, pop),
        (RECORDED, before, np.zeros_like(pop)),
    ):
        share = _near(level >= least, gaps, reach)
        moved = out + share * interpolated_across(other - out, leapt)
        # A full share gives exactly the other curve's bits.
        whole = (share >= 1.0) & ~leapt
        moved[whole] = other[whole]
        out = moved
    for first, end in gaps:
        out[first:end] = refined[first:end] + _eased(out - refined, first, end, reach)
    return np.asarray(out, np.float32)


def _near(mask: Mask, gaps: Sequence[tuple[int, int]], reach: float) -> Floats:
    """Return (n,) 1 where the mask is True, eased to 0 beside it or at the next gap."""
    out = np.zeros(len(mask), np.float32)
    firsts, ends = [0, *(end for _, end in gaps)], [*(first for first, _ in gaps), None]
    for first, end in zip(firsts, ends, strict=True):
        here = mask[first:end]
        if here.any():
            out[first:end] = ramp(distance(here), reach)
    return out


def _eased(moved: Floats, first: int, end: int, reach: float) -> Floats:
    """Return (end - first,) the change beside a gap, eased to 0 inside it."""
    at = np.arange(1.0, end - first + 1)
    wide = min(end - first + 1.0, reach)
    before = moved[first - 1] if first > 0 else 0.0
    after = moved[end] if end < len(moved) else 0.0
    out: Floats = before * ramp(at, wide) + after * ramp(at[::-1], wide)
    return out
