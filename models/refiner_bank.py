"""Zero-phase filters of a window, side by side, for the refiner to choose from.

Means (Gaussian, of several widths) take noise away, medians of three take pops. All is
said as a change to the window's values.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engines.motion.signals import COUNT

WIDTHS: Final = (0.7, 1.0, 1.5, 2.5, 5.0, 10.0)
"""Deviations of the means, samples: 11, 8, 5, 3, 1.6 and 0.8 Hz pass by half."""
SPACINGS: Final = (2, 4, 7)
"""Samples between the three of a median: it knows pops that are shorter."""
BEHIND: Final = (1.0, 1.5, 2.5, 5.0)
"""Means of what the middle median leaves."""
REACH: Final = 30

CHOICES: Final = 1 + len(WIDTHS) + len(SPACINGS) + len(BEHIND)
"""With no change at all as the first."""


class Bank(nn.Module):
    """No weights to learn."""

    means: Tensor
    behind: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("means", _kernels(WIDTHS), persistent=False)
        self.register_buffer("behind", _kernels(BEHIND), persistent=False)

    def forward(self, values: Tensor) -> Tensor:
        """Return (b, CHOICES, 58, t) changes of (b, 58, t)."""
        medians = [_median(values, spacing) for spacing in SPACINGS]
        found = [
            values[:, None],
            _filtered(values, self.means),
            torch.stack(medians, dim=1),
            _filtered(medians[1], self.behind),
        ]
        return torch.cat(found, dim=1) - values[:, None]


def _kernels(widths: tuple[float, ...]) -> Tensor:
    at = torch.arange(-REACH, REACH + 1, dtype=torch.float64)
    rows = [torch.exp(-0.5 * (at / width) ** 2) for width in widths]
    return torch.stack([row / row.sum() for row in rows]).float()[:, None]


def _filtered(values: Tensor, kernels: Tensor) -> Tensor:
    """Return (b, k, 58, t); the ends are held."""
    t = values.shape[2]
    held = F.pad(values, (REACH, REACH), mode="replicate")
    rows = F.conv1d(held.reshape(-1, 1, t + 2 * REACH), kernels)
    return rows.reshape(-1, COUNT, len(kernels), t).transpose(1, 2)


def _median(values: Tensor, spacing: int) -> Tensor:
    t = values.shape[2]
    held = F.pad(values, (spacing, spacing), mode="replicate")
    before, after = held[..., :t], held[..., 2 * spacing :]
    low, high = torch.minimum(before, after), torch.maximum(before, after)
    return torch.maximum(low, torch.minimum(high, values))
