"""Reads what faces express, after their curves have been sent.

The network takes a tenth of a frame's time, and expressions change more slowly than
curves. So a frame takes the expression of the image before, and the network runs while
nobody waits for it. The first frame of a face has its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from bridge.capture.source import Pixels
from bridge.solve.identities import Seated
from bridge.solve.tracker import Landmarks
from protocols.channels import Vector
from protocols.frame import NO_EXPRESSION


class Reads(Protocol):
    """Identifies expressions. See `bridge.solve.expression.ExpressionReader`."""

    def __call__(self, pixels: Pixels, landmarks: Landmarks) -> Vector:
        """Return (8,) probabilities; raise ValueError if the points are not a face."""


class Expressions:
    """The expressions of all places. Not thread-safe."""

    def __init__(
        self,
        read: Reads | None,
        timer: AbstractContextManager[object],
        *,
        later: bool,
    ) -> None:
        """Know nothing yet.

        Args:
            read: identifies expressions; None leaves them out.
            timer: entered while expressions are read later.
            later: True if a frame takes the expression of the image before.
        """
        self._read = read
        self._timer = timer
        self._later = later
        self._known: dict[int, tuple[int | None, Vector]] = {}
        self._left: tuple[Pixels, Sequence[Seated]] | None = None

    def __call__(self, pixels: Pixels, placed: Sequence[Seated]) -> list[Vector]:
        """Return (8,) probabilities for each face of an image, zeros if unknown.

        Args:
            pixels: (h, w, 3) BGR.
            placed: its faces.
        """
        if self._read is None:
            return [NO_EXPRESSION for _ in placed]
        self._left = (pixels, placed) if self._later else None
        known = {}
        for seat in placed:
            person, vector = self._known.get(seat.place, (None, None))
            if vector is None or person != seat.person or not self._later:
                vector = self._ask(self._read, pixels, seat.landmarks)
            known[seat.place] = (seat.person, vector)
        self._known = known
        return [known[seat.place][1] for seat in placed]

    def catch_up(self) -> None:
        """Read the newest image's expressions, if that was left for later."""
        if self._left is None or self._read is None:
            return
        pixels, placed = self._left
        self._left = None
        with self._timer:
            for seat in placed:
                vector = self._ask(self._read, pixels, seat.landmarks)
                self._known[seat.place] = (seat.person, vector)

    @staticmethod
    def _ask(read: Reads, pixels: Pixels, landmarks: Landmarks) -> Vector:
        try:
            return read(pixels, landmarks)
        except ValueError:
            # The landmarks are not a face; the solver will detect that too.
            return NO_EXPRESSION
