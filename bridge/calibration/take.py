"""What a calibration is made of, wherever it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from bridge.capture.source import Image
from bridge.errors import BridgeError
from bridge.shape.profile import NeutralFace, Profile, encode_points
from bridge.solve.tracker import Landmarks
from protocols.arrays import Floats, Mask
from protocols.channels import ARKIT, WEIGHTS_SLICE, Vector
from protocols.frame import NO_EXPRESSION, FaceFrame

from .fit import Fitted, ranges_of

ENOUGH_S: Final = 1.0
"""Of a calm face, at least."""

FEWEST: Final = 4
"""Curves that have to move, or there was no range of motion."""

ACTING: Final = 0.5
"""A curve that most of a neutral face's frames show more of is no solver's bias."""
SOME: Final = 2
"""So many of them, and the face was not at rest. Gaze does not count: it wanders."""


class Solves(Protocol):
    """Solves one actor; `bridge.solve.actor.Actor` does."""

    def solve(
        self, image: Image, landmarks: Landmarks, expression: Vector
    ) -> FaceFrame:
        """Return the solved frame."""

    def know_neutral(self, points: npt.NDArray[np.float32]) -> None:
        """Take (478, 3) canonical centimetres as the actor at rest."""


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """A face at rest and in motion, as its solver sees it."""

    source: str
    points: npt.NDArray[np.float32]
    """(478, 3) canonical centimetres, the face at rest."""
    neutral: Floats
    """(N, 52) weights of calm frames, with `points` known."""
    motion: Floats
    """(M, 52)"""
    asked: Mask | None = None
    """(M, 52), see `fit`."""


def weigh(actor: Solves, image: Image, landmarks: Landmarks) -> Floats:
    """Return (52,) weights of a face, neither smoothed nor in anybody's ranges."""
    return actor.solve(image, landmarks, NO_EXPRESSION).vector[WEIGHTS_SLICE]


def stack(rows: list[Floats]) -> Floats:
    """Return (N, 52), also of no rows."""
    return np.array(rows, dtype=np.float32).reshape(len(rows), WEIGHTS_SLICE.stop)


def check_rest(source: str, neutral: Floats) -> None:
    """Raise BridgeError where a face was doing something while it was to rest."""
    levels = np.median(neutral, axis=0) if len(neutral) else np.zeros(len(ARKIT))
    acting = sorted(
        ((float(level), name) for level, name in zip(levels, ARKIT, strict=True)),
        reverse=True,
    )
    acting = [row for row in acting if row[0] > ACTING and "Look" not in row[1]]
    if len(acting) >= SOME:
        shown = ", ".join(f"{name} {level:.2f}" for level, name in acting[:3])
        raise BridgeError(
            f"{source}: the neutral face was not at rest ({shown}); relax it, hold "
            "still until the moves begin, and calibrate again"
        )


def check_motion(source: str, rows: tuple[Fitted, ...]) -> None:
    """Raise BridgeError where a fit's face barely moved."""
    moved = [row.curve for row in rows if row.moved]
    if len(moved) < FEWEST:
        said = f"only {', '.join(moved)}" if moved else "not one of 52 curves"
        raise BridgeError(
            f"{source}: the face barely moved ({said}); expected a range of motion, "
            "each move as far as the face goes"
        )


def profile_of(take: Take, rows: tuple[Fitted, ...], name: str) -> Profile:
    """Return what is kept of a take: its fitted ranges and the face at rest."""
    return Profile(
        name=name,
        curves=ranges_of(rows),
        neutral=NeutralFace(points=encode_points(take.points)),
    )
