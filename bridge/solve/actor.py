"""One actor from landmarks to a solved frame."""

from __future__ import annotations

import logging
import math
from typing import Final

import numpy as np

from bridge.capture.source import Image
from engines.expression.resting import RestingExpression, at_rest
from engines.face.curve_solver import (
    CurveSolver,
    GeometricSolver,
    know,
    points_of,
    view,
)
from engines.face.preprocess import Alignment, align
from engines.motion.body import NECK_SHARE, eye_turns, jaw_turn
from protocols.arrays import Floats
from protocols.channels import (
    CHANNELS,
    ROTATION_SLICE,
    WEIGHTS_SLICE,
    Vector,
)
from protocols.frame import NO_EXPRESSION, FaceFrame

from .head_pose import HeadPose, head_pose
from .people import REMEMBERED
from .tracker import Landmarks, Points

logger = logging.getLogger(__name__)

_STILL: Final = 5 * (0.0, 0.0, 0.0)
"""The upper body, from upperChest to rightShoulder, which is not measured yet."""
_AHEAD: Final = 0.3
"""Radians of a head's turn within which a face at rest is read well."""
_KNOWN: Final = 0.5
"""Trust in the neutral face from which its curves can tell a face at rest."""
_ENDS: Final = [10, 152, 234, 454]
"""Landmarks at the top, the chin and both sides of the face's oval."""


