"""What the refiner's network sees of every signal: numbers that are alike for all.

Steps, and what filters would change, are counted in the signal's own noise, which is
how far a narrow filter moves it. Beside them is the signal itself, its twin on the
other side of the face, and what the window tells of the samples.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn

from engines.motion.signals import COUNT
from engines.refine.chunks import SIDES, SIGN
from engines.refine.defects import TIGHT, WIDE
from engines.refine.layout import INPUT_ROWS

from .bank import CHOICES

MASKS: Final = INPUT_ROWS - 3 * COUNT
NARROW, BROAD = 3, 5
"""Choices of the bank by which noise is measured, at two widths."""
LEAST: Final = 0.001
"""Noise that is always there, the network's units."""
LOUD: Final = 8.0
"""Times the noise at which numbers are bent to half."""
LEAPT: Final = (0.84375, 0.96875)
"""Of the widest bound: samples that may be changed by more are not to be trusted. Both
are exact in half precision, where nearly 1 is coarse."""

LEVELS: Final = 3
FEATURES: Final = (CHOICES - 1) + 2 + 3 + 1 + MASKS
"""Changes, the signal and its steps, its twin's, its bound, and the samples' masks."""


class Features(nn.Module):
    """No weights to learn."""

    tight: Tensor
    wide: Tensor
    sides: Tensor
    sign: Tensor

    def __init__(self) -> None:
        super().__init__()
        for name, rows in (("tight", TIGHT), ("wide", WIDE), ("sign", SIGN)):
            held = torch.from_numpy(rows.copy())[:, None]
            self.register_buffer(name, held, persistent=False)
        self.register_buffer("sides", torch.from_numpy(SIDES.copy()), persistent=False)

    def told(self, window: Tensor) -> tuple[Tensor, Tensor]:
        """Return (b, 58, t) bounds in the network's units, and what to trust, 0..1.

        A bound below that of a sound sample counts as that: there changes fade.
        """
        share = window[:, 2 * COUNT : 3 * COUNT]
        low, high = LEAPT
        sound = torch.clamp((high - share) / (high - low), 0.0, 1.0)
        seen = torch.clamp(window[:, 3 * COUNT : 3 * COUNT + 1], 0.0, 1.0)
        return torch.maximum(share * self.wide, self.tight), sound**2 * seen

    def forward(self, window: Tensor, changes: Tensor) -> tuple[Tensor, Tensor]:
        """Return (b, FEATURES, 58, t), and (b, LEVELS, 58, 1) of the whole window.

        Args:
            window: (b, TOLD, t).
            changes: (b, CHOICES, 58, t) of the bank.
        """
        values, steps = window[:, :COUNT], window[:, COUNT : 2 * COUNT]
        masks = window[:, None, 3 * COUNT :].transpose(1, 2)
        # The mean of roots, squared: what leaps for once hardly counts.
        off = changes[:, [NARROW, BROAD]].abs()
        noise = (off + 1e-8).sqrt().mean(dim=3, keepdim=True) ** 2 + LEAST
        unit = noise[:, :1]
        away = values - values.mean(dim=2, keepdim=True)
        spread = (away**2).mean(dim=2, keepdim=True).sqrt()[:, None]
        levels = torch.log(torch.cat([noise, spread + LEAST], dim=1)) + 4.0
        own = torch.cat([changes[:, 1:], 0.25 * steps[:, None]], dim=1) / unit
        twin = own[:, [0, NARROW]][:, :, self.sides] * self.sign
        counted = torch.cat([own, twin], dim=1)
        counted = counted / (1.0 + counted.abs() / LOUD)
        there = values[:, self.sides] * self.sign
        share = window[:, 2 * COUNT : 3 * COUNT]
        plain = torch.stack([values, there, share], dim=1)
        return torch.cat([counted, plain, masks.repeat(1, 1, COUNT, 1)], dim=1), levels
