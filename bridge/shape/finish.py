"""What is done to a finished vector before it is sent: ranges, mirror.

A finish is a function from a vector to a vector. Shapers and routes take a tuple of
them and apply them in order, so that another one needs no other change.
"""

from __future__ import annotations

from collections.abc import Callable

from protocols.channels import MIRROR, MIRROR_SIGN, Vector

from .profile import Profile, Ranges

Finish = Callable[[Vector], Vector]
"""From an (85,) vector to another one; what it is given stays as it is."""


def mirrored(vector: Vector) -> Vector:
    """Return the same face in a mirror: sides swap, yaw and roll turn round."""
    out: Vector = vector[MIRROR] * MIRROR_SIGN
    return out


def finishes(profile: Profile | None = None, *, mirror: bool) -> tuple[Finish, ...]:
    """Return what a profile and a mirror ask for, in order; none for neither.

    Args:
        profile: ranges of one person or character.
        mirror: the character moves like the actor's mirror image.
    """
    out: list[Finish] = []
    if profile is not None and (profile.curves or profile.bones):
        out.append(Ranges(profile))
    if mirror:
        out.append(mirrored)
    return tuple(out)
