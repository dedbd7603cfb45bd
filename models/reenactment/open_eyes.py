"""How gaze follows the actor's while the actor's eyes are open.

A tracker guesses where the iris of a closed eye is, of the actor and of the avatar
alike, and a blink moves both guesses as far as a glance. Nobody sees that iris. So
gaze is compared once more without the pictures in which the actor's lids are closed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from .agreement import Agreement, agreement
from .avatar import Reenacted
from .measures import COLUMN

OPEN: Final = 0.6
"""An eye is open if its lids are apart by this part of the clip's median, or more."""
GAZES: Final = ("gaze x", "gaze y")
_LIDS: Final = [COLUMN["eye open R"], COLUMN["eye open L"]]


def while_open(clips: Sequence[Reenacted], solver: str) -> Agreement:
    """Return the agreement over the pictures in which both eyes of the actor are open.

    Only `GAZES` are meant. The pictures are the same for all solvers.
    """
    return agreement([_opened(clip) for clip in clips], solver)


def _opened(clip: Reenacted) -> Reenacted:
    """Return the clip without what was measured of an actor with a closed eye."""
    lids = clip.actor[:, _LIDS]
    seen = np.isfinite(lids).all(axis=1)
    if not seen.any():
        return clip
    open_ = (lids >= OPEN * np.median(lids[seen], axis=0)).all(axis=1)
    return replace(clip, actor=np.where(open_[:, None], clip.actor, np.nan))
