"""The measures of an aligned face: heights, widths, apertures, offsets.

Each measure is a weighted sum of coordinates, so all of them are one product of a
matrix with the points. A row names its points on the actor's right; the left side is
made from it. On a side, `x` points outward, away from the nose, so that both sides of a
symmetric face have the same measures.

The reference of each measure (`less`) was chosen on renders of a still face that turns
its head. For example, brows measured from the corners of the eyes, and lips from the
foot of the nose, change less than heights in the face frame.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from protocols.arrays import Numbers

from .canonical_face import COUNT

_PAIRS: Final = (
    # Lids and corners of the eyes, irises.
    *((33, 263), (133, 362), (159, 386), (145, 374), (160, 387), (144, 373)),
    *((158, 385), (153, 380), (468, 473), (469, 476), (470, 475), (471, 474)),
    (472, 477),
    # Brows.
    *((55, 285), (65, 295), (52, 282), (53, 283), (46, 276), (107, 336)),
    *((66, 296), (105, 334), (63, 293), (70, 300)),
    # Mouth.
    *((61, 291), (78, 308), (37, 267), (39, 269), (40, 270), (84, 314)),
    *((181, 405), (91, 321), (82, 312), (81, 311), (87, 317), (178, 402)),
    (88, 318),
    (80, 310),
    # Wings of the nose, cheeks, jaw.
    *((48, 278), (64, 294), (98, 327), (102, 331), (50, 280), (205, 425)),
    *((101, 330), (187, 411), (207, 427), (148, 377), (176, 400)),
    *((119, 348), (118, 347)),
)
PARTNER: Final = dict(_PAIRS) | {left: right for right, left in _PAIRS}
"""A point's mirror image; a point that is missing lies on the middle line."""


@dataclass(frozen=True, slots=True)
class Measure:
    """The mean of some coordinates less the mean of others, centimetres."""

    name: str
    axis: str
    """`x`, `y` or `z` of the face frame."""
    typical: float
    """Of a calm face, centimetres. It is the canonical face's, moved toward that of
    seven real faces, because rendered faces have high brows and wide eyes."""
    spread: float
    """Standard deviation between calm faces, centimetres; above 0."""
    points: tuple[int, ...]
    """On the middle line, or on the actor's right if the measure is `sided`."""
    less: tuple[int, ...] = ()
    sided: bool = True
    """Measured on both sides, as `nameLeft` and `nameRight`."""


_CORNERS: Final = (33, 133)
_ALL_CORNERS: Final = (33, 133, 263, 362)
_NOSE_FOOT: Final = (2, 98, 327)
_NOSE_TIP: Final = (4, 5)
_IRIS: Final = (468, 469, 470, 471, 472)

