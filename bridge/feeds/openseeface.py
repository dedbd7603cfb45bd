"""Reads OpenSeeFace's packets as solved faces: `--source openseeface:PORT`.

Its 14 features become the curves that they tell of (`protocols/openseeface_pose.py`);
the others are not given. The head has its place and its turn, the eyes follow the
pupils if the tracker follows them. Its time has no frame rate, so there is no timecode;
it finds packets that were overtaken.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from engines.face.shape_of_70 import gaze_of
from protocols import openseeface
from protocols.channels import POSITION_SLICE
from protocols.openseeface_pose import curves_of, head_of, nose_of, nose_offset
from protocols.rotation import Triple, quaternion

from .kind import udp_kind
from .report import Reader, Report, Setup, bounded, mask_of
from .solved import face_of

LARGEST: Final = 65_535
"""Bytes; a datagram may hold many faces."""

WORST: Final = 100.0
"""Pixels of the pose's error above which OpenSeeFace's own receiver ignores a face."""

MS: Final = 1000.0
"""The time in milliseconds counts packets."""


def report_of(face: openseeface.Tracked, setup: Setup) -> Report:
    """Return the report of one face; without a pose it counts as not seen."""
    key = (setup.peer, f"face {face.face}")
    index = int(face.time_s * MS)
    head = head_of(face.quaternion, face.place, face.picture)
    if not face.posed or face.error > WORST or head is None:
        return Report(key=key, vector=None, index=index)
    turns: dict[str, Triple] = {"head": head}
    gaze = gaze_of(face.points.astype(np.float64)) if face.gaze else None
    if gaze is not None:
        (right_yaw, right_pitch), (left_yaw, left_pitch) = gaze
        turns["rightEye"] = (right_pitch, right_yaw, 0.0)
        turns["leftEye"] = (left_pitch, left_yaw, 0.0)
    curves = curves_of(face.features.tolist(), face.open)
    vector, given = face_of(curves, turns, setup.neck_share)
    nose = nose_of(face.place, face.picture)
    offset = nose_offset(quaternion(*head))
    vector[POSITION_SLICE] = np.subtract(nose, offset)
    return Report(
        key=key,
        vector=bounded(vector),
        confidence=float(np.clip(face.confidence.mean(), 0.0, 1.0)),
        given=mask_of(*given, "headPosition"),
        index=index,
    )


def _reader(setup: Setup) -> Reader:
    def reader(data: bytes, now_ns: int) -> Sequence[Report]:
        return [report_of(face, setup) for face in openseeface.decode(data)]

    return reader


OPENSEEFACE: Final = udp_kind(
    "openseeface",
    _reader,
    help="OpenSeeFace's tracker",
    port=openseeface.PORT,
    largest=LARGEST,
)
