"""Converts a take's 85 channels to the 58 refined signals, and back."""

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
"""Mean square rotation in rad². Below it, the neck's share cannot be measured."""


def take_signals(vectors: Floats) -> Floats:
    """Return (n, 58) signals of (n, 85) vectors; see `engines.motion.signals`."""
    out = np.empty((len(vectors), COUNT), np.float32)
    out[:, WEIGHTS] = vectors[:, WEIGHTS_SLICE]
    out[:, TURN] = vectors[:, _HEAD] + vectors[:, _NECK]
    out[:, PLACE] = vectors[:, POSITION_SLICE]
    return out


def with_signals(vectors: Floats, before: Floats, after: Floats) -> Floats:
    """Return (n, 85) with changed signals; unchanged values stay bit for bit.

    Head and neck share the change of their rotation in the same ratio as the rotation.

    Args:
        vectors: (n, 85) before.
        before: (n, 58) their `take_signals`.
        after: (n, 58) the new signals.
    """
    out = vectors.copy()
    share = neck_share(vectors)
    out[:, WEIGHTS_SLICE] = after[:, WEIGHTS]
    out[:, POSITION_SLICE] = after[:, PLACE]
    # A frame that was not finite gets the whole new rotation, split by `share`.
    sound = np.isfinite(before[:, TURN]).all(axis=1)
    rows = (after[:, TURN] != before[:, TURN]).any(axis=1)
    old, new = rows & sound, rows & ~sound
    change = after[:, TURN] - before[:, TURN]
    for bone, part in ((_HEAD, np.float32(1.0 - share)), (_NECK, np.float32(share))):
        out[old, bone] += part * change[old]
        out[new, bone] = part * after[new, TURN]
    return out


def neck_share(vectors: Floats) -> float:
    """Return the neck's share of the head's rotation in (n, 85) frames, 0 to 1."""
    head, neck = vectors[:, _HEAD], vectors[:, _NECK]
    sound = np.isfinite(head).all(axis=1) & np.isfinite(neck).all(axis=1)
    neck = neck[sound].astype(np.float64)
    whole = head[sound] + neck
    square = float((whole * whole).sum())
    if square <= LEAST_TURN * max(len(whole), 1):
        return NECK_SHARE
    return float(np.clip((neck * whole).sum() / square, 0.0, 1.0))