MEASURES: Final = (
    # Eyes. The lids in pairs, one above the other.
    Measure("lids", "y", 0.85, 0.12, (160, 159, 158), (144, 145, 153)),
    Measure("upperLid", "y", 0.56, 0.10, (160, 159, 158), _CORNERS),
    Measure("lowerLid", "y", -0.28, 0.07, (144, 145, 153), _CORNERS),
    Measure("eyeWidth", "x", 2.86, 0.14, (33,), (133,)),
    Measure("irisX", "x", -0.03, 0.12, _IRIS, _CORNERS),
    Measure("irisY", "y", 0.15, 0.10, _IRIS, _CORNERS),
    # Brows.
    Measure("browInner", "y", 2.45, 0.30, (55, 107, 65, 66), _ALL_CORNERS),
    Measure("browMiddle", "y", 2.60, 0.28, (52, 105), _ALL_CORNERS),
    Measure("browOuter", "y", 1.93, 0.22, (46, 70, 53, 63), _ALL_CORNERS),
    Measure("browIn", "x", 1.43, 0.12, (55, 107)),
    # Cheeks and the wings of the nose.
    Measure("wingY", "y", -3.78, 0.30, (48, 64, 98, 102), _ALL_CORNERS),
    Measure("cheekY", "y", -2.36, 0.22, (50, 101, 118, 119), _ALL_CORNERS),
    Measure("cheekOut", "x", 4.88, 0.20, (205, 187, 207)),
    # Mouth.
    Measure("cornerX", "x", 2.43, 0.22, (61, 78), (0, 17)),
    Measure("cornerY", "y", -4.45, 0.35, (61, 78), _NOSE_TIP),
    Measure("cornerLift", "y", -0.15, 0.14, (61, 78), (13, 14)),
    Measure("cornerZ", "z", 2.07, 0.20, (61, 78)),
    Measure("upperSide", "y", -3.69, 0.25, (37, 39, 40), _NOSE_TIP),
    Measure("lowerSide", "y", -3.21, 0.35, (84, 181, 91), _NOSE_FOOT),
    Measure("gapSide", "y", 0.02, 0.08, (81, 80), (178, 88)),
    Measure("jawSide", "y", -6.91, 0.45, (148, 176), _NOSE_FOOT),
    Measure("gap", "y", 0.03, 0.10, (13, 82, 312), (14, 87, 317), sided=False),
    Measure("upperLip", "y", -1.53, 0.18, (0, 37, 267), _NOSE_FOOT, sided=False),
    Measure("lowerLip", "y", -3.44, 0.40, (17, 84, 314), _NOSE_FOOT, sided=False),
    Measure("upperHeight", "y", 0.78, 0.25, (0, 37, 267), (13, 82, 312), sided=False),
    Measure("lowerHeight", "y", 0.94, 0.25, (14, 87, 317), (17, 84, 314), sided=False),
    Measure("upperZ", "z", 0.69, 0.10, (0, 37, 267), _NOSE_FOOT, sided=False),
    Measure("lowerZ", "z", 0.46, 0.20, (17, 84, 314), _NOSE_FOOT, sided=False),
    Measure("lipsX", "x", 0.00, 0.12, (0, 13, 14, 17), _NOSE_FOOT, sided=False),
    Measure("chinY", "y", -6.64, 0.48, (152, 175, 199), _NOSE_FOOT, sided=False),
    Measure("chinX", "x", 0.00, 0.10, (152, 175, 199), _NOSE_FOOT, sided=False),
    Measure("chinZ", "z", -0.36, 0.25, (152, 175, 199), _NOSE_FOOT, sided=False),
    Measure("dent", "y", 2.20, 0.25, (18, 200), (152, 175), sided=False),
)
"""Every measure, in the order of the rows they compile to."""


def _compile() -> tuple[tuple[str, ...], Numbers]:
    """Return the names and the (F, P * 3) matrix over the `POINTS` gathered."""
    names: list[str] = []
    rows: list[Numbers] = []
    for measure in MEASURES:
        axis = "xyz".index(measure.axis)
        for side in ("Left", "Right") if measure.sided else ("",):
            row = np.zeros((COUNT, 3))
            outward = -1.0 if side == "Right" and measure.axis == "x" else 1.0
            for points, sign in ((measure.points, 1.0), (measure.less, -1.0)):
                for point in points:
                    here = PARTNER.get(point, point) if side == "Left" else point
                    row[here, axis] += sign * outward / len(points)
            names.append(measure.name + side)
            rows.append(row)
    return tuple(names), np.array(rows)


NAMES, _DENSE = _compile()
POINTS: Final = np.flatnonzero(_DENSE.any(axis=(0, 2)))
"""The points that some measure uses."""

_MATRIX: Final = np.ascontiguousarray(
    _DENSE[:, POINTS].reshape(len(NAMES), -1), dtype=np.float32
)

AT: Final = {name: i for i, name in enumerate(NAMES)}


def measure(points: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return every measure of aligned points, (F,) float32 in `NAMES` order."""
    found: npt.NDArray[np.float32] = _MATRIX @ points[POINTS].reshape(-1)
    return found


def _each(value: Callable[[Measure], float]) -> npt.NDArray[np.float32]:
    """Return one number for each measure, (F,) in `NAMES` order."""
    return np.array(
        [value(m) for m in MEASURES for _ in range(2 if m.sided else 1)], np.float32
    )


TYPICAL: Final = _each(lambda m: m.typical)
SPREAD: Final = _each(lambda m: m.spread)
