"""Measures how much later one source shows a face than another one.

Both sources see the same face, so jaw, lids, smile and head move alike in both, one
after the other. The lag at which their movements agree best is the delay (normalised
cross-correlation; the peak lies between two lags on a parabola). What sources scale,
offset or mirror differently does not matter.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

import numpy as np
import numpy.typing as npt

from protocols.channels import INDEX, Vector, bone_slice

Numbers = npt.NDArray[np.float64]

SHARED: Final = 6
"""Number of compared movements: jaw, lids, smile, and the head's x, y and z."""

STEP_S: Final = 0.01
"""Distance of two compared lags, and of two points of a compared movement."""

WIDEST_S: Final = 0.3
"""The largest delay that is found, either way."""

WINDOW_S: Final = 8.0
"""The newest part of both sources that is compared."""

LEAST_S: Final = 3.0
"""A shorter common part is not compared."""

RISE_S: Final = 0.3
"""A movement is the change over this time. So offsets and slow drifts do not count."""

MOVES: Final = 0.01
"""A movement with a smaller root mean square in one source is too small to compare."""

ALIKE: Final = 0.6
"""Correlation below which two sources do not show the same movements."""

KEPT: Final = 9
"""Number of measurements whose median is the delay."""

_HEAD, _NECK = bone_slice("head").start, bone_slice("neck").start
_USED: Final = np.array(
    [
        INDEX["jawOpen"],
        *(
            INDEX[f"{name}{side}"]
            for name in ("eyeBlink", "mouthSmile")
            for side in ("Left", "Right")
        ),
        *range(_HEAD, _HEAD + 3),
        *range(_NECK, _NECK + 3),
    ]
)


@dataclass(frozen=True, slots=True)
class Measured:
    """One comparison of two sources."""

    delay_s: float
    """How much later the second one shows the face; negative if earlier."""
    likeness: float
    """The correlation at this delay, -1 to 1."""


def shared(rows: Sequence[Vector]) -> Numbers:
    """Return the (rows, `SHARED`) values that all sources have.

    Args:
        rows: the channels of faces; each (85,) or longer.
    """
    table = np.stack(rows)[:, _USED].astype(np.float64)
    pairs = table[:, 1::2][:, :2] + table[:, 2::2][:, :2]
    return np.hstack([table[:, :1], 0.5 * pairs, table[:, 5:8] + table[:, 8:]])


def compare(
    first_s: Sequence[float],
    first: Sequence[Vector],
    second_s: Sequence[float],
    second: Sequence[Vector],
) -> Measured | None:
    """Compare the newest `WINDOW_S` of two sources.

    Args:
        first_s: rising instants in seconds.
        first: channels of the faces of these instants; see `shared`.
        second_s: instants of the other source, on the same clock.
        second: channels of its faces.

    Returns:
        None if they have less than `LEAST_S` in common, or nothing moves in both.
    """
    if len(first_s) < 2 or len(second_s) < 2:
        return None
    reach = WIDEST_S + RISE_S
    end = min(first_s[-1], second_s[-1] - reach)
    start = max(end - WINDOW_S, first_s[0], second_s[0] + reach)
    if end - start < LEAST_S:
        return None
    count, lags = int((end - start) / STEP_S), round(WIDEST_S / STEP_S)
    a = _movements(first_s, first, start + STEP_S * np.arange(count))
    wide = start + STEP_S * np.arange(-lags, count + lags)
    b = _movements(second_s, second, wide)
    curve = np.zeros(2 * lags + 1)
    total = 0.0
    for one, other in zip(a, b, strict=True):
        one, size = one - one.mean(), float(np.sqrt(np.mean(one * one)))
        other = other - other.mean()
        spread = float(np.sqrt(np.mean(other * other)))
        if min(size, spread) < MOVES:
            continue
        sums = np.cumsum(np.concatenate([[0.0], other * other]))
        energy = np.maximum(sums[count:] - sums[:-count], 1e-12)
        found = np.correlate(other, one, "valid")
        found = found / np.sqrt(energy * np.sum(one * one))
        # A mirrored source turns and tilts the other way. Movements that agree more
        # count more: noise in one signal must not hide the others.
        best = float(found[np.argmax(np.abs(found))])
        curve += found * best
        total += abs(best)
    if not total:
        return None
    curve = curve / total
    top = int(np.argmax(curve))
    if not 0 < top < 2 * lags:
        return None
    left, peak, right = curve[top - 1 : top + 2].tolist()
    bend = left - 2.0 * peak + right
    part = 0.5 * (left - right) / bend if bend < 0.0 else 0.0
    return Measured((top - lags + part) * STEP_S, peak)


class DelayMeter:
    """Keeps the median of the newest trusted measurements of one source."""

    def __init__(self) -> None:
        self._found: deque[float] = deque(maxlen=KEPT)
        self.delay_s: float | None = None
        """The measured delay; None before the first trusted measurement."""

    def add(self, measured: Measured | None) -> None:
        """Take a comparison; one without likeness does not count."""
        if measured is not None and measured.likeness >= ALIKE:
            self._found.append(measured.delay_s)
            self.delay_s = median(self._found)


def _movements(
    at_s: Sequence[float], rows: Sequence[Vector], grid_s: Numbers
) -> Numbers:
    """Return the (SHARED, grid) changes over `RISE_S` around each instant."""
    times = np.asarray(at_s, dtype=np.float64)
    half = 0.5 * RISE_S
    return np.stack(
        [
            np.interp(grid_s + half, times, column)
            - np.interp(grid_s - half, times, column)
            for column in shared(rows).T
        ]
    )