class Actor:
    """Solves one face. Time comes from the frames; not thread-safe."""

    def __init__(
        self,
        subject: str,
        solver: CurveSolver | None = None,
        *,
        field_of_view_deg: float = 63.0,
        neck_share: float = NECK_SHARE,
        resting: RestingExpression | None = None,
    ) -> None:
        """Start with the average person's neutral face.

        Args:
            subject: the actor's name on the wire.
            solver: of this actor alone; geometry if None.
            field_of_view_deg: of the camera, across the picture.
            neck_share: the part of the head's turn that the neck makes, 0 to 1.
            resting: learns how this actor's face at rest is read; None leaves
                expressions as they are read.
        """
        self.subject = subject
        self._field_of_view = math.radians(field_of_view_deg)
        self._neck_share = neck_share
        self._solver: CurveSolver = solver or GeometricSolver()
        self._last: Vector = np.zeros(len(CHANNELS), dtype=np.float32)
        self._person: int | None = None
        self._given: Points | None = None
        self._calibrate_s = 0.0
        self._taken: dict[int, tuple[Floats, Floats]] = {}
        self._resting = resting
        self._given_rest: Vector | None = None
        self._rests: dict[int, Vector] = {}

    @property
    def calibrating(self) -> bool:
        """True from `calibrate` until its seconds have passed."""
        return self._solver.neutral.calibrating

    @property
    def calibrated(self) -> bool:
        """True once neutral was taken on request."""
        return self._solver.neutral.calibrated

    @property
    def guarded(self) -> int:
        """How often a network stopped counting, for it contradicted the landmarks."""
        return self._solver.guarded

    @property
    def neutral_points(self) -> Points:
        """(478, 3) canonical centimetres, a copy: the neutral face in use."""
        return points_of(self._solver.neutral)

    def know_neutral(self, points: Points | None) -> None:
        """Take (478, 3) canonical centimetres as neutral at once, as if calibrated.

        Everybody who takes this place gets it, unless they were calibrated here. None
        drops the points that were given before, and neutral is learned again.
        """
        before, self._given = self._given, points
        if points is not None:
            know(self._solver.neutral, points)
        elif before is not None:
            self.reset_neutral()

    def know_rest(self, expression: Vector | None) -> None:
        """Take (8,) probabilities as how the face at rest is read. None drops those
        that were given before."""
        self._given_rest = expression
        if self._resting is not None:
            self._resting.know(expression)

    def keep_neutral(self) -> None:
        """Learn nothing more about the neutral face: a single image, shown again and
        again, is not neutral."""
        self._solver.neutral.freeze()
        if self._resting is not None:
            self._resting.learns = False

    def reset_neutral(self) -> bool:
        """Forget the neutral face of the person seen, whether taken or learned.

        Returns:
            True if the given points are neutral again; False if neutral is learned
            from frames again.
        """
        if self._person is not None:
            self._taken.pop(self._person, None)
            self._rests.pop(self._person, None)
        if self._resting is not None:
            self._resting.know(self._given_rest)
        neutral = self._solver.neutral
        neutral.reset()
        if self._given is None:
            return False
        know(neutral, self._given)
        return True

    def calibrate(self, seconds: float) -> None:
        """Take the next `seconds` of frames as the neutral face of the person seen."""
        self._calibrate_s = seconds
        self._solver.neutral.calibrate(seconds)

    def meet(self, person: int) -> None:
        """Solve another person from now on, without anything learned of the last one.

        A person who was calibrated before gets that neutral face again. A calibration
        that was under way starts again.

        Args:
            person: the person's number. The first call names the person who was
                followed until then.
        """
        before, self._person = self._person, person
        if before is None or before == person:
            return
        neutral = self._solver.neutral
        taken, calibrating = neutral.taken(), neutral.calibrating
        self._meet_rest(before, person)
        if taken is not None:
            self._taken[before] = taken
            if len(self._taken) > REMEMBERED:
                del self._taken[min(self._taken)]
        self.reset()
        if person in self._taken:
            neutral.know(*self._taken[person])
            logger.info("- %s: somebody is back; calibration restored", self.subject)
            return
        if self._given is not None:
            know(neutral, self._given)
        if calibrating:
            neutral.calibrate(self._calibrate_s)
        logger.info("- %s: somebody else is in the picture", self.subject)

    def _meet_rest(self, before: int, person: int) -> None:
        """Keep how the face at rest of the person before is read, if it is known."""
        if self._resting is None:
            return
        if self._resting.known is not None:
            self._rests[before] = self._resting.known
            if len(self._rests) > REMEMBERED:
                del self._rests[min(self._rests)]
        self._resting.know(self._rests.get(person, self._given_rest))

    def reset(self) -> None:
        """Forget the person, because another one takes the place."""
        self._solver.reset()
        self._last = np.zeros(len(CHANNELS), dtype=np.float32)

    def solve(
        self,
        image: Image,
        landmarks: Landmarks,
        expression: Vector = NO_EXPRESSION,
    ) -> FaceFrame:
        """Return the solved frame, or the last pose, untracked, if there is no face.

        Args:
            image: the picture that the face was found in.
            landmarks: where the face is.
            expression: (8,) probabilities read from the image; zeros if not read.
        """
        alignment = align(landmarks.points)
        if alignment is None:
            return FaceFrame(
                image.index,
                image.captured_ns,
                self.subject,
                self._last,
                confidence=0.0,
                tracked=False,
            )
        face = view(
            image.pixels, alignment, image.captured_ns * 1e-9, landmarks.weights
        )
        waiting = self.calibrating
        curves = self._solver.solve(face)
        if waiting and not self.calibrating:
            logger.info("- %s: neutral face taken", self.subject)
        if self._resting is not None:
            calm = face.turn < _AHEAD and at_rest(curves.weights)
            expression = self._resting(
                *(expression, image.captured_ns * 1e-9),
                calm=calm and self._solver.neutral.share > _KNOWN,
                gathering=waiting,
            )

        vector = np.zeros(len(CHANNELS), dtype=np.float32)
        vector[WEIGHTS_SLICE] = curves.weights
        pose = head_pose(
            alignment, landmarks.width, landmarks.height, self._field_of_view
        )
        vector[ROTATION_SLICE.start :] = self._bones(
            vector[WEIGHTS_SLICE].tolist(), pose
        )
        self._last = vector
        return FaceFrame(
            image.index,
            image.captured_ns,
            self.subject,
            vector,
            expression,
            curves.certainty * confidence(alignment, landmarks, face.turn),
            doubt=curves.doubt,
        )

    def _bones(self, weights: list[float], pose: HeadPose) -> list[float]:
        """Return the 33 channels behind the weights: ten bones and the position."""
        neck = self._neck_share
        left, right = eye_turns(weights)
        return [
            *((1.0 - neck) * angle for angle in pose.rotation),
            *(neck * angle for angle in pose.rotation),
            *_STILL,
            *left,
            *right,
            *jaw_turn(weights),
            *pose.position,
        ]


def confidence(alignment: Alignment, landmarks: Landmarks, turn: float) -> float:
    """Return 0 to 1: less for a face that fits badly, turns away or is cut off."""
    fits = 1.0 - (alignment.residual - 0.35) / 0.6
    ahead = 1.0 - (turn - 0.6) / 0.6
    sure = min(1.0, max(0.0, fits)) * min(1.0, max(0.0, ahead))
    return sure * _inside(landmarks)


def _inside(landmarks: Landmarks) -> float:
    """Return the share of points within the picture."""
    points, width, height = landmarks.points, landmarks.width, landmarks.height
    # The ends of the oval come first: if they are inside, nearly all points are.
    if all(0 <= x < width and 0 <= y < height for x, y, _ in points[_ENDS].tolist()):
        return 1.0
    x, y = points[:, 0], points[:, 1]
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    return float(np.count_nonzero(inside)) / len(x)
