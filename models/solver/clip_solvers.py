"""The solvers as they follow a clip: frame by frame, learning the neutral face.

What the daemon's actor does around a solver (bones, gaze held behind closed lids) is
left out: it is the same for all.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import cv2
import numpy as np
import numpy.typing as npt

from engines.face.canonical_face import COUNT
from engines.face.features import SPREAD, TYPICAL
from engines.face.geometry import read, solve
from engines.face.learned import NOBODY, LearnedSolver, Look, look, raise_brows
from engines.face.mesh import Picture, Points
from engines.face.neutral import Neutral
from engines.face.preprocess import align
from engines.face.settle import Settle
from engines.face.task import FaceTask
from engines.motion.generator import MotionGenerator
from engines.motion.signals import COUNT as SIGNAL_COUNT
from engines.motion.signals import WEIGHTS
from engines.one_euro import OneEuro
from protocols.channels import CHANNELS, WEIGHTS_SLICE
from protocols.rotation import Triple, matrix_to_vector

Floats = npt.NDArray[np.float32]

FRONTAL: Final = 0.25
"""Radians of turn up to which a frame may teach the neutral face, as in the daemon."""

_PLACES: Final = COUNT * 3
"""Of what the neutral face carries, the first so many are its points."""


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """One frame of a clip."""

    at_s: float
    picture: Picture
    """BGR."""
    points: Points | None
    """Where the daemon's tracker finds the face."""


class Follows(Protocol):
    """A solver that is shown a clip."""

    def __call__(self, shot: Shot) -> Floats | None:
        """Return (52,) weights, 0 to 1; None where it sees no face."""

    def hold(self) -> None:
        """Learn no more of the actor's neutral face."""

    def close(self) -> None:
        """Free what it holds."""


Makes = Callable[[], Follows]


class Geometric:
    """The geometric solver with the daemon's running neutral."""

    def __init__(self) -> None:
        self._neutral = Neutral(TYPICAL, SPREAD)
        self._held = False

    def __call__(self, shot: Shot) -> Floats | None:
        """Implement `Follows`."""
        alignment = None if shot.points is None else align(shot.points)
        if alignment is None:
            return None
        turn = matrix_to_vector(alignment.rotation)
        measures = read(alignment.points, turn)
        if not self._held:
            self._neutral.update(measures, shot.at_s, _ahead(turn))
        return solve(measures, self._neutral.value, turn)

    def hold(self) -> None:
        """Implement `Follows`."""
        self._held = True

    def close(self) -> None:
        """Implement `Follows`."""


class Learned:
    """The learned solver, with the daemon's running neutral or without any."""

    def __init__(self, solver: LearnedSolver, knowing: bool = True) -> None:
        """Start with the average person.

        Args:
            solver: whoever opened it closes it.
            knowing: learn the neutral face; else the average one stays.
        """
        self._solver = solver
        self._neutral = Neutral(
            TYPICAL, SPREAD, np.concatenate([NOBODY.points.reshape(-1), NOBODY.patches])
        )
        carried = self._neutral.carried_value
        # Views: they change as the neutral face becomes known.
        self._rest = Look(
            carried[:_PLACES].reshape(COUNT, 3), carried[_PLACES:], NOBODY.turn
        )
        self._held = not knowing
        self._settle = Settle()

    def __call__(self, shot: Shot) -> Floats | None:
        """Implement `Follows`."""
        alignment = None if shot.points is None else align(shot.points)
        if alignment is None:
            return None
        now = look(shot.picture, alignment)
        turn = matrix_to_vector(alignment.rotation)
        measures = read(alignment.points, turn)
        if not self._held:
            self._neutral.update(
                measures,
                shot.at_s,
                _ahead(turn),
                np.concatenate([now.points.reshape(-1), now.patches]),
            )
        solved = self._solver(now, self._rest, self._neutral.share)
        geometric = solve(measures, self._neutral.value, turn)
        raised = raise_brows(solved.weights, geometric, self._neutral.share)
        return self._settle(raised, solved.sigma, shot.at_s)

    def hold(self) -> None:
        """Implement `Follows`."""
        self._held = True

    def close(self) -> None:
        """Implement `Follows`."""


class Sent:
    """Another solver, smoothed as the daemon does before it sends."""

    def __init__(
        self, solver: Follows, generator: MotionGenerator | None = None
    ) -> None:
        """Start with nobody seen.

        Args:
            solver: closed with this.
            generator: this one's own, closed likewise; None smooths by One-Euro.
        """
        self._solver = solver
        self._generator = generator
        self._smooth = OneEuro()

    def __call__(self, shot: Shot) -> Floats | None:
        """Implement `Follows`."""
        said = self._solver(shot)
        if self._generator is not None:
            if said is None:
                self._generator.miss(shot.at_s)
                return None
            signals = np.zeros(SIGNAL_COUNT, dtype=np.float32)
            signals[WEIGHTS] = said
            self._generator.observe(signals, shot.at_s)
            return self._generator.at(shot.at_s)[WEIGHTS]
        if said is None:
            self._smooth.reset()
            return None
        vector = np.zeros(len(CHANNELS), dtype=np.float32)
        vector[WEIGHTS_SLICE] = said
        return self._smooth(vector, shot.at_s)[WEIGHTS_SLICE]

    def hold(self) -> None:
        """Implement `Follows`."""
        self._solver.hold()

    def close(self) -> None:
        """Implement `Follows`."""
        self._solver.close()
        if self._generator is not None:
            self._generator.close()


class MediaPipe:
    """MediaPipe's own curves, as they come."""

    def __init__(self, path: Path, video: bool = True) -> None:
        self._task = FaceTask(path, video=video)

    def __call__(self, shot: Shot) -> Floats | None:
        """Implement `Follows`."""
        picture = np.asarray(cv2.cvtColor(shot.picture, cv2.COLOR_BGR2RGB), np.uint8)
        found = self._task.find(picture, round(shot.at_s * 1000))
        return found[0][1] if found else None

    def hold(self) -> None:
        """Implement `Follows`: it learns nothing."""

    def close(self) -> None:
        """Implement `Follows`."""
        self._task.close()


def _ahead(turn: Triple) -> bool:
    return math.hypot(turn[0], turn[1]) < FRONTAL
