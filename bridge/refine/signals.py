"""A take's 85 channels as the 58 signals that are refined, and what becomes of them."""

from __future__ import annotations

from typing import Final

import numpy as np

from engines.motion.body import NECK_SHARE
from engines.motion.signals import COUNT, PLACE, TURN, WEIGHTS
from protocols.arrays import Floats
from protocols.channels import POSITION_SLICE, WEIGHTS_SLICE, bone_slice

_HEAD: Final = bone_slice("head")
_NECK: Final = bone_slice("neck")

LEAST_TURN: Final = 1e-6
"""Mean square, radians: a head that turned less tells nothing of its neck."""


def take_signals(vectors: Floats) -> Floats:
    """Return (n, 58) of (n, 85): `engines.motion.signals.signals_of` of every frame."""
    out = np.empty((len(vectors), COUNT), np.float32)
    out[:, WEIGHTS] = vectors[:, WEIGHTS_SLICE]
    out[:, TURN] = vectors[:, _HEAD] + vectors[:, _NECK]
    out[:, PLACE] = vectors[:, POSITION_SLICE]
    return out


def with_signals(vectors: Floats, before: Floats, after: Floats) -> Floats:
    """Return (n, 85) with changed signals; what did not change keeps its bits.

    Head and neck share the change of their turn as they shared the turn.

    Args:
        vectors: (n, 85)
        before: (n, 58), `take_signals` of them.
        after: (n, 58)
    """
    out = vectors.copy()
    share = neck_share(vectors)
    out[:, WEIGHTS_SLICE] = after[:, WEIGHTS]
    out[:, POSITION_SLICE] = after[:, PLACE]
    # A frame that was none comes back as a whole, its turn shared anew.
    sound = np.isfinite(before[:, TURN]).all(axis=1)
    rows = (after[:, TURN] != before[:, TURN]).any(axis=1)
    old, new = rows & sound, rows & ~sound
    change = after[:, TURN] - before[:, TURN]
    for bone, part in ((_HEAD, np.float32(1.0 - share)), (_NECK, np.float32(share))):
        out[old, bone] += part * change[old]
        out[new, bone] = part * after[new, TURN]
    return out


def neck_share(vectors: Floats) -> float:
    """Return the neck's part of the head's turn in (n, 85) frames, 0 to 1."""
    head, neck = vectors[:, _HEAD], vectors[:, _NECK]
    sound = np.isfinite(head).all(axis=1) & np.isfinite(neck).all(axis=1)
    neck = neck[sound].astype(np.float64)
    whole = head[sound] + neck
    square = float((whole * whole).sum())
    if square <= LEAST_TURN * max(len(whole), 1):
        return NECK_SHARE
    return float(np.clip((neck * whole).sum() / square, 0.0, 1.0))
