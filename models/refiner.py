"""The refiner's network: a U-Net along time that chooses among filters, and draws.

    window ── in ─────────────────────────────── up ──┬── which filters      256 samples
               └── down ───────────── up ────────┘    └── what none can give
                     └── down ── mid ─┘                                      128, 64

After the convolutional generator of Radford, Metz, Chintala: "Unsupervised
Representation Learning with Deep Convolutional GANs", 2015, in one dimension and with
the skips of Ronneberger, Fischer, Brox: "U-Net", 2015. What it says reaches 2 s to
both sides: `mid` is dilated.

A network that only draws must cancel noise exactly, and trembles ten times as much as
a plain filter after ten minutes of training. A mixture of filters is calm by itself.

Layers at the full rate are not normalised: how loud noise is, and whether a face
moves at all, is what they must tell apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engines.motion.signals import COUNT
from engines.refine.defects import TIGHT
from engines.refine.layout import TOLD

from .refiner_bank import CHOICES, Bank

KERNEL: Final = 5
SLOPE: Final = 0.2
GROUPS: Final = 8
MOST: Final = 0.98
"""Of its bound, what filters alone may change."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What to build: channels at the full rate, a half, and a quarter of it."""

    full: int = 96
    half: int = 144
    quarter: int = 192
    dilations: tuple[int, ...] = (1, 2, 4, 8)


class Residual(nn.Module):
    """A dilated convolution that adds to what it is given."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(GROUPS, channels)
        self.conv = _conv(channels, channels, dilation=dilation)
        self.mix = nn.Conv1d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return (b, channels, t) of the same."""
        z = _bend(self.norm(x))
        out: Tensor = x + self.mix(_bend(self.conv(z)))
        return out


class Refiner(nn.Module):
    """Residuals of windows, as `engines.graphs.REFINER`; of any number of them."""

    bound: Tensor
    """(58, 1) of a sound sample, in the network's units."""

    def __init__(self, shape: Shape | None = None) -> None:
        super().__init__()
        self.shape = s = shape or Shape()
        self.bank = Bank()
        bound = torch.from_numpy(TIGHT.copy())[:, None]
        self.register_buffer("bound", bound, persistent=False)
        self.into = _conv(TOLD, s.full)
        self.down_half = _conv(s.full, s.half, stride=2)
        self.down_quarter = _conv(s.half, s.quarter, stride=2)
        self.mid = nn.Sequential(*(Residual(s.quarter, d) for d in s.dilations))
        self.up_half = _conv(s.quarter + s.half, s.half)
        self.up_full = _conv(s.half + s.full, s.full)
        self.out = _conv(s.full, COUNT)
        self.norm_half = nn.GroupNorm(GROUPS, s.half)
        self.norm_quarter = nn.GroupNorm(GROUPS, s.quarter)
        self.norm_up = nn.GroupNorm(GROUPS, s.half)
        self.choose = nn.Conv1d(s.full, CHOICES * COUNT, 1)
        # At first a plain filter, the same everywhere, and nothing drawn.
        for layer in (self.out, self.choose):
            nn.init.zeros_(layer.weight)
            assert layer.bias is not None
            nn.init.zeros_(layer.bias)

    def forward(self, window: Tensor) -> Tensor:
        """Return (b, 58, t) in -1..1 of (b, TOLD, t); t a multiple of 4."""
        full = _bend(self.into(window))
        half = _bend(self.norm_half(self.down_half(full)))
        quarter = _bend(self.norm_quarter(self.down_quarter(half)))
        quarter = self.mid(quarter)
        half = torch.cat([_twice(quarter), half], dim=1)
        half = _bend(self.norm_up(self.up_half(half)))
        full = _bend(self.up_full(torch.cat([_twice(half), full], dim=1)))
        changes = self.bank(window[:, :COUNT])
        votes = self.choose(full).reshape(-1, CHOICES, COUNT, full.shape[2])
        mixed = (torch.softmax(votes, dim=1) * changes).sum(dim=1) / self.bound
        chosen = torch.clamp(mixed, -MOST, MOST)
        drawn = torch.tanh(self.out(full))
        # tanh(a + b) of two tanh: nothing drawn leaves exactly what was chosen.
        return (chosen + drawn) / (1.0 + chosen * drawn)


def _conv(into: int, out: int, stride: int = 1, dilation: int = 1) -> nn.Conv1d:
    reach = KERNEL // 2 * dilation
    return nn.Conv1d(into, out, KERNEL, stride, reach, dilation)


def _bend(x: Tensor) -> Tensor:
    return F.leaky_relu(x, SLOPE)


def _twice(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2.0, mode="linear", align_corners=False)
