"""The last changes to a frame before it is sent: ranges, mirror.

A finish changes the vector, and the doubt of its weights accordingly. Shapers and
routes have a tuple of them and apply them in order, so a new kind of finish needs no
other change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from protocols.channels import MIRROR, MIRROR_SIGN, WEIGHTS_SLICE, Vector

from .profile import Profile, Ranges

_SIDES: Final = MIRROR[WEIGHTS_SLICE]


@dataclass(frozen=True, slots=True)
class Finish:
    """One change. Its functions return a new array and keep their argument."""

    vector: Callable[[Vector], Vector]
    """From (85,) to (85,)."""
    doubt: Callable[[Vector], Vector]
    """From (52,) to (52,): the doubt of the weights after the change."""


def mirrored(vector: Vector) -> Vector:
    """Return the mirrored face: left and right swap, yaw and roll change sign."""
    out: Vector = vector[MIRROR] * MIRROR_SIGN
    return out


def mirrored_doubt(doubt: Vector) -> Vector:
    """Return the (52,) doubt of the mirrored face."""
    out: Vector = doubt[_SIDES]
    return out


MIRRORED: Final = Finish(mirrored, mirrored_doubt)


def finished(
    finishes: Iterable[Finish], vector: Vector, doubt: Vector | None
) -> tuple[Vector, Vector | None]:
    """Return a frame's vector and doubt after all changes."""
    for finish in finishes:
        vector = finish.vector(vector)
        if doubt is not None:
            doubt = finish.doubt(doubt)
    return vector, doubt


def finishes(profile: Profile | None = None, *, mirror: bool) -> tuple[Finish, ...]:
    """Return the finishes for a profile and a mirror, in order; may be empty.

    Args:
        profile: the ranges of one person or character.
        mirror: True if the character moves like the actor's mirror image.
    """
    out: list[Finish] = []
    if profile is not None and (profile.curves or profile.bones):
        ranges = Ranges(profile)
        out.append(Finish(ranges, ranges.doubt))
    if mirror:
        out.append(MIRRORED)
    return tuple(out)
