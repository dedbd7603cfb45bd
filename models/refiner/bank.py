"""Zero-phase filters of a window, side by side, for the refiner to choose from.

Means (Gaussian, of several widths) take noise away, medians of three take pops. Means
of what comes before and of what comes after keep the edges of a movement, and the
widest ones are where a signal usually is, which is what to bet on in a gap. All is said
as a change to the window's values.

What nobody saw, and what leapt away, hardly counts in a mean.
"""

from __future__ import annotations

import math
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engines.motion.signals import COUNT

WIDTHS: Final = (0.7, 1.0, 1.5, 2.5, 5.0, 10.0, 25.0, 70.0)
"""Deviations of the means, samples: 11, 8, 5, 3, 1.6, 0.8, ... Hz pass by half."""
SIDED: Final = (3.0, 12.0)
"""Samples over which means of one side fade by e."""
COARSE: Final = 4
"""Samples that the widest means take together."""
SPACINGS: Final = (2, 4, 7)
"""Samples between the three of a median: it knows pops that are shorter."""
BEHIND: Final = (1.5, 4.0)
"""Means of what the middle median leaves."""
WITHIN: Final = 2.5
"""Deviations, of means, beyond which nothing counts."""
FLOOR: Final = 1e-3
"""What nobody saw counts so much: where nothing else is near, it is all there is."""
UNIT: Final = 64.0
"""All weights are so many times as large: in half precision little ones vanish."""

CHOICES: Final = 1 + len(WIDTHS) + 2 * len(SIDED) + len(SPACINGS) + len(BEHIND)
"""With no change at all as the first."""
PLAIN: Final = 4
"""So many of the first are mild: where a network begins."""


class Bank(nn.Module):
    """No weights to learn."""

    wide: Tensor
    behind: Tensor

    def __init__(self) -> None:
        super().__init__()
        fine = [_group(part) for part in (WIDTHS[:4], WIDTHS[4:6])] + [_sided(SIDED)]
        self.fine = len(fine)
        for k, group in enumerate(fine):
            self.register_buffer(f"means_{k}", group, persistent=False)
        wide = _group(tuple(width / COARSE for width in WIDTHS[6:]))
        self.register_buffer("wide", wide, persistent=False)
        self.register_buffer("behind", _group(BEHIND), persistent=False)

    def forward(self, values: Tensor, trust: Tensor) -> Tensor:
        """Return (b, CHOICES, 58, t) changes of (b, 58, t).

        Args:
            values: the window's.
            trust: of the same shape, 0 to 1: what counts in a mean.
        """
        weight = UNIT * (trust + FLOOR)
        held = values * weight
        found = [values[:, None]]
        for k in range(self.fine):
            kernels = getattr(self, f"means_{k}")
            found.append(_filtered(held, kernels) / _filtered(weight, kernels))
        found.append(self._broad(held, weight))
        medians = [_median(values, spacing) for spacing in SPACINGS]
        found.append(torch.stack(medians, dim=1))
        below = _filtered(weight, self.behind)
        found.append(_filtered(medians[1] * weight, self.behind) / below)
        return torch.cat(found, dim=1) - values[:, None]

    def _broad(self, held: Tensor, weight: Tensor) -> Tensor:
        """Return the widest means, of every few samples and straight lines between."""
        few, heavy = (F.avg_pool1d(rows, COARSE) for rows in (held, weight))
        found = _filtered(few, self.wide) / _filtered(heavy, self.wide)
        b, k, n, t = found.shape
        flat = found.reshape(b, k * n, t)
        drawn = F.interpolate(flat, scale_factor=float(COARSE), mode="linear")
        return drawn.reshape(b, k, n, t * COARSE)


def _group(widths: tuple[float, ...]) -> Tensor:
    reach = math.ceil(WITHIN * max(widths)) + 2
    at = torch.arange(-reach, reach + 1, dtype=torch.float64)
    rows = [torch.exp(-0.5 * (at / width) ** 2) for width in widths]
    return torch.stack([row / row.sum() for row in rows]).float()[:, None]


def _sided(widths: tuple[float, ...]) -> Tensor:
    reach = math.ceil(WITHIN * max(widths))
    at = torch.arange(-reach, reach + 1, dtype=torch.float64)
    rows = []
    for width in widths:
        row = torch.exp(-at.abs() / width)
        rows += [row * (at <= 0), row * (at >= 0)]
    return torch.stack([row / row.sum() for row in rows]).float()[:, None]


def _filtered(values: Tensor, kernels: Tensor) -> Tensor:
    """Return (b, k, 58, t); the ends are held."""
    t, reach = values.shape[2], kernels.shape[2] // 2
    held = F.pad(values, (reach, reach), mode="replicate")
    rows = F.conv1d(held.reshape(-1, 1, t + 2 * reach), kernels)
    return rows.reshape(-1, COUNT, len(kernels), t).transpose(1, 2)


def _median(values: Tensor, spacing: int) -> Tensor:
    t = values.shape[2]
    held = F.pad(values, (spacing, spacing), mode="replicate")
    before, after = held[..., :t], held[..., 2 * spacing :]
    low, high = torch.minimum(before, after), torch.maximum(before, after)
    return torch.maximum(low, torch.minimum(high, values))
