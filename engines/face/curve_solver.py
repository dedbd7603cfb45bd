"""What every curve solver takes and gives, and the two solvers without our network.

    a face in a picture -> `View` -> solver -> `Curves`: 52 weights and their doubts

A solver belongs to one actor, because it learns that actor's neutral face. The daemon's
settings choose which one runs. The third one is in `learned_solver.py`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from protocols.arrays import Floats
from protocols.channels import ARKIT, INDEX
from protocols.rotation import Triple, matrix_to_vector

from .canonical_face import CANONICAL, COUNT
from .doubt import GEOMETRIC, MEDIAPIPE
from .features import SPREAD, TYPICAL, measure
from .geometry import read, solve
from .mesh import Picture, Points
from .neutral import Neutral
from .preprocess import Alignment

FRONTAL: Final = 0.25
"""Radians. A frame teaches the neutral face only if the head is turned by less."""

PLACES: Final = COUNT * 3
"""The first `PLACES` numbers that a neutral face carries are its points."""

AVERAGE: Final = CANONICAL.astype(np.float32).reshape(-1)
"""(PLACES,) the points of the average person's neutral face, canonical centimetres."""

_BLINK = [INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]]
_ASIDE = np.array(
    [
        [INDEX[f"eyeLook{way}{side}"] for way in ("In", "Out", "Up")]
        for side in ("Left", "Right")
    ]
)


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One face in one picture, aligned to the canonical face."""

    pixels: Picture
    """The whole picture."""
    alignment: Alignment
    seen: Triple
    """Rotation vector of the face relative to the camera's axes, radians. The ray from
    the camera to the face is not taken into account."""
    measures: Floats
    """(F,) measures of `engines.face.features`, corrected to a head that looks
    ahead."""
    at_s: float
    """When the picture was taken, seconds."""
    tracked: Floats | None = None
    """(52,) weights from a tracker that gives weights with its landmarks."""

    @property
    def turn(self) -> float:
        """Radians that the head is turned away from the camera."""
        return math.hypot(self.seen[0], self.seen[1])

    @property
    def ahead(self) -> bool:
        """True where the head looks ahead enough to teach the neutral face."""
        return self.turn < FRONTAL


def view(
    pixels: Picture,
    alignment: Alignment,
    at_s: float,
    tracked: Floats | None = None,
) -> View:
    """Return the view of an aligned face. The arguments are `View`'s."""
    seen = matrix_to_vector(alignment.rotation)
    return View(pixels, alignment, seen, read(alignment.points, seen), at_s, tracked)


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """A solver's answer for one face."""

    weights: Floats
    """(52,) float32 in `ARKIT` order, 0 to 1. Do not write to it."""
    doubt: Floats
    """(52,) float32, 0 to 1: the root mean square error to expect of each weight, in
    units of the weight. Do not write to it."""
    certainty: float = 1.0
    """0 to 1: how sure the solver is, apart from the quality of the picture."""


class CurveSolver(Protocol):
    """Solves one actor's curves, frame after frame. Not thread-safe."""

    neutral: Neutral
    """The actor's neutral face. It carries their points first."""

    @property
    def guarded(self) -> int:
        """How often a network stopped counting, for it contradicted the landmarks."""

    def solve(self, view: View) -> Curves:
        """Learn from one view and return its curves."""

    def reset(self) -> None:
        """Forget the person."""


def know(neutral: Neutral, points: Points) -> None:
    """Take these points, (478, 3) canonical centimetres, as the neutral face."""
    aligned = np.asarray(points, dtype=np.float32)
    neutral.know(measure(aligned), aligned.reshape(-1))


def points_of(neutral: Neutral) -> Points:
    """Return the (478, 3) points of the neutral face in use, canonical centimetres."""
    points: Points = neutral.carried_value[:PLACES].reshape(COUNT, 3).copy()
    return points


class GeometricWeights:
    """Weights from measures. An eye that closes keeps the gaze that it had before."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget the last gaze."""
        self._last: Floats = np.zeros(len(ARKIT), dtype=np.float32)

    def __call__(self, view: View, rest: Floats) -> Floats:
        """Return (52,) weights.

        Args:
            view: the face.
            rest: (F,) measures of this actor's neutral face.
        """
        weights = solve(view.measures, rest, view.seen)
        blinks = weights[_BLINK]
        if max(blinks.tolist()) > 0.5:
            # The landmarks of an iris behind closed lids are a guess.
            hidden = np.clip((blinks - 0.5) / 0.4, 0.0, 1.0)[:, None]
            weights[_ASIDE] += hidden * (self._last[_ASIDE] - weights[_ASIDE])
        self._last = weights
        return weights


class GeometricSolver:
    """Implements `CurveSolver` with geometry alone."""

    guarded = 0

    def __init__(self) -> None:
        self.neutral = Neutral(TYPICAL, SPREAD, AVERAGE)
        self._geometry = GeometricWeights()

    def solve(self, view: View) -> Curves:
        """See `CurveSolver`."""
        points = view.alignment.points.reshape(-1)
        self.neutral.update(view.measures, view.at_s, view.ahead, points)
        weights = self._geometry(view, self.neutral.value)
        return Curves(weights, GEOMETRIC(view.turn, self.neutral.share))

    def reset(self) -> None:
        """See `CurveSolver`."""
        self.neutral.reset()
        self._geometry.reset()


class TrackerSolver:
    """Implements `CurveSolver` with the tracker's own weights, as MediaPipe's task has.

    The tracker does not use a neutral face. This class learns one all the same, because
    profiles and calibration ask for it.
    """

    guarded = 0

    def __init__(self) -> None:
        self.neutral = Neutral(TYPICAL, SPREAD, AVERAGE)

    def solve(self, view: View) -> Curves:
        """See `CurveSolver`; ValueError if the landmarks came without weights."""
        if view.tracked is None:
            raise ValueError("mediapipe solver: this tracker gives no weights")
        points = view.alignment.points.reshape(-1)
        self.neutral.update(view.measures, view.at_s, view.ahead, points)
        weights = np.clip(np.nan_to_num(view.tracked), 0.0, 1.0)
        return Curves(weights, MEDIAPIPE(view.turn))

    def reset(self) -> None:
        """See `CurveSolver`."""
        self.neutral.reset()
