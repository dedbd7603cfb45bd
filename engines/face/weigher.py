"""What makes weights of a face, and the two that need no network of ours.

A weigher belongs to one actor: it learns what their face is at rest. The daemon's
settings choose which one runs; `learned_weigher.py` has the third.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from protocols.channels import ARKIT, INDEX
from protocols.rotation import Triple, matrix_to_vector

from .canonical_face import CANONICAL, COUNT
from .features import SPREAD, TYPICAL, measure
from .geometry import read, solve
from .mesh import Picture, Points
from .neutral import Neutral
from .preprocess import Alignment

Floats = npt.NDArray[np.float32]

FRONTAL: Final = 0.25
"""Radians of turn up to which a frame may teach the neutral face."""

PLACES: Final = COUNT * 3
"""Of what a neutral face carries, the first so many are its points."""

AVERAGE: Final = CANONICAL.astype(np.float32).reshape(-1)
"""(PLACES,) the average person's."""

_BLINK = [INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]]
_ASIDE = np.array(
    [
        [INDEX[f"eyeLook{way}{side}"] for way in ("In", "Out", "Up")]
        for side in ("Left", "Right")
    ]
)


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One face in one picture, laid on the canonical one."""

    pixels: Picture
    """The whole picture."""
    alignment: Alignment
    seen: Triple
    """Rotation vector of the face as it is seen, without the ray to it, radians."""
    measures: Floats
    """(F,) as the face would have them looking ahead, `engines.face.features`."""
    at_s: float
    tracked: Floats | None = None
    """(52,) weights that came with the landmarks."""

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
    """Measure an aligned face; the arguments are `View`'s."""
    seen = matrix_to_vector(alignment.rotation)
    return View(pixels, alignment, seen, read(alignment.points, seen), at_s, tracked)


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """What a weigher says of one face."""

    weights: Floats
    """(52,) float32 in `ARKIT` order, 0 to 1; to be read, not written."""
    sureness: float = 1.0
    """0 to 1: how far the weigher trusts itself, whatever the picture is like."""


class Weigher(Protocol):
    """Makes one actor's weights, frame after frame. Not thread-safe."""

    neutral: Neutral
    """The actor at rest; carries their points first."""

    @property
    def guarded(self) -> int:
        """How often geometry had to take over from a network."""

    def weigh(self, view: View) -> Weighed:
        """Learn from one view and return its weights."""

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


class Geometry:
    """The geometric solver over time: an eye that is shut keeps its look."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget the last look."""
        self._last: Floats = np.zeros(len(ARKIT), dtype=np.float32)

    def __call__(self, view: View, rest: Floats) -> Floats:
        """Return (52,) weights of a face that measures `rest`, (F,), when neutral."""
        weights = solve(view.measures, rest, view.seen)
        blinks = weights[_BLINK]
        if max(blinks.tolist()) > 0.5:
            # Landmarks say nothing of an iris that lids hide.
            hidden = np.clip((blinks - 0.5) / 0.4, 0.0, 1.0)[:, None]
            weights[_ASIDE] += hidden * (self._last[_ASIDE] - weights[_ASIDE])
        self._last = weights
        return weights


class GeometricWeigher:
    """Implements `Weigher` with geometry alone."""

    guarded = 0

    def __init__(self) -> None:
        self.neutral = Neutral(TYPICAL, SPREAD, AVERAGE)
        self._geometry = Geometry()

    def weigh(self, view: View) -> Weighed:
        """See `Weigher`."""
        points = view.alignment.points.reshape(-1)
        self.neutral.update(view.measures, view.at_s, view.ahead, points)
        return Weighed(self._geometry(view, self.neutral.value))

    def reset(self) -> None:
        """See `Weigher`."""
        self.neutral.reset()
        self._geometry.reset()


class TrackedWeigher:
    """Implements `Weigher` where the tracker says the weights itself: MediaPipe's task.

    It has no notion of a person's neutral face; ours is learned all the same, for who
    wants to know it.
    """

    guarded = 0

    def __init__(self) -> None:
        self.neutral = Neutral(TYPICAL, SPREAD, AVERAGE)

    def weigh(self, view: View) -> Weighed:
        """See `Weigher`; ValueError where the landmarks came without weights."""
        if view.tracked is None:
            raise ValueError("mediapipe solver: this tracker gives no weights")
        points = view.alignment.points.reshape(-1)
        self.neutral.update(view.measures, view.at_s, view.ahead, points)
        return Weighed(np.clip(np.nan_to_num(view.tracked), 0.0, 1.0))

    def reset(self) -> None:
        """See `Weigher`."""
        self.neutral.reset()
