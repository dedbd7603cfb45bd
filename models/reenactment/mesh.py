"""Measures of the average head's own vertices, without picture and tracker.

A tracker follows painted brows and noses less well than real ones. For these measures
the mesh shows what the weights did, and the picture shows what is seen of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from models.data.rendered.head import LANDMARKS, Head
from protocols.arrays import Floats, Numbers

from .measures import COLUMN, MOVES


@dataclass(frozen=True, slots=True)
class Place:
    """A measure: the mean of some landmarks' coordinate less the mean of others'."""

    name: str
    """Of the same measure in `measures.NAMES`."""
    axis: int
    points: tuple[int, ...]
    """Of the 68 points of iBUG; their right is the actor's."""
    less: tuple[int, ...]


_CORNERS: Final = (36, 39, 42, 45)
_NOSE_FOOT: Final = (31, 33, 35)

PLACES: Final = (
    Place("mouth gap", 1, (61, 62, 63), (65, 66, 67)),
    Place("mouth width", 0, (54,), (48,)),
    Place("corner up R", 1, (48, 60), (30,)),
    Place("corner up L", 1, (54, 64), (30,)),
    Place("chin", 1, (8,), _NOSE_FOOT),
    Place("brow inner R", 1, (20, 21), _CORNERS),
    Place("brow inner L", 1, (22, 23), _CORNERS),
    Place("brow outer R", 1, (17, 18), _CORNERS),
    Place("brow outer L", 1, (25, 26), _CORNERS),
    Place("brows together", 0, (21,), (22,)),
    Place("nose wing", 1, (31, 35), _CORNERS),
)
NAMES: Final = tuple(place.name for place in PLACES)
COLUMNS: Final = [COLUMN[name] for name in NAMES]
"""Where these measures stand in `measures.NAMES`."""
MOVES_HERE: Final[Numbers] = MOVES[COLUMNS]


class MeshMeasures:
    """Measures one head's mesh for any weights. All of it is linear in them."""

    def __init__(self, head: Head) -> None:
        """Prepare.

        Args:
            head: for example `AverageHead.head`.
        """
        rest = head.neutral[LANDMARKS].astype(np.float64)
        carried = head.shapes[:, LANDMARKS].astype(np.float64)
        carried *= head.reach[:, None, None]
        eyes = rest[list(_CORNERS)]
        distance = float(np.linalg.norm(eyes[:2].mean(axis=0) - eyes[2:].mean(axis=0)))
        self._rest = np.array([_read(rest[None], p)[0] for p in PLACES]) / distance
        self._steep = np.array([_read(carried, p) for p in PLACES]).T / distance

    def __call__(self, weights: Floats) -> Numbers:
        """Return (n, K) measures in eye distances for (n, 52) weights, NaN for NaN."""
        found: Numbers = self._rest + weights.astype(np.float64) @ self._steep
        return found


def _read(points: Numbers, place: Place) -> Numbers:
    """Return (n,) of (n, 68, 3) points or offsets."""
    along = points[:, :, place.axis]
    found: Numbers = along[:, place.points].mean(axis=1) - along[:, place.less].mean(
        axis=1
    )
    return found
