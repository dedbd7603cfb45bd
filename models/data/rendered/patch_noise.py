"""What life does to patches: they shift, blur, and something covers a part."""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from torch import Tensor

_STEPS: Final = 6
"""Parts of a batch that are shifted alike."""


def shift(patches: Tensor, rng: np.random.Generator) -> Tensor:
    """Return patches shifted by a pixel or not, a part of the batch each way; some
    are blurred. `patches` is (n, ..., side, side)."""
    parts = []
    for part in patches.chunk(_STEPS):
        dy, dx = (int(v) for v in rng.integers(-1, 2, 2))
        moved = part.roll((dy, dx), (-2, -1))
        if rng.random() < 0.2:
            moved = 0.5 * moved + 0.25 * (moved.roll(1, -1) + moved.roll(-1, -1))
        parts.append(moved)
    return torch.cat(parts)


def blot(patches: Tensor, rng: np.random.Generator) -> Tensor:
    """Cover a corner of some patches, in place: as they are now, not as at rest.

    `patches` is (n, 2, ..., side, side), now and at rest.
    """
    side = patches.shape[-1]
    for i in np.flatnonzero(rng.random(len(patches)) < 0.08).tolist():
        y, x = rng.integers(0, side - 8, 2).tolist()
        h, w = rng.integers(8, side // 2, 2).tolist()
        patches[i, 0, ..., y : y + h, x : x + w] = float(rng.normal())
    return patches
