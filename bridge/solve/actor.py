"""One actor from landmarks to a solved frame."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from engines.preprocess import Alignment, align
from protocols.channels import (
    CHANNELS,
    INDEX,
    POSITION_SLICE,
    WEIGHTS_SLICE,
    Vector,
    bone_slice,
)
from protocols.frame import FaceFrame

from .features import AT, SPREAD, TYPICAL, measure
from .geometry import weigh
from .head_pose import NECK_SHARE, HeadPose, head_pose, matrix_to_vector
from .head_turn import bend
from .neutral import Neutral
from .tracker import Landmarks

FRONTAL: Final = 0.25
"""Radians of turn up to which a frame may teach the neutral face."""

LOOK_SIDE: Final = math.radians(35.0)
LOOK_UP: Final = math.radians(28.0)
LOOK_DOWN: Final = math.radians(30.0)
"""What an eye turns by where its look curve is 1."""

JAW_DROP: Final = math.radians(20.0)
JAW_SIDE: Final = math.radians(4.0)
"""What the jaw turns by where jawOpen and jawLeft are 1."""

_LIDS = [AT["lidsLeft"], AT["lidsRight"]]
_BLINK = [INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]]
_ASIDE = np.array(
    [
        [INDEX[f"eyeLook{way}{side}"] for way in ("In", "Out", "Up")]
        for side in ("Left", "Right")
    ]
)
_HEAD, _NECK, _JAW = bone_slice("head"), bone_slice("neck"), bone_slice("jaw")
_LEFT_EYE, _RIGHT_EYE = bone_slice("leftEye"), bone_slice("rightEye")


class Actor:
    """Solves one face. Time comes from the frames; not thread-safe."""

    def __init__(
        self,
        subject: str,
        *,
        field_of_view_deg: float = 63.0,
        neck_share: float = NECK_SHARE,
    ) -> None:
        """Start with the average person's neutral face.

        Args:
            subject: the actor's name on the wire.
            field_of_view_deg: of the camera, across the picture.
            neck_share: the neck's part of the head's turn, 0 to 1.
        """
        self.subject = subject
        self._field_of_view = math.radians(field_of_view_deg)
        self._neck_share = neck_share
        self._neutral = Neutral(TYPICAL, SPREAD)
        self._last: Vector = np.zeros(len(CHANNELS), dtype=np.float32)

    @property
    def calibrating(self) -> bool:
        """True from `calibrate` until its seconds have passed."""
        return self._neutral.calibrating

    @property
    def calibrated(self) -> bool:
        """True once neutral was taken on request."""
        return self._neutral.calibrated

    def calibrate(self, seconds: float) -> None:
        """Take the next `seconds` of frames as neutral."""
        self._neutral.calibrate(seconds)

    def reset(self) -> None:
        """Forget the person: somebody else takes the place."""
        self._neutral.reset()
        self._last = np.zeros(len(CHANNELS), dtype=np.float32)

    def solve(self, index: int, captured_ns: int, landmarks: Landmarks) -> FaceFrame:
        """Return the solved frame; the last pose, untracked, if points are no face."""
        alignment = align(landmarks.points)
        if alignment is None:
            return FaceFrame(
                index,
                captured_ns,
                self.subject,
                self._last,
                confidence=0.0,
                tracked=False,
            )
        # The turn as the face is seen, without the ray to it.
        pitch, yaw, _ = matrix_to_vector(alignment.rotation)
        turn = math.hypot(pitch, yaw)
        measures = measure(alignment.points) - bend(pitch, yaw)
        self._neutral.update(measures, captured_ns * 1e-9, turn < FRONTAL)
        rest = self._neutral.value
        deltas = measures - rest
        deltas[_LIDS] /= np.maximum(rest[_LIDS], 0.3)

        vector = np.zeros(len(CHANNELS), dtype=np.float32)
        vector[WEIGHTS_SLICE] = weigh(deltas, turn)
        self._hold_gaze(vector)
        pose = head_pose(
            alignment, landmarks.width, landmarks.height, self._field_of_view
        )
        self._turn_bones(vector, pose)
        self._last = vector
        return FaceFrame(
            index,
            captured_ns,
            self.subject,
            vector,
            confidence=confidence(alignment, landmarks, turn),
        )

    def _hold_gaze(self, vector: Vector) -> None:
        """Keep each eye's last look while its lids hide the iris."""
        shut = np.clip((vector[_BLINK] - 0.5) / 0.4, 0.0, 1.0)[:, None]
        vector[_ASIDE] += shut * (self._last[_ASIDE] - vector[_ASIDE])

    def _turn_bones(self, vector: Vector, pose: HeadPose) -> None:
        for bone, share in ((_HEAD, 1.0 - self._neck_share), (_NECK, self._neck_share)):
            vector[bone] = [share * angle for angle in pose.rotation]
        vector[POSITION_SLICE] = pose.position
        w = vector[WEIGHTS_SLICE].tolist()
        for eye, side, outward in (
            (_LEFT_EYE, "Left", LOOK_SIDE),
            (_RIGHT_EYE, "Right", -LOOK_SIDE),
        ):
            down, in_, out, up = (
                w[INDEX[f"eyeLook{way}{side}"]] for way in ("Down", "In", "Out", "Up")
            )
            vector[eye] = (
                LOOK_DOWN * down - LOOK_UP * up,
                outward * (out - in_),
                0.0,
            )
        sideways = w[INDEX["jawLeft"]] - w[INDEX["jawRight"]]
        vector[_JAW] = (JAW_DROP * w[INDEX["jawOpen"]], JAW_SIDE * sideways, 0.0)


def confidence(alignment: Alignment, landmarks: Landmarks, turn: float) -> float:
    """Return 0 to 1: less for a face that fits badly, turns away or is cut off."""
    fits = 1.0 - (alignment.residual - 0.35) / 0.6
    ahead = 1.0 - (turn - 0.6) / 0.6
    x, y = landmarks.points[:, 0], landmarks.points[:, 1]
    inside = (x >= 0) & (x < landmarks.width) & (y >= 0) & (y < landmarks.height)
    seen = float(np.count_nonzero(inside)) / len(x)
    sure = min(1.0, max(0.0, fits)) * min(1.0, max(0.0, ahead))
    return sure * seen
