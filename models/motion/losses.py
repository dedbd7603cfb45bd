"""What the generator is taught by: to be close, calm at rest, and whole in blinks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor

from engines.motion.signals import COUNT, TURN
from protocols.channels import ARKIT

LIDS: Final = [i for i, name in enumerate(ARKIT) if name.startswith("eyeBlink")]
LIPS: Final = [
    i for i, name in enumerate(ARKIT) if name.startswith(("jaw", "mouth", "tongue"))
]
SETTLE: Final = 2
"""First frames of a window that do not count: there is nothing to go by yet."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Of the parts of the loss."""

    speed: float = 0.1
    moving: float = 0.5
    """Added to the weight of a signal that moves."""
    calm: float = 0.5
    """Times 150^steadiness - 1: one network has the whole trade."""
    blink: float = 2.0
    """For lids that stay below a blink's height."""


def signal_weights() -> Tensor:
    """Return (58,): lids, lips and the head count more than the rest."""
    weight = np.ones(COUNT, dtype=np.float32)
    weight[LIDS] = 1.5
    weight[LIPS] = 1.1
    weight[TURN] = 1.5
    return torch.from_numpy(weight / weight.mean())


def loss(
    said: Tensor,
    target: Tensor,
    still: Tensor,
    there: Tensor,
    steadiness: Tensor,
    weight: Tensor,
    parts: Weights,
) -> Tensor:
    """Return one number for a batch; shapes as in `models.data.motion.batches.Batch`.

    Args:
        said: (b, t, 58), not clipped.
        target: what should have been said.
        still: 1 where the target stands still.
        there: (b, t, 1) 1 where the target is known.
        steadiness: (b, 1)
        weight: (58,) from `signal_weights`.
        parts: weights of the terms.
    """
    said, target, still, there = (x[:, SETTLE:] for x in (said, target, still, there))
    off = said - target
    wrong = (1.0 + parts.moving * (1.0 - still)) * off**2
    lids, high = off[..., LIDS], target[..., LIDS]
    low = torch.where((lids < 0.0) & (high > 0.6), lids**2, torch.zeros_like(lids))
    total = (there * weight * wrong).mean() + parts.blink * (there * low).mean() * (
        len(LIDS) / COUNT
    )
    speed = off[:, 1:] - off[:, :-1]
    total = total + parts.speed * (there[:, 1:] * weight * speed**2).mean()
    bend = said[:, 2:] - 2.0 * said[:, 1:-1] + said[:, :-2]
    rest = still[:, 2:] * still[:, 1:-1] * still[:, :-2] * there[:, 2:]
    calm = parts.calm * (torch.pow(150.0, steadiness) - 1.0)
    return total + (calm[:, :, None] * rest * weight * bend**2).mean()
