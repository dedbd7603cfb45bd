"""Between our curves, bones and positions and what OpenSeeFace's packets hold.

`openseeface.py` describes its frames. With our head's rotation Q, D = diag(-1, -1, 1),
S = diag(-1, 1, 1), T = a turn about x by `TILT`, and M = our camera's axes in the
tracker's camera (down, right, away):

    R = D M A Q T^-1 S              the fit behind the camera, as the tracker finds it
    place = -M (position of the nose) / UNIT

The tracker's camera has a focal length of the picture's width, and exchanges width and
height in the picture's centre. So the place is moved sideways by a share of the
distance, and the head is turned with it, by A: from the ray to the face to the ray to
the place that the tracker finds. Both are undone here.

The tracker itself, run on the bundled clip, agrees: over 372 frames its head and ours
correlate by 0.92 to 0.98 about each axis.

The features say less than the 52 curves. The formulas are ours, and the inverse of each
other where that can be: a face that was sent can be read again in these features.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from .arrays import Floats, Numbers
from .channels import INDEX
from .openseeface import FEATURES
from .rotation import Quaternion, Triple, matrix_to_vector, to_matrix

UNIT: Final = 0.12
"""Metres in a unit of the shape: eyes that are 6.2 cm apart are 0.516 apart there."""

NOSE: Final[Triple] = (0.0, -0.032, 0.052)
"""Metres from the point between the eyes, which is our head's position, to the nose's
tip, in the face's frame; of a typical adult."""

TILT: Final = 0.145
"""Radians by which the tracker's shape looks down compared with our reference face:
fitted between the rigid points of both."""

LONGEST: Final = 10.0
"""Height of the highest picture, in widths."""

OPENS: Final = 0.7
"""jawOpen of a MouthOpen of 1."""

UNSHIFTED: Final = (1.0, 1.0)
"""A picture whose centre the tracker would not exchange."""

_TILTED: Final = to_matrix((math.sin(0.5 * TILT), 0.0, 0.0, math.cos(0.5 * TILT)))
_S: Final = np.diag([-1.0, 1.0, 1.0])
_M: Final = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, -1.0]])
_DM: Final = np.diag([-1.0, -1.0, 1.0]) @ _M


def matrix_of(head: Quaternion, nose: Triple, picture: tuple[float, float]) -> Numbers:
    """Return (3, 3) R for our head's rotation.

    Args:
        head: its rotation in front of our camera.
        nose: its place in metres, see `place_of`.
        picture: width and height, pixels.
    """
    seen = _ray_turn(nose_of(place_of(nose, picture), UNSHIFTED), nose)
    matrix: Numbers = _DM @ seen @ to_matrix(head) @ _TILTED.T @ _S
    return matrix


def quaternion_of(matrix: Numbers) -> Quaternion:
    """Return the wire's quaternion of (3, 3) R: that of its transpose."""
    x, y, z = matrix_to_vector(matrix.T)
    angle = math.sqrt(x * x + y * y + z * z)
    if angle < 1e-9:
        return (0.0, 0.0, 0.0, 1.0)
    k = math.sin(0.5 * angle) / angle
    return (x * k, y * k, z * k, math.cos(0.5 * angle))


def euler_of(matrix: Numbers) -> Triple:
    """Return the wire's Euler angles of (3, 3) R, degrees: R = Rz(c) Ry(b) Rx(a)."""
    m = matrix
    return (
        math.degrees(math.atan2(m[2, 1], m[2, 2])),
        math.degrees(math.asin(max(-1.0, min(1.0, -m[2, 0])))),
        math.degrees(math.atan2(m[1, 0], m[0, 0])),
    )


def head_of(
    quaternion: Sequence[float],
    place: Sequence[float],
    picture: tuple[float, float],
) -> Triple | None:
    """Return our head's rotation vector, radians; None for a quaternion without length.

    A fit in front of the camera is understood as well.

    Args:
        quaternion: as on the wire, of any length.
        place: as on the wire.
        picture: width and height, pixels.
    """
    length = math.hypot(*quaternion)
    if length < 1e-6:
        return None
    x, y, z, w = (part / length for part in quaternion)
    matrix = to_matrix((-x, -y, -z, w))
    axes = _M if place[2] > 0.0 else _DM
    seen = _ray_turn(nose_of(place, UNSHIFTED), nose_of(place, picture))
    return matrix_to_vector(seen.T @ axes.T @ matrix @ _S @ _TILTED)


def nose_offset(head: Quaternion) -> Triple:
    """Return `NOSE` turned with the head, metres in our camera's frame."""
    x, y, z = (to_matrix(head) @ np.array(NOSE)).tolist()
    return (x, y, z)


