"""A received face, as a value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from ..shared.channels import EXPRESSIONS, INDEX

NS_PER_S = 1_000_000_000
NO_MOOD = -1
"""The place of no expression."""


class Timecode(NamedTuple):
    """An instant of a day, in frames of an exact rate."""

    frame: int
    """Frames since midnight."""
    subframe: float
    """0 <= x < 1, fraction of a frame."""
    rate_num: int
    """Frames per second, numerator."""
    rate_den: int
    """Frames per second, denominator; never 0."""

    @property
    def seconds(self) -> float:
        """Seconds since midnight."""
        return (self.frame + self.subframe) * self.rate_den / self.rate_num

    def __str__(self) -> str:
        """Return HH:MM:SS:FF, non-drop, at the rate rounded up."""
        nominal = -(-self.rate_num // self.rate_den)
        seconds, frames = divmod(self.frame, nominal)
        minutes, seconds = divmod(seconds, 60)
        return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}:{frames:02}"


@dataclass(frozen=True, slots=True)
class Face:
    """One frame of one actor.

    Axes are those of facewire: right-handed, +X the actor's left, +Y up, +Z out of the
    face.
    """

    subject: str
    """The actor's name, 1 to 256 characters."""
    seq: int
    """Counts the frames of this actor from 0; a gap is a lost frame."""
    index: int
    """Capture counter."""
    captured_ns: int
    """When the picture arrived, on the sender's monotonic clock."""
    sent_ns: int
    """When it was sent, on that clock."""
    display_ns: int
    """When the face is meant to be seen, on that clock."""
    tracked: bool
    """False while the last pose is held because no face is seen."""
    confidence: float
    """0 to 1."""
    timecode: Timecode
    vector: tuple[float, ...]
    """(85,) finite, in the order of `CHANNELS`: weights, radians, metres."""
    expression: tuple[float, ...]
    """(8,) finite; probabilities, all 0 where none was identified."""
    doubt: tuple[float, ...] | None
    """(52,) 0 to 1: the expected error of each weight; None where it is unknown."""
    mood: str = ""
    """The one of `EXPRESSIONS` that the face holds, as the sender says; empty where it
    is unknown. It does not flicker as the probabilities do."""

    @property
    def mood_place(self) -> int:
        """The place of `mood` in `EXPRESSIONS`; `NO_MOOD` where it is unknown."""
        return EXPRESSIONS.index(self.mood) if self.mood else NO_MOOD

    def weight(self, curve: str) -> float:
        """Return the weight of a curve, within 0 to 1."""
        return min(max(self.vector[INDEX[curve]], 0.0), 1.0)


def between(before: Face, after: Face, part: float) -> Face:
    """Return a face between two of one actor: its numbers are mixed, 0 to 1.

    Names are not mixed. The mood is the earlier one's, so that an expression begins
    when the face with which it began is due, and not before.
    """

    def mixed(a: tuple[float, ...], b: tuple[float, ...]) -> tuple[float, ...]:
        return tuple(x + (y - x) * part for x, y in zip(a, b, strict=True))

    return replace(
        after,
        vector=mixed(before.vector, after.vector),
        expression=mixed(before.expression, after.expression),
        mood=before.mood,
    )
