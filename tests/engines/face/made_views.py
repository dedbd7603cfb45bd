"""Views of faces that a basis made, so that the weights in them are known."""

from __future__ import annotations

import numpy as np

from engines.face.canonical_face import CANONICAL
from engines.face.curve_solver import View
from engines.face.face_basis import FaceBasis, bends
from engines.face.features import TYPICAL
from engines.face.preprocess import Alignment
from protocols.arrays import Floats, Numbers
from protocols.channels import ARKIT, INDEX
from protocols.rotation import Triple

REST: Floats = CANONICAL.astype(np.float32)
"""(478, 3) points of the neutral face."""

_NO_PICTURE = np.zeros((1, 1, 3), dtype=np.uint8)


def made_view(
    basis: FaceBasis,
    weights: Numbers,
    *,
    noise: Numbers | float = 0.0,
    seen: Triple = (0.0, 0.0, 0.0),
    measures: Floats | None = None,
) -> View:
    """Return the view of a face whose every displacement is the basis's.

    Args:
        basis: moves the points and the measures.
        weights: (52,) of the face.
        noise: (3P,) centimetres added to the points that are looked at.
        seen: rotation vector of the head; its own displacement is added as well.
        measures: (F,); None lets the basis make them.
    """
    moved = weights @ basis.moves + bends(seen) @ basis.turned + noise
    points = REST.copy()
    points[basis.points] += moved.reshape(-1, 3).astype(np.float32)
    if measures is None:
        measures = TYPICAL + (weights @ basis.measures).astype(np.float32)
    return View(
        _NO_PICTURE,
        Alignment(points, np.eye(3), 12.0, (0, 0), 0.0),
        seen,
        measures,
        0.0,
    )


def some(**weights: float) -> Numbers:
    """Return (52,) weights, 0 but for the named ones."""
    out = np.zeros(len(ARKIT))
    for name, value in weights.items():
        out[INDEX[name]] = value
    return out
