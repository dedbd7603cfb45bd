"""Decide whether a refined take may be used at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from engines.motion.signals import SCALE
from protocols.arrays import Floats, Mask

from .filters import smoothed

MAX_CHANGE: Final = 0.03
"""Frames without a defect may change by at most this much on average (RMS, the
network's units) ..."""
NOISE_FACTOR: Final = 2.0
"""... or by this many times what a plain filter removes, if that is more."""
JITTER_FACTOR: Final = 1.05
"""Jitter may grow by at most this factor ..."""
JITTER_SLACK: Final = 1e-4
"""... plus this much, in the network's units."""
MIN_SHARE: Final = 0.9
"""In a noisy take, a change that is too large is scaled back if at least this share of
it is allowed. Otherwise the take comes back unchanged."""
PIECE: Final = 4096
"""Frames processed at once; this bounds the memory."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision about a take and the numbers behind it, in the network's units."""

    refined: bool
    reason: str
    healthy_rms: float = 0.0
    """Root mean square of the change where there is no defect."""
    jitter_before: float = 0.0
    """Mean of |third difference| where there is no defect."""
    jitter_after: float = 0.0
    share: float = 1.0
    """If the change is slightly too large, the share of it that would be allowed; else
    1."""


def judge(
    before: Floats, after: Floats, healthy: Mask, known: Mask, fps: float
) -> Verdict:
    """Return whether the refined signals may be used.

    Args:
        before: (n, 58) real units, finite: as recorded, gaps and repetitions filled.
        after: (n, 58) refined.
        healthy: (n,) frames without a defect.
        known: (n,) the same plus repetitions: where jitter is compared. In a take of a
            slow camera, healthy frames alone would be only those that stood still for
            long.
        fps: frames per second.
    """
    if not all(np.isfinite(part).all() for part in _pieces(after)):
        return Verdict(False, "the network returned numbers that are not finite")
    changed = _changed(before, after, healthy)
    was, now = _jitter(before, known), _jitter(after, known)
    numbers = (changed, was, now)
    noise = _noise(before, healthy, fps)
    most = max(MAX_CHANGE, NOISE_FACTOR * noise)
    if changed > most:
        reason = (
            f"frames without a defect would change by {changed:.3f}; "
            f"at most {most:.3f} is allowed"
        )
        share = 0.99 * most / changed
        little = most > MAX_CHANGE and share >= MIN_SHARE
        return Verdict(False, reason, *numbers, share if little else 1.0)
    if now > JITTER_FACTOR * was + JITTER_SLACK:
        reason = (
            f"jitter would grow from {1e3 * was:.2f} to {1e3 * now:.2f} thousandths"
        )
        return Verdict(False, reason, *numbers)
    return Verdict(True, "nothing was damaged", *numbers)


def _pieces(values: Floats) -> list[Floats]:
    return [values[k : k + PIECE] for k in range(0, len(values), PIECE)]


def _noise(before: Floats, healthy: Mask, fps: float) -> float:
    """Return the root mean square of what a plain filter removes, piece by piece."""
    total = count = 0.0
    for k in range(0, len(before), PIECE):
        part, here = before[k : k + PIECE], healthy[k : k + PIECE]
        away = (smoothed(part, fps) - part)[here] * SCALE
        total += float(np.square(away, dtype=np.float64).sum())
        count += away.size
    return float(np.sqrt(total / count)) if count else 0.0


def _changed(before: Floats, after: Floats, healthy: Mask) -> float:
    total = count = 0.0
    for k in range(0, len(before), PIECE):
        here = healthy[k : k + PIECE]
        away = (after[k : k + PIECE] - before[k : k + PIECE])[here] * SCALE
        total += float(np.square(away, dtype=np.float64).sum())
        count += away.size
    return float(np.sqrt(total / count)) if count else 0.0


def _jitter(values: Floats, healthy: Mask) -> float:
    total = count = 0.0
    for k in range(0, len(values), PIECE):
        part, here = values[k : k + PIECE + 3], healthy[k : k + PIECE + 3]
        if len(part) < 4:
            break
        calm = here[3:] & here[2:-1] & here[1:-2] & here[:-3]
        third = np.abs(np.diff(part * SCALE, n=3, axis=0))[calm]
        total += float(third.sum(dtype=np.float64))
        count += third.size
    return total / count if count else 0.0
