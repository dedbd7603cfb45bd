"""Makes `engines/face/face_basis.npz`: see `engines.face.face_basis`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from engines.face import mirror
from engines.face.canonical_face import CANONICAL
from engines.face.face_basis import BENDS, bends
from engines.face.features import AT, POINTS, measure
from models.data.rendered.solver_batches import Prepared
from protocols.arrays import Floats, Ints, Numbers
from protocols.channels import ARKIT, INDEX

AHEAD: Final = 0.3
"""Radians. Faces turned farther say nothing of the noise."""
FLOOR_CM: Final = 0.04
"""Added to the noise of each coordinate: a real face is none of the rendered ones."""
RIDGE: Final = 1e-3

OTHER_HEAD: Final = Path("characters/human_arkit_visemes.glb")
"""MakeHuman's head (CC0) with targets that were sculpted to ARKit's sizes (MIT)."""
OTHER_PART: Final = 0.33
"""Its part of the basis: one head of another make keeps the fit from believing in one
topology."""

IRIS_UP_CM: Final = 0.27
"""By which a look up or down moves the tracker's iris at 1."""

IRISES: Final = range(468, 478)
"""Left out: `anchor_strengths.MEASURED` looks at them, and only while they are seen."""
_LIPS_LIDS_BROWS: Final = (
    # Lips.
    *(0, 11, 12, 13, 14, 15, 16, 17, 37, 38, 39, 40, 41, 42, 61, 62, 72, 73, 74, 76),
    *(77, 78, 80, 81, 82, 84, 85, 86, 87, 88, 89, 90, 91, 95, 96, 146, 178, 179, 180),
    *(181, 183, 184, 185, 191),
    # Lids.
    *(7, 33, 133, 144, 145, 153, 154, 155, 157, 158, 159, 160, 161, 163, 173, 246),
    # Brows.
    *(46, 52, 53, 55, 63, 65, 66, 70, 105, 107),
)
"""On the middle line or on the actor's right."""


def looked_at() -> Ints:
    """Return (P,) landmarks: those of the measures, and all of lips, lids and brows."""
    chosen = set(POINTS.tolist()) | set(_LIPS_LIDS_BROWS)
    chosen |= {int(mirror.POINTS[i]) for i in chosen}
    return np.array(sorted(chosen - set(IRISES)), dtype=np.int64)


def make_basis(moves: Numbers, data: Prepared) -> dict[str, Floats | Ints]:
    """Return the arrays of the file.

    Args:
        moves: (52, 478, 3) from `measure_basis`.
        data: rendered faces with truth; their noise is what `moves` do not explain.
    """
    points = looked_at()
    basis = moves[:, points].reshape(len(moves), -1)
    ahead = np.hypot(data.turn[:, 0], data.turn[:, 1]) < AHEAD
    weights = data.weights[ahead].astype(np.float64)
    rest = data.rest_points[data.person[ahead]]
    moved = (data.points[ahead] - rest).astype(np.float64)
    away = (data.points[ahead] - CANONICAL).astype(np.float64)
    terms = np.array([bends(tuple(t)) for t in data.turn[ahead].tolist()])
    turned_terms = np.array(
        [bends(tuple(t)) for t in (data.turn[ahead] * mirror.TURN).tolist()]
    )

    def both(full: Numbers) -> Numbers:
        mirrored = full[:, mirror.POINTS] * mirror.SIGN
        two: Numbers = np.concatenate([full[:, points], mirrored[:, points]])
        return two.reshape(len(two), -1)

    two_weights = np.concatenate([weights, weights[:, mirror.CURVES]])
    two_terms = np.concatenate([terms, turned_terms])
    unexplained = both(moved) - two_weights @ basis
    ridge = RIDGE * len(two_terms) * np.eye(BENDS)
    square = two_terms.T @ two_terms + ridge
    turned = np.linalg.solve(square, two_terms.T @ unexplained)
    left = unexplained - two_terms @ turned
    known = left.T @ left / len(left) + FLOOR_CM**2 * np.eye(left.shape[1])
    strange = both(away) - two_weights @ basis - two_terms @ turned
    unknown = strange.T @ strange / len(strange) + FLOOR_CM**2 * np.eye(left.shape[1])
    arrays: dict[str, Numbers] = {
        "moves": basis,
        "measures": of_gaze(np.array([measure(m.astype(np.float32)) for m in moves])),
        "turned": turned,
        "noise": np.sqrt(np.diag(known)),
    }
    for name, covariance in (("known", known), ("unknown", unknown)):
        gain = np.linalg.solve(covariance, basis.T).T
        arrays[f"{name}_gain"] = gain
        arrays[f"{name}_gram"] = gain @ basis.T
    small = {name: each.astype(np.float32) for name, each in arrays.items()}
    return {"points": points, **small}


def of_gaze(measures: Numbers) -> Numbers:
    """Return (52, F) in which only the curves of gaze move the irises.

    Lids that fall or narrow shift the tracker's irises a little, too. A fit would
    explain a look by them. Up and down, `IRIS_UP_CM` counts: the tracker follows a
    rendered iris less far when lids cover it, and a real one about alike.
    """
    out = measures.copy()
    looks = np.array([name.startswith("eyeLook") for name in ARKIT])
    for side in ("Left", "Right"):
        across, up = AT[f"irisX{side}"], AT[f"irisY{side}"]
        out[~looks, across] = 0.0
        out[:, up] = 0.0
        out[INDEX[f"eyeLookUp{side}"], up] = IRIS_UP_CM
        out[INDEX[f"eyeLookDown{side}"], up] = -IRIS_UP_CM
    return out
