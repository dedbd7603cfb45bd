"""The last changes to a vector before it is sent: ranges, mirror.

A finish is a function from a vector to a vector. Shapers and routes have a tuple of
them and apply them in order, so a new kind of finish needs no other change.
"""

from __future__ import annotations

from collections.abc import Callable

from protocols.channels import MIRROR, MIRROR_SIGN, Vector

from .profile import Profile, Ranges

Finish = Callable[[Vector], Vector]
"""Returns an (85,) vector; does not change its (85,) argument."""


def mirrored(vector: Vector) -> Vector:
    """Return the mirrored face: left and right swap, yaw and roll change sign."""
    out: Vector = vector[MIRROR] * MIRROR_SIGN
    return out


def finishes(profile: Profile | None = None, *, mirror: bool) -> tuple[Finish, ...]:
    """Return the finishes for a profile and a mirror, in order; may be empty.

    Args:
        profile: the ranges of one person or character.
        mirror: True if the character moves like the actor's mirror image.
    """
    out: list[Finish] = []
    if profile is not None and (profile.curves or profile.bones):
        out.append(Ranges(profile))
    if mirror:
        out.append(mirrored)
    return tuple(out)
