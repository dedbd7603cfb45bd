"""Whether a refined take is to be believed at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from engines.motion.signals import SCALE

from .filters import smoothed
from .grid import Floats, Mask

CHANGED: Final = 0.03
"""Healthy frames change by at most so much on average (RMS, the network's units) ..."""
NOISE: Final = 2.0
"""... or by so many times what a plain filter takes off, if that is more."""
STEADIER: Final = 1.05
"""Jitter may be so many times as large as it was ..."""
STILL: Final = 1e-4
"""... and this larger, in the network's units."""
LITTLE: Final = 0.9
"""Of a change that is too much in a noisy take at least so much must be allowed for it
to be lessened, instead of the take coming back as it was."""
PIECE: Final = 4096
"""Frames that are looked at together: bounds the memory."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a take, and the numbers it rests on; the network's units."""

    refined: bool
    reason: str
    healthy_rms: float = 0.0
    """Root mean square of what was changed where nothing was wrong."""
    jitter_before: float = 0.0
    """Mean of |third difference| where nothing is wrong."""
    jitter_after: float = 0.0
    share: float = 1.0
    """Of a change that is a little too much, what might do; 1 if none would."""


def judge(
    before: Floats, after: Floats, healthy: Mask, known: Mask, fps: float
) -> Verdict:
    """Return whether the refined signals may be used.

    Args:
        before: (n, 58) real units, finite: as recorded, gaps and repetitions filled.
        after: (n, 58) refined.
        healthy: (n,) frames with nothing wrong.
        known: (n,) the same, or repetitions: where jitter is compared. What is healthy
            of a slow camera's take is only what stood still for long.
        fps: frames a second.
    """
    if not all(np.isfinite(part).all() for part in _pieces(after)):
        return Verdict(False, "the network gave numbers that are not finite")
    changed = _changed(before, after, healthy)
    was, now = _jitter(before, known), _jitter(after, known)
    numbers = (changed, was, now)
    noise = _noise(before, healthy, fps)
    most = max(CHANGED, NOISE * noise)
    if changed > most:
        reason = (
            f"frames with nothing wrong would change by {changed:.3f}, "
            f"at most {most:.3f} is allowed"
        )
        share = 0.99 * most / changed
        little = most > CHANGED and share >= LITTLE
        return Verdict(False, reason, *numbers, share if little else 1.0)
    if now > STEADIER * was + STILL:
        reason = (
            f"jitter would grow from {1e3 * was:.2f} to {1e3 * now:.2f} thousandths"
        )
        return Verdict(False, reason, *numbers)
    return Verdict(True, "nothing was damaged", *numbers)


def _pieces(values: Floats) -> list[Floats]:
    return [values[k : k + PIECE] for k in range(0, len(values), PIECE)]


def _noise(before: Floats, healthy: Mask, fps: float) -> float:
    """Return the root mean square of what a plain filter takes off, piece by piece."""
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
