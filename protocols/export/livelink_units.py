"""Convert the units of a Live Link Face CSV to radians and weights from 0 to 1.

The phone writes angles in radians and weights from 0 to 1. Some programs write degrees
and percent. These rules are safe:

- No angle in radians exceeds half a turn (pi), because a tracker never gives one. Three
  consecutive rows beyond it are degrees. One or two rows are broken rows in a file of
  radians: a tracking error lasts no longer, and nothing is converted because of it. A
  head that stays within 3.14 degrees for the whole file looks like one in radians; a
  note says so if it would look away from the camera.
- Weights may exceed 1 by a little, and a program that exaggerates writes 2. Three
  consecutive rows with a weight above 5 in a file whose typical row is above 1, or a
  file whose typical largest weight is above 2, are percent.

Head and eyes are judged separately: a file may have degrees for only one of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from protocols.arrays import Floats, Mask
from protocols.channels import ARKIT
from protocols.errors import DecodeError
from protocols.livelink import CURVES

HALF_TURN: Final = 3.15
"""Radians; pi as rounded up in a file with two digits."""
QUARTER_TURN: Final = np.pi / 2.0
AWAY: Final = 0.1
"""Largest share of the frames in which a face may be turned this far; a camera cannot
see such a face."""
ON_END: Final = 3
"""Consecutive rows that show a unit."""
NOT_ONE: Final = 5.0
"""Weights from 0 to 1 never exceed this, however exaggerated. Three consecutive rows
above it show percent only if the typical row is also above 1; else they are broken."""
TYPICAL: Final = 2.0
"""The largest weight of an ordinary frame does not exceed this either."""
MOST: Final = 1000.0
"""Largest absolute value in any unit."""
MOST_PERCENT: Final = 150.0
"""Three consecutive rows above this are not percent; perhaps 0 to 255."""

_WEIGHTS: Final = slice(0, len(ARKIT))
_ANGLES: Final = {
    "the angles of the head": slice(len(ARKIT), len(ARKIT) + 3),
    "the angles of the eyes": slice(len(ARKIT) + 3, len(CURVES)),
}
_TURNS: Final = np.array([name.endswith(("Yaw", "Pitch")) for name in CURVES])
"""Without the roll, which is half a turn if the phone is upside down."""


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """Values in the units of the wire."""

    values: Floats
    """(n, 61) in `CURVES` order: weights, radians; NaN if no face was seen."""
    beyond: Mask
    """(n,) True for a row with a value out of range for the file's unit."""
    detail: str
    """Description of the first such row; empty if there is none."""
    notes: tuple[str, ...]
    """What was converted, and what may need to be."""


def read_units(values: Floats) -> Units:
    """Convert degrees and percent.

    Args:
        values: (n, 61) as in the file, in `CURVES` order; a row with a NaN has no face.
            Not changed.

    Raises:
        DecodeError: weights are neither from 0 to 1 nor percent.
    """
    size = np.abs(values)
    # A comparison with NaN is False.
    wild = (size > MOST).any(axis=1)
    seen = size[~wild & ~np.isnan(values).any(axis=1)]
    limit = np.full(len(CURVES), MOST, dtype=np.float32)
    factor = np.ones(len(CURVES), dtype=np.float32)
    notes: list[str] = []
    doubts: list[str] = []
    for name, part in _ANGLES.items():
        angles = seen[:, part]
        limit[part] = HALF_TURN
        away = (angles[:, _TURNS[part]] > QUARTER_TURN).any(axis=1)
        if _on_end((angles > HALF_TURN).any(axis=1)):
            limit[part] = 360.0
            factor[part] = np.pi / 180.0
            notes.append(
                f"{name} go up to {angles.max():.4g}, which cannot be radians: treated "
                "as degrees and converted"
            )
        elif away.sum() > AWAY * len(away):
            doubts.append(
                f"{name} are beyond a quarter turn in {away.mean():.0%} of the frames: "
                "read as radians, but small angles in degrees look the same"
            )
    largest = seen[:, _WEIGHTS].max(axis=1, initial=0.0)
    if _percent(largest):
        if _on_end(largest > MOST_PERCENT):
            raise DecodeError(
                f"csv: weights go up to {largest.max():.4g}, expected 0 to 1 or percent"
            )
        factor[_WEIGHTS] = 0.01
        notes.append(
            f"weights go up to {largest.max():.4g}: treated as percent and divided by "
            "100"
        )
    over = size > limit
    beyond = over.any(axis=1)
    detail = ""
    if beyond.any():
        row = int(beyond.argmax())
        at = int(over[row].argmax())
        detail = (
            f"{CURVES[at]} is {values[row, at]:g}, expected weights 0 to 1 and angles "
            "in radians"
        )
    converted = values if not notes else values * factor
    return Units(converted, beyond, detail, (*notes, *doubts))


def _percent(largest: Floats) -> bool:
    """Return True if the largest weights of rows with a face are percent."""
    moving = largest[largest > 0.0]
    typical = float(np.median(moving)) if len(moving) else 0.0
    return typical > TYPICAL or (typical > 1.0 and _on_end(largest > NOT_ONE))


def _on_end(shown: Mask) -> bool:
    """Return True if three consecutive rows are True, or all rows if there are
    fewer."""
    if len(shown) < ON_END:
        return bool(len(shown) and shown.all())
    runs = np.convolve(shown, np.ones(ON_END, dtype=np.int64), "valid")
    return bool((runs == ON_END).any())