def place_of(nose: Triple, picture: tuple[float, float]) -> Triple:
    """Return the wire's place for the nose's, metres in front of our camera.

    Args:
        nose: x to the right of the picture, y up, z toward the camera (negative).
        picture: width and height, pixels.
    """
    away = -nose[2] / UNIT
    down, right = -nose[1] / UNIT, nose[0] / UNIT
    row, column = _shift(picture)
    return (-(down + row * away), -(right + column * away), -away)


def nose_of(place: Sequence[float], picture: tuple[float, float]) -> Triple:
    """Return the nose's place in metres in front of our camera: undoes `place_of`."""
    sign = -1.0 if place[2] <= 0.0 else 1.0
    down, right, away = (sign * part for part in place)
    row, column = _shift(picture)
    return (
        (right - column * away) * UNIT,
        -(down - row * away) * UNIT,
        -away * UNIT,
    )


def _ray_turn(a: Triple, b: Triple) -> Numbers:
    """Return (3, 3), the shortest turn from the ray to one place to that to another."""
    first, second = np.array(a), np.array(b)
    lengths = np.linalg.norm(first) * np.linalg.norm(second)
    if lengths < 1e-9:
        return np.eye(3)
    dot = float(first @ second / lengths)
    if dot < -0.99:
        return np.eye(3)  # No camera sees that; there is no shortest turn.
    x, y, z = np.cross(first, second) / lengths
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    turn: Numbers = np.eye(3) + cross + cross @ cross / (1.0 + dot)
    return turn


def _shift(picture: tuple[float, float]) -> tuple[float, float]:
    """Return how far the tracker's centre is off, as a share of the distance."""
    width, height = picture
    if not (width >= 1.0 and 0.0 < height < LONGEST * width):
        return (0.0, 0.0)  # No picture has such a size.
    half = 0.5 * (height - width) / width
    return (half, -half)


def features_of(weights: Sequence[float]) -> Floats:
    """Return (14,) features, -1 to 1, of 52 weights."""

    def w(name: str) -> float:
        return weights[INDEX[name]]

    inner = w("browInnerUp")
    pucker = w("mouthPucker") + 0.5 * w("mouthFunnel")
    found: dict[str, float] = {
        "MouthOpen": (w("jawOpen") - w("mouthClose")) / OPENS,
        "MouthWide": -pucker,
    }
    for side in ("Left", "Right"):
        outer, down = w(f"browOuterUp{side}"), w(f"browDown{side}")
        smile, frown = w(f"mouthSmile{side}"), w(f"mouthFrown{side}")
        wide = 2.0 * w(f"mouthStretch{side}") + smile
        found |= {
            f"Eye{side}": w(f"eyeWide{side}") - w(f"eyeBlink{side}"),
            f"EyebrowUpDown{side}": 0.5 * (inner + outer) - down,
            f"EyebrowSteepness{side}": inner - outer,
            f"EyebrowQuirk{side}": max(0.0, outer - inner),
            f"MouthCornerUpDown{side}": frown - smile,
            f"MouthCornerInOut{side}": wide - pucker,
        }
        found["MouthWide"] += 0.5 * wide
    return np.clip([found[name] for name in FEATURES], -1.0, 1.0).astype(np.float32)


def curves_of(
    features: Sequence[float], opened: tuple[float, float]
) -> dict[str, float]:
    """Return the curves that features tell of, by ARKit's names, 0 to 1.

    Args:
        features: (14,)
        opened: how far the right and the left eye is open, 0 to 1.
    """
    found = dict(zip(FEATURES, features, strict=True))
    curves: dict[str, float] = {}
    inner: list[float] = []
    for side, openness in (("Right", opened[0]), ("Left", opened[1])):
        up, steep = found[f"EyebrowUpDown{side}"], found[f"EyebrowSteepness{side}"]
        smile = max(0.0, -found[f"MouthCornerUpDown{side}"])
        raised = max(0.0, up)
        inner.append(raised + 0.5 * steep)
        curves |= {
            f"eyeBlink{side}": 1.0 - openness,
            f"eyeWide{side}": found[f"Eye{side}"],
            f"browDown{side}": -up,
            f"browOuterUp{side}": raised - 0.5 * steep,
            f"mouthSmile{side}": smile,
            f"mouthFrown{side}": found[f"MouthCornerUpDown{side}"],
            f"mouthStretch{side}": 0.5 * (found[f"MouthCornerInOut{side}"] - smile),
        }
    curves |= {
        "browInnerUp": 0.5 * sum(inner),
        "jawOpen": OPENS * found["MouthOpen"],
        "mouthPucker": -found["MouthWide"],
    }
    return {name: min(max(value, 0.0), 1.0) for name, value in curves.items()}
