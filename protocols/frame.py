"""The value that every stage passes on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from .channels import ARKIT, CHANNELS, EXPRESSIONS, Vector

NO_EXPRESSION: Final = np.zeros(len(EXPRESSIONS), dtype=np.float32)
"""All zero, which is not a probability distribution: no expression was identified."""
NO_EXPRESSION.setflags(write=False)


@dataclass(frozen=True, slots=True, eq=False)
class FaceFrame:
    """A solved face at one instant.

    Frames are values: a stage returns a new one and never edits its input.
    `vector` belongs to the frame once passed in, and becomes read-only.
    """

    index: int
    """Capture counter. A gap means the camera or the daemon dropped frames."""

    captured_ns: int
    """Monotonic nanoseconds when the image arrived; for a file, its own timeline."""

    subject: str
    """The actor's name on the wire."""

    vector: Vector
    """(85,) float32 in `CHANNELS` order: weights, radians, metres."""

    expression: Vector = field(default_factory=lambda: NO_EXPRESSION)
    """(8,) float32 probabilities in `EXPRESSIONS` order; zeros if unknown."""

    confidence: float = 1.0
    """0 to 1, the solver's own estimate."""

    tracked: bool = True
    """False while the pose is held because no face was found."""

    doubt: Vector | None = None
    """(52,) float32 in `ARKIT` order, 0 to 1: the root mean square error that the
    solver expects of each weight, in units of the weight. None if it is unknown, as
    for faces that another program solved."""

    lead_ns: int = 0
    """How far after `captured_ns` the numbers are meant to be seen: the motion
    generator has predicted them that far ahead."""

    mood: str = ""
    """The one of `EXPRESSIONS` that the face holds, which does not flicker as the
    probabilities do. Empty if it is unknown."""

    @property
    def display_ns(self) -> int:
        """When the numbers are meant to be seen, on the clock of `captured_ns`."""
        return self.captured_ns + self.lead_ns

    def __post_init__(self) -> None:
        self._seal("vector", self.vector, len(CHANNELS))
        if self.expression is not NO_EXPRESSION:
            self._seal("expression", self.expression, len(EXPRESSIONS))
        if self.doubt is not None:
            self._seal("doubt", self.doubt, len(ARKIT))

    def _seal(self, name: str, array: Vector, size: int) -> None:
        """Make an array read-only after checking its shape and type."""
        if array.shape != (size,) or array.dtype != np.float32:
            raise ValueError(
                f"frame {self.index}: {name} is {array.dtype} {array.shape}, "
                f"expected float32 ({size},)"
            )
        array.setflags(write=False)
