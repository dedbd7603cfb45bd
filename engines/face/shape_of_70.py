"""The 70 points of a face that OpenSeeFace's receivers expect, from our curves.

The points are those of our reference face that lie where OpenSeeFace's tracker puts its
own, moved by what each curve moves the tracked points by (`face_basis.npz`). The jaw's
outline and the nose's bridge are not among those, so they stay.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np

from protocols.arrays import Numbers
from protocols.openseeface_pose import TILT, UNIT
from protocols.rotation import Quaternion, quaternion, to_matrix

from .canonical_face import CANONICAL

POINTS: Final = (
    # The jaw, from the actor's right ear to the left one.
    *(162, 234, 93, 58, 172, 136, 149, 148, 152),
    *(377, 378, 365, 397, 288, 323, 454, 389),
    # The right brow from outside, the left one from inside.
    *(70, 63, 105, 66, 107, 336, 296, 334, 293, 300),
    # The nose: its bridge down to the tip, then the nostrils from the right.
    *(168, 197, 5, 4, 98, 97, 2, 326, 327),
    # The right eye from outside, the left one from inside: upper lid, then lower lid.
    *(33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380),
    # The lips outside: upper from the right, lower from the left.
    *(39, 37, 0, 267, 269, 405, 314, 17, 84, 181),
    # The right corner, upper lip inside, the left corner, lower lip inside.
    *(61, 82, 13, 312, 291, 317, 14, 87),
)
"""Of our reference face, in the tracker's order 0 to 65."""

TIP: Final = 4
"""The nose's tip in our reference face."""
EYE: Final = 3.1
"""Centimetres from the middle to the centre of an eyeball."""
PUPIL: Final = 1.2
"""Centimetres from there to the pupil."""

_TILTED: Final = to_matrix(quaternion(TILT, 0.0, 0.0))
_SIGNS: Final = np.array([-1.0, 1.0, 1.0])
_SCALE: Final = 0.01 / UNIT


@cache
def _moves() -> Numbers:
    """Return (52, 198) centimetres that each curve moves the points by."""
    # Imported here, so that --help does not read the file.
    from .anchor import BASIS

    at = {int(point): place for place, point in enumerate(BASIS.points)}
    all_moves = BASIS.moves.reshape(len(BASIS.moves), -1, 3)
    moves = np.zeros((len(all_moves), len(POINTS), 3))
    for place, point in enumerate(POINTS):
        if point in at:
            moves[:, place] = all_moves[:, at[point]]
    return moves.reshape(len(moves), -1)


_REST: Final = CANONICAL[list(POINTS)]
_CENTRES: Final = np.array([[-EYE, 0.0, 0.0], [EYE, 0.0, 0.0]])


def shape_of(weights: Numbers, right: Quaternion, left: Quaternion) -> Numbers:
    """Return (70, 3) points in OpenSeeFace's frame and units: see its protocol.

    Args:
        weights: (52,)
        right: rotation of the right eye.
        left: rotation of the left eye.
    """
    moved = _REST + (weights @ _moves()).reshape(-1, 3)
    ahead = PUPIL * np.stack([to_matrix(right)[:, 2], to_matrix(left)[:, 2]])
    # The nose's tip stays in its place, for it is the frame's origin.
    whole = np.concatenate([moved, _CENTRES]) - CANONICAL[TIP]
    tilted = whole @ _TILTED.T
    # The tracker puts an eyeball straight behind its eye, in the tilted frame.
    points: Numbers = np.insert(tilted, 66, tilted[66:] + ahead, axis=0)
    points *= _SIGNS * _SCALE
    return points


def gaze_of(points: Numbers) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Return yaw and pitch of the right and of the left eye, radians, positive to the
    actor's left and down; None if the points do not say.

    Args:
        points: (70, 3), see `shape_of`.
    """
    found = []
    for pupil, centre in ((66, 68), (67, 69)):
        x, y, z = ((points[pupil] - points[centre]) * _SIGNS).tolist()
        if z <= 1e-6:
            return None
        found.append((float(np.arctan2(x, z)), float(np.arctan2(-y, z))))
    return found[0], found[1]
