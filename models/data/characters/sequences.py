"""Performances for characters: a recorded take, the same mixed, and each curve alone.

The take is nature: curves that go together. In the other two, what is learned about
company helps nobody: only who sees each curve for itself follows them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from engines.drawing.camera import Pose
from engines.motion.signals import WEIGHTS
from models.data.motion.performance import RATE as RECORDED
from models.data.motion.takes import take_performance
from protocols.arrays import Floats
from protocols.channels import ARKIT, INDEX

from .draw import AHEAD

TAKE: Final = "arkit_takes/alexdjulin/alex_rom_4.csv"
"""In the data folder. It is of the test split."""
LENGTH_S: Final = 40.0
RATE: Final = 15
"""Pictures a second."""
REST_S: Final = 3.0
"""Before everything, the head is at rest for so long."""
SWEEP_S: Final = 1.2
"""A curve alone goes from 0 to 1 and back in this time."""
PAUSE_S: Final = 0.4
"""Between two of them."""
TURN: Final = (0.10, 0.06, 0.03)
"""Radians of yaw, pitch and roll by which the head turns at most, slowly."""
PERIODS_S: Final = (7.3, 5.1, 11.0)

_TOGETHER: Final = (
    tuple(INDEX[name] for name in ARKIT if name.startswith("eyeLook")),
    (INDEX["jawOpen"], INDEX["mouthClose"]),
)
"""Two eyes look the same way, and mouthClose shuts lips that the jaw has opened."""


@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    """What a character shall do, `RATE` pictures a second."""

    name: str
    weights: Floats
    """(n, 52)"""
    sweep: Floats
    """(n, 52) 1 at the rows in which a curve alone is above a half."""
    rest: int
    """So many first rows are the neutral face, which solvers may learn from."""

    def seconds(self, row: int) -> float:
        """When a row is shown."""
        return row / RATE

    def pose(self, row: int) -> Pose:
        """Where the head is then."""
        yaw, pitch, roll = (
            most * float(np.sin(2 * np.pi * self.seconds(row) / period))
            for most, period in zip(TURN, PERIODS_S, strict=True)
        )
        return replace(AHEAD, yaw=yaw, pitch=pitch, roll=roll)


def sequences(data: Path) -> tuple[Sequence, Sequence, Sequence]:
    """Return the take, the take mixed, and every curve alone.

    Args:
        data: holds `TAKE`.

    Raises:
        OSError: the take cannot be read.
        TakeError: it is none.
        ValueError: it is shorter than `LENGTH_S`.
    """
    take = read_stretch(data / TAKE)
    return whole(take), mixed(take), alone()


def read_stretch(path: Path) -> Floats:
    """Return (n, 52): the first `LENGTH_S` of a take at `RATE`; errors as above."""
    last = round(LENGTH_S * RECORDED)
    for performance in take_performance(path):
        if len(performance.signals) >= last:
            rows = performance.signals[: last : RECORDED // RATE, WEIGHTS]
            return np.ascontiguousarray(rows)
    raise ValueError(f"{path}: no face is seen for {LENGTH_S:.0f} s without a break")


def whole(take: Floats) -> Sequence:
    """Return (n, 52) as they are, after a rest."""
    return _sequence("take", take, np.zeros_like(take))


def mixed(take: Floats) -> Sequence:
    """Return (n, 52) with every curve from another moment, after a rest.

    The take runs round and each curve starts elsewhere in it; those of `_TOGETHER`
    start at the same moment.
    """
    leader = np.arange(len(ARKIT))
    for group in _TOGETHER:
        leader[list(group)] = group[0]
    step = len(take) / len(ARKIT)
    # 23 and 52 have no common divisor, so that every curve gets its own moment, and
    # neighbours in the list, which are often a pair, moments far apart.
    starts = np.round(leader * 23 % len(ARKIT) * step).astype(int)
    columns = [np.roll(take[:, at], start) for at, start in enumerate(starts)]
    rows = np.stack(columns, axis=1)
    return _sequence("mixed", rows, np.zeros_like(rows))


def alone() -> Sequence:
    """Return every curve by itself, one after the other, after a rest.

    mouthClose is the way from an open jaw to shut lips and means nothing without it:
    jawOpen goes with it.
    """
    sweep, pause = round(SWEEP_S * RATE), round(PAUSE_S * RATE)
    wave = 0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(sweep) + 0.5) / sweep)
    each = np.zeros((len(ARKIT), sweep + pause, len(ARKIT)), dtype=np.float32)
    for at in range(len(ARKIT)):
        each[at, :sweep, at] = wave
    marks = (each > 0.5).astype(np.float32)
    close = INDEX["mouthClose"]
    each[close, :, INDEX["jawOpen"]] = each[close, :, close]
    width = len(ARKIT)
    return _sequence("alone", each.reshape(-1, width), marks.reshape(-1, width))


def _sequence(name: str, rows: Floats, marks: Floats) -> Sequence:
    rest = round(REST_S * RATE)
    still = np.zeros((rest, len(ARKIT)), dtype=np.float32)
    return Sequence(
        name=name,
        weights=np.concatenate([still, rows]).astype(np.float32),
        sweep=np.concatenate([still, marks]),
        rest=rest,
    )
