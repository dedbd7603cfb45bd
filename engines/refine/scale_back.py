"""Lessens a change that is a little too much, where nobody sees it.

What a network takes off slowly is what can be left: what trembles is what was to go.
"""

from __future__ import annotations

import numpy as np

from engines.motion.signals import COUNT, SCALE

from .fallback_levels import crossed
from .filters import smoothed
from .grid import Floats, Mask, Numbers
from .limits import tight, within


def lessen(
    before: Floats,
    after: Floats,
    healthy: Mask,
    unseen: Mask,
    fade: Floats,
    share: float,
    fps: float,
) -> None:
    """Leave, in place, so much of the slow part of a change that its root mean square
    falls to a share.

    Args:
        before: (n, 58) real units, finite: as recorded, gaps filled.
        after: (n, 58) the same, refined; written to.
        healthy: (n,) frames that count.
        unseen: (n, 58) gaps and leaps: they follow what is beside them.
        fade: (n,) how much of a change a frame may have, 0 to 1.
        share: above 0, below 1.
        fps: frames a second.
    """
    # |quick + k slow| for all signals, squared, is this polynomial of k.
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
        limit = np.maximum(np.abs(now - was), tight(fade, channel))
        less = within(now - (1.0 - kept) * fade * slow, was, limit, channel)
        after[:, channel] = np.where(now != was, less, was)


def _parts(
    before: Floats, after: Floats, unseen: Mask, channel: int, fps: float
) -> tuple[Floats, Floats]:
    change = after[:, channel] - before[:, channel]
    slow = smoothed(crossed(change, unseen[:, channel]), fps)
    return change - slow, slow


def _root(parts: Numbers, share: float) -> float:
    """Return k, 0 to 1, where a polynomial is share x share of what it is at 1."""
    a, b, c = parts.tolist()
    root = b * b - 4.0 * a * (c - share * share * (a + b + c))
    if a <= 0.0 or root < 0.0:
        return 0.0
    return float(np.clip((np.sqrt(root) - b) / (2.0 * a), 0.0, 1.0))
