"""The nineteen measures in which an actor and an avatar are compared.

They are read from FaceMesh's points, aligned to the canonical face, so that place, size
and turn of the head are taken out. Their unit is the distance between the eyes of the
person or the head. Left and right are the actor's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from engines.face.features import AT
from engines.face.features import NAMES as FEATURES
from engines.face.geometry import read
from engines.face.mesh import Points
from engines.face.preprocess import align
from protocols.arrays import Numbers
from protocols.rotation import matrix_to_vector

_EYES: Final = ((33, 133), (263, 362))
"""FaceMesh's points of the corners of the right and of the left eye."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A weighted sum of the measures of `engines.face.features`."""

    name: str
    terms: Mapping[str, float]
    moves: float
    """Standard deviation in a clip, in eye distances, from which the actor clearly
    moves it: about three times its deviation on a still picture that shakes a little
    (`clips.perturbed`, median of thirteen people)."""


def _mean(name: str) -> dict[str, float]:
    return {f"{name}Left": 0.5, f"{name}Right": 0.5}


MEASURES: Final = (
    Measure("mouth gap", {"gap": 1.0}, 0.016),
    Measure("mouth width", {"cornerXLeft": 1.0, "cornerXRight": 1.0}, 0.018),
    Measure("corner up R", {"cornerYRight": 1.0}, 0.014),
    Measure("corner up L", {"cornerYLeft": 1.0}, 0.014),
    Measure("mouth to one side", {"lipsX": 1.0}, 0.012),
    Measure("smirk", {"cornerYLeft": 1.0, "cornerYRight": -1.0}, 0.011),
    Measure("wink", {"lidsLeft": 1.0, "lidsRight": -1.0}, 0.013),
    Measure("upper lip", {"upperLip": 1.0}, 0.014),
    Measure("chin", {"chinY": 1.0}, 0.018),
    Measure("eye open R", {"lidsRight": 1.0}, 0.010),
    Measure("eye open L", {"lidsLeft": 1.0}, 0.010),
    Measure("brow inner R", {"browInnerRight": 1.0}, 0.010),
    Measure("brow inner L", {"browInnerLeft": 1.0}, 0.010),
    Measure("brow outer R", {"browOuterRight": 1.0}, 0.010),
    Measure("brow outer L", {"browOuterLeft": 1.0}, 0.010),
    Measure("brows together", {"browInLeft": -1.0, "browInRight": -1.0}, 0.012),
    Measure("gaze x", {"irisXLeft": 0.5, "irisXRight": -0.5}, 0.006),
    Measure("gaze y", _mean("irisY"), 0.005),
    Measure("nose wing", _mean("wingY"), 0.010),
)
"""In the order of the tables. Up, open and to the actor's left are positive."""

NAMES: Final = tuple(each.name for each in MEASURES)
COLUMN: Final = {name: i for i, name in enumerate(NAMES)}
MOVES: Final[Numbers] = np.array([each.moves for each in MEASURES])


def _compile() -> Numbers:
    matrix = np.zeros((len(MEASURES), len(FEATURES)))
    for row, each in zip(matrix, MEASURES, strict=True):
        for name, factor in each.terms.items():
            row[AT[name]] = factor
    return matrix


_MATRIX: Final = _compile()


EXTRA: Final = 2
"""Columns after the measures: the distance of the eyes, and the head's yaw."""
TURNS: Final = 0.0175
"""Radians: standard deviation of the yaw from which a head turns in a clip."""


def measure_face(points: Points | None) -> Numbers:
    """Return one face as (M + 2,); NaN where there is no face.

    The measures and the distance of the eyes in canonical centimetres, then the yaw of
    the head in radians.

    Args:
        points: (478, 3) pixels.
    """
    alignment = None if points is None else align(points)
    if alignment is None:
        return np.full(len(NAMES) + EXTRA, np.nan)
    aligned = alignment.points
    seen = matrix_to_vector(alignment.rotation)
    right, left = (aligned[list(corners)].mean(axis=0) for corners in _EYES)
    found = _MATRIX @ read(aligned, seen).astype(np.float64)
    return np.append(found, [float(np.linalg.norm(left - right)), seen[1]])


def by_eye_distance(faces: Numbers) -> Numbers:
    """Return (n, M) measures of one person in eye distances.

    The eye distance is the median over all faces, because the measures would otherwise
    tremble with its own errors. For the wink each eye's opening is taken relative to
    its own median. If not, eyes of unlike size would wink whenever both close.

    Args:
        faces: (n, M + 2), rows from `measure_face`.
    """
    seen = faces[np.isfinite(faces).all(axis=1)]
    if not len(seen):
        return np.full((len(faces), len(NAMES)), np.nan)
    scaled: Numbers = faces[:, : len(NAMES)] / float(np.median(seen[:, len(NAMES)]))
    left, right = scaled[:, COLUMN["eye open L"]], scaled[:, COLUMN["eye open R"]]
    usual = np.nanmedian(left), np.nanmedian(right)
    if min(usual) > 1e-3:
        uneven = left / usual[0] - right / usual[1]
        scaled[:, COLUMN["wink"]] = 0.5 * (usual[0] + usual[1]) * uneven
    return scaled


def of_actor(faces: Numbers) -> Numbers:
    """Return (n, M) measures in eye distances of a person who turns the head.

    What of `mouth to one side` follows the yaw linearly is taken out, because the
    tracker shows the lips of a turned head aside. On rendered actors the ceiling of
    this measure rises by that from r .53 to .66, and no other one gains.

    Args:
        faces: (n, M + 2), rows from `measure_face`.
    """
    measures = by_eye_distance(faces)
    seen = np.isfinite(faces).all(axis=1)
    yaw = faces[:, -1] - faces[seen, -1].mean() if seen.any() else faces[:, -1]
    if seen.sum() > 2 and yaw[seen].std() > TURNS:
        side = measures[:, COLUMN["mouth to one side"]]
        follows = float(side[seen] @ yaw[seen]) / float(yaw[seen] @ yaw[seen])
        measures[:, COLUMN["mouth to one side"]] = side - follows * yaw
    return measures


def lip_gap(measures: Numbers) -> Numbers:
    """Return (n,) how far the inner lips are apart, in mouth widths.

    Args:
        measures: (n, M).
    """
    gap, width = measures[:, COLUMN["mouth gap"]], measures[:, COLUMN["mouth width"]]
    apart: Numbers = gap / np.maximum(width, 1e-3)
    return apart
