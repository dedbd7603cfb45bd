"""OpenSeeFace's packets: UDP, default port 11573, 1785 bytes a face, little-endian.

A datagram holds one or more faces, one after another; a receiver refuses sizes that
1785 does not divide. Nothing is sent while no face is found. The tracker writes in the
byte order of its machine, in practice little-endian, without padding.

       0  f64       time, seconds since 1970, UTC
       8  i32       number of the face
      12  f32 x 2   width and height of the camera's picture, pixels
      20  f32 x 2   how far the right and the left eye is open, 0 to 1
      28  u8        1 if the head's pose was found
      29  f32       error of the pose, pixels; receivers ignore faces above 100
      33  f32 x 4   the head's rotation, a quaternion x y z w, see below
      49  f32 x 3   the same as Euler angles, degrees, as OpenCV's RQDecomp3x3 gives
      61  f32 x 3   the nose's place, see below
      73  f32 x 68  confidence of each landmark, 0 to 1
     345  f32 x 136 landmarks in the picture, x and y, pixels; the last two are pupils
     889  f32 x 210 the face's shape: x, -y, -z of 70 points, see below
    1729  f32 x 14  `FEATURES`, about -1 to 1, 0 is the usual value

The shape is in a frame of its own: +X to the actor's right, +Y up, +Z out of the face,
the nose's tip at 0, eyes 0.516 apart (so a unit is about 12 cm). Point 66 and 67 are
the right and the left pupil, 68 and 69 the centres of the eyeballs; 36 to 47 are the
eyes' rims, 48 to 65 the lips, 0 to 16 the jaw, as the tracker numbers them.

The camera's frame is +X down the picture, +Y to its right, +Z away, because the tracker
exchanges rows and columns. Its fit finds the face behind the camera: the third number
of the place is negative, and all three have the opposite sign of the true place. The
rotation matrix R takes the shape to the camera, and the quaternion is that of R's
transpose. `openseeface_pose.py` converts.

Sources: facetracker.py, tracker.py and Unity/OpenSee.cs of github.com/emilianavt/
OpenSeeFace (BSD 2-clause), read for the layout. The reference receiver turns the
quaternion by (-y, -x, z, w) relative to a neutral head; this gives Unity's rotation,
which a test checks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from .arrays import Floats
from .errors import DecodeError
from .wording import counted

PORT: Final = 11573
SIZE: Final = 1785
"""Bytes of a face."""
MOST_FACES: Final = 36
"""In one datagram: more do not fit."""
LARGEST: Final = 1e9
"""Magnitude of the largest number that is accepted: pixels, units or degrees. The
tracker sends an error of 9999999 for a fit that went wrong."""

FEATURES: Final = (
    *("EyeLeft", "EyeRight"),
    *("EyebrowSteepnessLeft", "EyebrowUpDownLeft", "EyebrowQuirkLeft"),
    *("EyebrowSteepnessRight", "EyebrowUpDownRight", "EyebrowQuirkRight"),
    *("MouthCornerUpDownLeft", "MouthCornerInOutLeft"),
    *("MouthCornerUpDownRight", "MouthCornerInOutRight"),
    *("MouthOpen", "MouthWide"),
)
"""In wire order. Eye: -1 closed, 1 wide. EyebrowSteepness: 1 if its inner end is the
higher one. EyebrowUpDown: 1 up. MouthCornerUpDown: 1 if the corner is low, -1 if it is
high. MouthCornerInOut and MouthWide: 1 wide. MouthOpen: 1 open."""

_RIGHT_PUPIL, _LEFT_PUPIL = 66, 67

_LAYOUT: Final = np.dtype(
    [
        ("time", "<f8"),
        ("face", "<i4"),
        ("picture", "<f4", 2),
        ("open", "<f4", 2),
        ("posed", "u1"),
        ("error", "<f4"),
        ("quaternion", "<f4", 4),
        ("euler", "<f4", 3),
        ("place", "<f4", 3),
        ("confidence", "<f4", 68),
        ("landmarks", "<f4", (68, 2)),
        ("points", "<f4", (70, 3)),
        ("features", "<f4", 14),
    ]
)
assert _LAYOUT.itemsize == SIZE

_MIRROR: Final = np.array([1.0, -1.0, -1.0], dtype=np.float32)
"""Signs of the shape's x, y, z on the wire."""


