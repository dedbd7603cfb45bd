"""The bones that no signal carries: what follows the head, the eyes, the jaw.

They were made of the same pictures as the signals and lack the same frames; those are
drawn through the ones around, and jitter is taken off by a filter without delay.
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
"""Radians that an angle may be moved where nothing is wrong ..."""
WIDE: Final = math.radians(8.0)
"""... and in frames that are made up; as for the head (`engines.refine.defects`)."""
EYES_HZ: Final = 12.0
"""Eyes are quicker than the rest."""

_SLOW: Final = ("upperChest", "chest", "spine", "leftShoulder", "rightShoulder", "jaw")
FOLLOWERS: Final = {
    **dict.fromkeys(_SLOW, CUTOFF_HZ),
    **dict.fromkeys(("leftEye", "rightEye"), EYES_HZ),
}
"""Bones, and what is filtered off them: quicker than so many Hz."""


def refine_followers(vectors: Floats, frames: Frames, amount: float) -> None:
    """Mend, in place, the bones of (n, 85) frames that no signal carries.

    Args:
        vectors: as recorded.
        frames: which of them to believe; kept ones keep their bits.
        amount: 0 to 1.
    """
    fps, share, missing = frames_a_second(frames.times_s), fade(frames), frames.missing
    limit = np.where(missing, WIDE, TIGHT).astype(np.float32)
    for bone, cutoff in FOLLOWERS.items():
        part = bone_slice(bone)
        for at in range(part.start, part.stop):
            was = vectors[:, at]
            # At rest where it cannot be read, as on every wire.
            raw = np.where(np.isfinite(was), was, np.float32(0.0))
            if not raw.any():
                continue
            base = filled(raw[:, None], missing)[:, 0]
            away = np.clip(smoothed(base, fps, cutoff) - base, -limit, limit)
            out = raw + np.float32(amount) * (base + share * away - raw)
            kept = frames.locked | (frames.lost & np.isfinite(was))
            vectors[:, at] = np.where(kept, was, out)
