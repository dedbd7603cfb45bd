"""Real takes as performances: what a phone recorded, at the generator's rate.

The phone writes no head motion that would be of use, so the head stands still.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.interpolate import PchipInterpolator

from engines.motion.signals import COUNT, WEIGHTS
from models.data.blinks import find_blinks
from models.data.recorded.takes import read_take
from protocols.arrays import Floats
from protocols.channels import EXPRESSIONS, INDEX

from .performance import RATE, Blink, Performance

Seconds = npt.NDArray[np.float64]

LEAST_S: Final = 4.0
"""Shorter stretches are left out."""
BREAK_S: Final = 0.12
"""A longer step between two frames ends a stretch: the phone stalled."""
SPLITS: Final = {
    "train": (
        *("alexdjulin/alex_rom_3", "alexdjulin/S88-001", "alexdjulin/apfel"),
        "jmtechart/MySlate_3_iPhone",
    ),
    "valid": ("alexdjulin/S07-001",),
    "test": ("alexdjulin/alex_rom_4", "alexdjulin/facial"),
}
"""Whole takes."""

_LIDS: Final = [INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]]
_JAW, _CLOSE = INDEX["jawOpen"], INDEX["mouthClose"]


def take_paths(data: Path, split: str) -> list[Path]:
    """Return the takes of a split that are there.

    Args:
        data: holds arkit_takes/.
        split: of `SPLITS`.

    Raises:
        ValueError: no such split, or none of its takes is there.
    """
    if split not in SPLITS:
        raise ValueError(f"split {split}: expected one of {', '.join(SPLITS)}")
    paths = [data / "arkit_takes" / f"{name}.csv" for name in SPLITS[split]]
    found = [path for path in paths if path.exists()]
    if not found:
        raise ValueError(f"{data}: none of {', '.join(p.name for p in paths)}")
    return found


def take_performance(path: Path) -> list[Performance]:
    """Return the stretches of a Live Link Face CSV in which a face was seen throughout.

    Raises:
        OSError: it cannot be read.
        TakeError: it is no such take.
    """
    take = read_take(path)
    found = []
    for first, last in _stretches(take.seconds, take.valid):
        times = take.seconds[first:last] - take.seconds[first]
        rows = take.weights[first:last].astype(np.float64)
        # Times are whole nanoseconds: a sample may lie a little after its frame.
        count = int(times[-1] * RATE + 1e-6) + 1
        # PCHIP neither rings nor leaves the range that was recorded.
        curves = PchipInterpolator(times, rows, axis=0)(np.arange(count) / RATE)
        signals = np.zeros((count, COUNT), dtype=np.float32)
        signals[:, WEIGHTS] = np.clip(curves, 0.0, 1.0)
        expression = np.zeros((count, len(EXPRESSIONS)), dtype=np.float32)
        expression[:, 0] = 1.0
        blinks = _blinks(signals)
        found.append(
            Performance(signals, expression, blinks, _closures(signals), take.name)
        )
    return found


def _stretches(seconds: Seconds, valid: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return first and past the last row of each whole stretch, long enough."""
    found, first = [], 0
    for i in range(len(seconds) + 1):
        ends = i == len(seconds) or not valid[i]
        breaks = (
            not ends and i > first and not 0 < seconds[i] - seconds[i - 1] < BREAK_S
        )
        if ends or breaks:
            if i - first > 1 and seconds[i - 1] - seconds[first] >= LEAST_S:
                found.append((first, i))
            first = i + 1 if ends else i
    return found


def _blinks(signals: Floats) -> tuple[Blink, ...]:
    """Return where both lids shut for less than half a second, from foot to foot."""
    times = np.arange(len(signals)) / RATE
    both = signals[:, _LIDS].mean(axis=1)
    found = []
    for core in find_blinks(times, signals[:, WEIGHTS], shut=0.45, open_=0.35):
        first, last = round(core.start_s * RATE), round(core.end_s * RATE)
        top = first + int(both[first : last + 1].argmax())
        # The feet: within a tenth of the way from what the lids do before and after.
        before = both[max(0, first - RATE // 4) : first + 1].min()
        after = both[last : last + RATE // 3].min()
        while first > 0 and both[first] > before + 0.1 * (both[top] - before):
            first -= 1
        end = len(both) - 1
        while last < end and both[last] > after + 0.1 * (both[top] - after):
            last += 1
        if not 0.06 < times[last] - times[first] < 0.6:
            continue
        left, right = signals[first : last + 1, _LIDS].max(axis=0)
        found.append(
            Blink(
                float(times[first]),
                float(times[top]),
                float(times[last]),
                (float(left), float(right)),
            )
        )
    return tuple(found)


def _closures(signals: Floats) -> tuple[tuple[float, float], ...]:
    """Return where lips shut for up to 0.2 s between two times that they are open."""
    gap = signals[:, _JAW] - signals[:, _CLOSE]
    shut = np.concatenate([[False], gap < 0.03, [False]])
    edges = np.flatnonzero(np.diff(shut.astype(np.int8)))
    near = RATE // 4
    found = []
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        before, after = gap[max(0, first - near) : first], gap[last : last + near]
        opens = len(before) and len(after) and min(before.max(), after.max()) > 0.08
        if opens and last - first <= RATE // 5:
            found.append((float(first / RATE), float((last - 1) / RATE)))
    return tuple(found)
