"""The refiner's network: the same weights for every signal, and what signals share.

    58 signals ── features ── patches of 4 ── dilated ── mixer ── dilated ──┐
                     └───────────────────── head ───────────────────────────┤
                                             ├── which filters   256 samples ┘
                                             └── what none can give

Every signal is a sequence of its own, and all are filtered by one network, which so
learns from 58 times as much. What it is told of a signal is what filters would change,
in units of that signal's own noise: how loud noise is says how much to take off. The
mixer lets signals know of each other. What it says reaches 2 s to both sides.

The convolutions are 2-D, 58 signals high, with kernels that are 1 high.

A network that only draws must cancel noise exactly, and trembles ten times as much as
a plain filter after ten minutes of training. A mixture of filters is calm by itself.

After Zeng and others: "SmoothNet: A Plug-and-Play Network for Refining Human Poses in
Videos", 2022 (one network for all signals), and the generator of Radford, Metz,
Chintala: "Unsupervised Representation Learning with Deep Convolutional GANs", 2015.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engines.motion.signals import COUNT

from .bank import CHOICES, PLAIN, Bank
from .features import FEATURES, LEVELS, Features

SLOPE: Final = 0.2
PATCH: Final = 4
"""Samples that are looked at together."""
MOST: Final = 0.98
"""Of its bound, what filters alone may change."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What to build: channels of a signal's patches and samples, of all signals'."""

    patch: int = 48
    sample: int = 16
    head: int = 24
    mixed: int = 224
    own: int = 8
    """Numbers that are learned of every signal."""
    shown: int = 8
    """Channels by which signals know of each other."""
    before: tuple[int, ...] = (1, 2, 4)
    """Dilations before signals are mixed, in patches, ..."""
    after: tuple[int, ...] = (8, 1, 4)
    """... and after."""
    mixing: tuple[int, ...] = (1, 2, 4, 8)


class Dilated(nn.Module):
    """A dilated convolution along every signal that adds to what it is given."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(
            channels, channels, (1, 3), padding=(0, dilation), dilation=(1, dilation)
        )
        self.mix = nn.Conv2d(channels, channels, 1)
        nn.init.zeros_(self.mix.weight)

    def forward(self, x: Tensor) -> Tensor:
        """Return (b, channels, 58, t) of the same."""
        out: Tensor = x + self.mix(_bend(self.conv(x)))
        return out


class Mixer(nn.Module):
    """Lets all signals know of each other: few channels of each, side by side."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        rows = shape.shown * COUNT
        self.show = nn.Conv2d(shape.patch, shape.shown, 1)
        self.into = nn.Conv1d(rows, shape.mixed, 3, padding=1)
        self.layers = nn.ModuleList(
            nn.Conv1d(shape.mixed, shape.mixed, 3, padding=d, dilation=d)
            for d in shape.mixing
        )
        self.out = nn.Conv1d(shape.mixed, rows, 1)
        self.tell = nn.Conv2d(shape.shown, shape.patch, 1)
        nn.init.zeros_(self.tell.weight)

    def forward(self, x: Tensor) -> Tensor:
        """Return (b, channels, 58, t) of the same."""
        shown = self.show(x)
        b, c, _, t = shown.shape
        z = self.into(shown.reshape(b, c * COUNT, t))
        for layer in self.layers:
            z = z + layer(_bend(z))
        told = self.out(_bend(z)).reshape(b, c, COUNT, t)
        out: Tensor = x + self.tell(_bend(told))
        return out


class Refiner(nn.Module):
    """Residuals of any number of windows, as in the contract `REFINER`."""

    def __init__(self, shape: Shape | None = None) -> None:
        super().__init__()
        self.shape = s = shape or Shape()
        self.bank, self.features = Bank(), Features()
        self.own = nn.Parameter(0.1 * torch.randn(1, s.own, COUNT, 1))
        self.level = nn.Conv2d(s.own + LEVELS, s.patch, 1)
        self.into = nn.Conv2d(FEATURES, s.patch, (1, 2 * PATCH), (1, PATCH), (0, 2))
        self.before = nn.Sequential(*(Dilated(s.patch, d) for d in s.before))
        self.mixer = Mixer(s)
        self.after = nn.Sequential(*(Dilated(s.patch, d) for d in s.after))
        self.out = nn.Conv2d(s.patch, s.sample * PATCH, 1)
        self.near = nn.Conv2d(FEATURES, s.head, (1, 3), padding=(0, 1))
        self.far = nn.Conv2d(s.sample, s.head, (1, 3), padding=(0, 1), bias=False)
        self.say = nn.Conv2d(s.head, CHOICES + 1, 1)
        # At first a mild filter, the same everywhere, and nothing drawn.
        nn.init.zeros_(self.say.weight)
        assert self.say.bias is not None
        nn.init.zeros_(self.say.bias)
        with torch.no_grad():
            self.say.bias[PLAIN:CHOICES] = -3.0

    def forward(self, window: Tensor) -> Tensor:
        """Return (b, 58, t) in -1..1 of (b, TOLD, t); t a multiple of 4."""
        kind = window.device.type
        with torch.autocast(kind, enabled=False), torch.no_grad():
            reach, trust = self.features.told(window)
            changes = self.bank(window[:, :COUNT], trust)
            rows, levels = self.features(window, changes)
            offered = torch.clamp(changes / reach[:, None], -MOST, MOST)
        rows = rows.contiguous(memory_format=torch.channels_last)
        own = self.own.repeat(len(window), 1, 1, 1)
        x = self.into(rows) + self.level(torch.cat([own, levels], dim=1))
        x = self.after(self.mixer(self.before(x)))
        x = _spread(_bend(self.out(_bend(x))))
        said = self.say(_bend(self.near(rows) + self.far(x)))
        with torch.autocast(kind, enabled=False):
            said = said.float()
            votes, drawn = said[:, :CHOICES], torch.tanh(said[:, CHOICES])
            chosen = (torch.softmax(votes, dim=1) * offered).sum(dim=1)
            # tanh(a + b) of two tanh: nothing drawn leaves exactly what was chosen.
            return (chosen + drawn) / (1.0 + chosen * drawn)


def _bend(x: Tensor) -> Tensor:
    return F.leaky_relu(x, SLOPE)


def _spread(x: Tensor) -> Tensor:
    """Return (b, c, 58, 4 t) of (b, 4 c, 58, t): patches laid out as samples."""
    b, c, n, t = x.shape
    parts = x.reshape(b, c // PATCH, PATCH, n, t)
    return parts.permute(0, 1, 3, 4, 2).reshape(b, c // PATCH, n, t * PATCH)
