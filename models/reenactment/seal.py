"""Are the avatar's lips shut when the actor's are, and open when they are open?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from .avatar import Reenacted
from .measures import lip_gap

SHUT: Final = 0.02
"""Mouth widths between the actor's inner lips below which they are closed."""
APART: Final = 0.03
"""Mouth widths above which the avatar's lips are seen to be apart."""
OPEN: Final = 0.08
"""Mouth widths above which the actor's mouth is plainly open."""


@dataclass(frozen=True, slots=True)
class Seal:
    """Pictures counted over all clips."""

    shut: int
    """The actor's lips are closed."""
    leaking: int
    """Of these, the avatar's are apart."""
    open: int
    """The actor's mouth is open."""
    missed: int
    """Of these, the avatar's lips are not apart."""

    @property
    def leaks(self) -> float:
        """Share of the closed pictures, 0 to 1; NaN without any."""
        return self.leaking / self.shut if self.shut else float("nan")

    @property
    def misses(self) -> float:
        """Share of the open pictures, 0 to 1; NaN without any."""
        return self.missed / self.open if self.open else float("nan")


def count_seal(clips: Sequence[Reenacted], solver: str) -> Seal:
    """Count over all kept pictures of all clips in which both faces were found."""
    actor = np.concatenate([np.empty(0), *(lip_gap(clip.actor) for clip in clips)])
    avatar = np.concatenate(
        [np.empty(0), *(lip_gap(clip.avatar[solver]) for clip in clips)]
    )
    both = np.isfinite(actor) & np.isfinite(avatar)
    shut, opened = both & (actor < SHUT), both & (actor > OPEN)
    return Seal(
        shut=int(shut.sum()),
        leaking=int((shut & (avatar > APART)).sum()),
        open=int(opened.sum()),
        missed=int((opened & (avatar <= APART)).sum()),
    )
