"""The data of a calibration, live or recorded, and its checks."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from bridge.capture.source import Image, Pixels
from bridge.errors import BridgeError
from bridge.shape.profile import NeutralFace, Profile, encode_points
from bridge.solve.tracker import Landmarks
from engines.expression.resting import middle
from protocols.arrays import Floats, Mask
from protocols.channels import ARKIT, WEIGHTS_SLICE, Vector
from protocols.frame import NO_EXPRESSION, FaceFrame

from .fit import Fitted, ranges_of

ENOUGH_S: Final = 1.0
"""Least seconds of a calm face."""

FEWEST: Final = 4
"""Least number of curves that must move; fewer are not a range of motion."""

ACTING: Final = 0.5
"""If the median of a curve at rest is above this, the cause is not solver bias."""
SOME: Final = 2
"""With this many such curves, the face was not at rest. Gaze curves do not count,
because people look around."""


class Solves(Protocol):
    """Solves one actor; `bridge.solve.actor.Actor` does."""

    def solve(
        self, image: Image, landmarks: Landmarks, expression: Vector
    ) -> FaceFrame:
        """Return the solved frame."""

    def know_neutral(self, points: npt.NDArray[np.float32]) -> None:
        """Set the neutral face: (478, 3) in canonical centimetres."""


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """A face at rest and in motion, as the solver's weights."""

    source: str
    points: npt.NDArray[np.float32]
    """(478, 3) the face at rest, in canonical centimetres."""
    neutral: Floats
    """(N, 52) weights of calm frames, solved with `points` as the neutral face."""
    motion: Floats
    """(M, 52) weights of the motion."""
    asked: Mask | None = None
    """(M, 52) as for `fit`."""
    expression: Vector | None = None
    """(8,) probabilities in the middle of those of the face at rest, if read."""


class Reads(Protocol):
    """Identifies expressions; `bridge.solve.expression.ExpressionReader` does."""

    def __call__(self, pixels: Pixels, landmarks: Landmarks) -> Vector:
        """Return (8,) probabilities; raise ValueError if the points are not a face."""


class Rest:
    """Gathers what is read of a face at rest. Not thread-safe."""

    def __init__(self, read: Reads | None) -> None:
        """Start without a frame.

        Args:
            read: identifies expressions; None gathers nothing.
        """
        self._read = read
        self._found: list[Vector] = []

    def add(self, image: Image, landmarks: Landmarks) -> None:
        """Read a frame in which the face rests."""
        if self._read is not None:
            with suppress(ValueError):
                self._found.append(self._read(image.pixels, landmarks))

    def expression(self) -> Vector | None:
        """Return the (8,) probabilities in the middle; None of too few frames."""
        return middle(self._found)


def weigh(actor: Solves, image: Image, landmarks: Landmarks) -> Floats:
    """Return (52,) weights of a face, without smoothing and without a profile."""
    return actor.solve(image, landmarks, NO_EXPRESSION).vector[WEIGHTS_SLICE]


def stack(rows: list[Floats]) -> Floats:
    """Return (N, 52) of N rows; N may be 0."""
    return np.array(rows, dtype=np.float32).reshape(len(rows), WEIGHTS_SLICE.stop)


def check_rest(source: str, neutral: Floats) -> None:
    """Raise BridgeError if the face was not at rest in the neutral frames."""
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
    """Raise BridgeError if too few curves moved."""
    moved = [row.curve for row in rows if row.moved]
    if len(moved) < FEWEST:
        said = f"only {', '.join(moved)}" if moved else "none of 52 curves"
        raise BridgeError(
            f"{source}: the face barely moved ({said}); expected {FEWEST} or more "
            "curves; do each move as far as your face can go, and calibrate again"
        )


def profile_of(take: Take, rows: tuple[Fitted, ...], name: str) -> Profile:
    """Return the profile of a take: the fitted ranges and the face at rest."""
    read = None if take.expression is None else tuple(take.expression.tolist())
    neutral = NeutralFace(points=encode_points(take.points), expression=read)
    return Profile(name=name, curves=ranges_of(rows), neutral=neutral)