@dataclass(frozen=True, slots=True, eq=False)
class Tracked:
    """One face of a packet; see above for frames and units."""

    time_s: float
    face: int
    picture: tuple[float, float]
    """Width and height, pixels."""
    open: tuple[float, float]
    """Right and left eye."""
    posed: bool
    error: float
    quaternion: tuple[float, float, float, float]
    """x y z w, as on the wire."""
    euler: tuple[float, float, float]
    """Degrees."""
    place: tuple[float, float, float]
    """Units, as on the wire."""
    confidence: Floats
    """(68,)"""
    landmarks: Floats
    """(68, 2) pixels"""
    points: Floats
    """(70, 3) units, in the shape's frame: not with the signs of the wire."""
    features: Floats
    """(14,)"""

    @property
    def gaze(self) -> bool:
        """True if the tracker follows the pupils; it can be told not to."""
        pupils = self.confidence[_RIGHT_PUPIL : _LEFT_PUPIL + 1]
        return bool((pupils > 0.0).all())


def encode(faces: Sequence[Tracked]) -> bytes:
    """Return the datagram of some faces, at most `MOST_FACES`."""
    rows = np.zeros(len(faces), dtype=_LAYOUT)
    for row, face in zip(rows, faces, strict=True):
        row["time"], row["face"] = face.time_s, face.face
        row["picture"], row["open"] = face.picture, face.open
        row["posed"], row["error"] = face.posed, face.error
        row["quaternion"], row["euler"] = face.quaternion, face.euler
        row["place"], row["confidence"] = face.place, face.confidence
        row["landmarks"], row["points"] = face.landmarks, face.points * _MIRROR
        row["features"] = face.features
    return rows.tobytes()


def decode(data: bytes) -> list[Tracked]:
    """Return the faces of a datagram.

    Raises:
        DecodeError: the size is wrong, or a number is not finite or too large; nothing
            else is ever raised.
    """
    if not data or len(data) % SIZE:
        raise DecodeError(
            f"openseeface: {counted(len(data), 'byte')}, expected {SIZE} for each face"
        )
    faces = []
    for at in range(0, len(data), SIZE):
        # All numbers but the time, the face and the byte between are floats.
        for first, count in ((12, 4), (29, (SIZE - 29) // 4)):
            numbers = np.frombuffer(data, "<f4", count, offset=at + first)
            # A comparison with NaN is false.
            if not (np.abs(numbers) <= LARGEST).all():
                raise DecodeError(
                    "openseeface: a number is not finite or above 1e9, expected "
                    "pixels, degrees or shares"
                )
        faces.append(_tracked(np.frombuffer(data, _LAYOUT, 1, offset=at)[0]))
    return faces


def _tracked(row: np.void) -> Tracked:
    time_s = float(row["time"])
    # Also NaN is not within.
    if not 0.0 <= time_s < 1e12:
        raise DecodeError(f"openseeface: time {time_s}, expected seconds since 1970")
    right, left = (min(max(x, 0.0), 1.0) for x in row["open"].tolist())
    width, height = row["picture"].tolist()
    x, y, z, w = row["quaternion"].tolist()
    a, b, c = row["euler"].tolist()
    p, q, r = row["place"].tolist()
    return Tracked(
        time_s=time_s,
        face=int(row["face"]),
        picture=(width, height),
        open=(right, left),
        posed=bool(row["posed"]),
        error=float(row["error"]),
        quaternion=(x, y, z, w),
        euler=(a, b, c),
        place=(p, q, r),
        confidence=row["confidence"].copy(),
        landmarks=row["landmarks"].copy(),
        points=row["points"] * _MIRROR,
        features=row["features"].copy(),
    )
