"""Refines the bones that are not among the network's signals: body, eyes and jaw.

They come from the same pictures as the signals, so the same frames are missing. Missing
frames are interpolated from their neighbours; a zero-phase filter removes jitter.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from engines.refine.defects import filled
from engines.refine.filters import CUTOFF_HZ, frames_a_second, smoothed
from engines.refine.frames import Frames, fade
from protocols.arrays import Floats
from protocols.channels import bone_slice

TIGHT: Final = math.radians(2.5)
"""Largest change of an angle, in radians, in healthy frames."""
WIDE: Final = math.radians(8.0)
"""The same in filled frames. Both are as for the head (`engines.refine.defects`)."""
EYES_HZ: Final = 12.0
"""Cut-off for the eyes, which move faster than the other bones."""

_SLOW: Final = ("upperChest", "chest", "spine", "leftShoulder", "rightShoulder", "jaw")
FOLLOWERS: Final = {
    **dict.fromkeys(_SLOW, CUTOFF_HZ),
    **dict.fromkeys(("leftEye", "rightEye"), EYES_HZ),
}
"""Bones, and the cut-off of their low-pass filter in Hz."""


def refine_followers(vectors: Floats, frames: Frames, amount: float) -> None:
    """Refine, in place, the bones that are not among the signals.

    Args:
        vectors: (n, 85) as recorded.
        frames: which frames are missing, lost or locked. Locked and lost frames keep
            their exact values.
        amount: share of the change that is applied, 0 to 1.
    """
    fps, share, missing = frames_a_second(frames.times_s), fade(frames), frames.missing
    limit = np.where(missing, WIDE, TIGHT).astype(np.float32)
    for bone, cutoff in FOLLOWERS.items():
        part = bone_slice(bone)
        for at in range(part.start, part.stop):
            was = vectors[:, at]
            # A value that is not finite counts as 0 (the rest pose), as on every wire.
            raw = np.where(np.isfinite(was), was, np.float32(0.0))
            if not raw.any():
                continue
            base = filled(raw[:, None], missing)[:, 0]
            away = np.clip(smoothed(base, fps, cutoff) - base, -limit, limit)
            out = raw + np.float32(amount) * (base + share * away - raw)
            kept = frames.locked | (frames.lost & np.isfinite(was))
            vectors[:, at] = np.where(kept, was, out)
