"""Scale back a change that is slightly too large, where it is least visible.

The slow part of a change is scaled back. The quick part stays, because it removes
jitter.
"""

from __future__ import annotations

import numpy as np

from engines.motion.signals import COUNT, SCALE
from protocols.arrays import Floats, Mask, Numbers

from .fallback_levels import interpolated_across
from .filters import smoothed
from .limits import clipped, tight_limit


def scale_back(
    before: Floats,
    after: Floats,
    healthy: Mask,
    unseen: Mask,
    fade: Floats,
    share: float,
    fps: float,
) -> None:
    """Reduce the slow part of a change, in place, until its root mean square falls to a
    share.

    Args:
        before: (n, 58) real units, finite: as recorded, gaps filled.
        after: (n, 58) the same, refined; written to.
        healthy: (n,) frames over which the root mean square is taken.
        unseen: (n, 58) gaps and pops: they follow the frames beside them.
        fade: (n,) the share of a change that a frame may take, 0 to 1.
        share: above 0, below 1.
        fps: frames per second.
    """
    # |quick + k slow| over all signals, squared, is this polynomial of k.
    parts = np.zeros(3)
    for channel in range(COUNT):
        quick, slow = _parts(before, after, unseen, channel, fps)
        rows = np.stack([quick[healthy], slow[healthy]]) * SCALE[channel]
        product = np.asarray(rows, np.float64) @ rows.T
        parts += (product[1, 1], 2.0 * product[0, 1], product[0, 0])
    kept = _root(parts, share)
    for channel in range(COUNT):
        was, now = before[:, channel], after[:, channel]
        _, slow = _parts(before, after, unseen, channel, fps)
        limit = np.maximum(np.abs(now - was), tight_limit(fade, channel))
        less = clipped(now - (1.0 - kept) * fade * slow, was, limit, channel)
        after[:, channel] = np.where(now != was, less, was)


def _parts(
    before: Floats, after: Floats, unseen: Mask, channel: int, fps: float
) -> tuple[Floats, Floats]:
    change = after[:, channel] - before[:, channel]
    slow = smoothed(interpolated_across(change, unseen[:, channel]), fps)
    return change - slow, slow


def _root(parts: Numbers, share: float) -> float:
    """Return k, 0 to 1, where the polynomial is share x share of its value at 1."""
    a, b, c = parts.tolist()
    root = b * b - 4.0 * a * (c - share * share * (a + b + c))
    if a <= 0.0 or root < 0.0:
        return 0.0
    return float(np.clip((np.sqrt(root) - b) / (2.0 * a), 0.0, 1.0))
