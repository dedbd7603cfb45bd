"""Discriminators, which tell refined motion from clean motion, patch by patch.

After Isola, Zhu, Zhou, Efros: "Image-to-Image Translation with Conditional Adversarial
Networks", 2017 (patches), and Miyato and others: "Spectral Normalization for GANs",
2018. Every region of the face has a discriminator of its own at two scales: patches of
0.4 s show pops and blinks, those of 1.5 s show the rhythm.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

from engines.motion.signals import PLACE, SIGNALS, TURN

SPEED, BEND = 4.0, 8.0
"""Factors of first and second differences, to be about as large as the values."""
SCALES: Final = (1, 4)
WIDTH: Final = 48
DROPPED: Final = 0.1
"""Share of signals that are hidden from all discriminators."""


REGIONS: Final = tuple(
    np.array([i for i, name in enumerate(SIGNALS) if name.startswith(starts)])
    for starts in (
        ("eye",),
        ("brow",),
        ("jaw", "mouth", "cheek", "nose", "tongue"),
        SIGNALS[TURN] + SIGNALS[PLACE],
    )
)
"""Places of the eyes' signals, the brows', the mouth's with cheeks, and the head's."""


class Discriminator(nn.Module):
    """A discriminator of one region at one scale."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            [
                spectral_norm(nn.Conv1d(rows, WIDTH, 5, 2, 2)),
                spectral_norm(nn.Conv1d(WIDTH, 2 * WIDTH, 5, 2, 2)),
                spectral_norm(nn.Conv1d(2 * WIDTH, 2 * WIDTH, 3, 1, 1)),
            ]
        )
        self.say = spectral_norm(nn.Conv1d(2 * WIDTH, 1, 1))

    def forward(self, x: Tensor) -> list[Tensor]:
        """Return every layer's output for (b, rows, t); the last one is the verdict."""
        found = []
        for layer in self.layers:
            x = F.leaky_relu(layer(x), 0.2)
            found.append(x)
        return [*found, self.say(x)]


class Critic(nn.Module):
    """The discriminators of all regions and scales."""

    def __init__(self) -> None:
        super().__init__()
        self.discriminators = nn.ModuleList(
            Discriminator((3 if scale == 1 else 2) * len(region))
            for scale in SCALES
            for region in REGIONS
        )
        for k, region in enumerate(REGIONS):
            self.register_buffer(f"region_{k}", torch.from_numpy(region))
        self.register_load_state_dict_pre_hook(_rename_judges)  # type: ignore[no-untyped-call]

    def forward(self, motion: Tensor) -> list[list[Tensor]]:
        """Return every discriminator's outputs for (b, 58, t), network's units."""
        found = []
        for k, discriminator in enumerate(self.discriminators):
            scale = SCALES[k // len(REGIONS)]
            part = motion[:, getattr(self, f"region_{k % len(REGIONS)}")]
            # The mean shows where somebody looks or leans, which tells nothing here.
            part = part - part.mean(dim=2, keepdim=True)
            if scale > 1:
                part = F.avg_pool1d(part, scale)
            speed = part.diff(dim=2)
            rows = [part[:, :, 2:], SPEED * speed[:, :, 1:]]
            if scale == 1:
                rows.append(BEND * speed.diff(dim=2))
            found.append(discriminator(torch.cat(rows, dim=1)))
        return found


def disturbed(real: Tensor, made: Tensor) -> tuple[Tensor, Tensor]:
    """Return both with the same gains and the same signals hidden, (b, 58, t).

    After Zhao and others: "Differentiable Augmentation for Data-Efficient GAN
    Training", 2020.
    """
    b, count = real.shape[:2]
    gain = torch.empty(b, count, 1, device=real.device).uniform_(0.8, 1.25)
    kept = torch.rand(b, count, 1, device=real.device) >= DROPPED
    factor = gain * kept
    return real * factor, made * factor


def _rename_judges(
    module: nn.Module, state: dict[str, Tensor], prefix: str, *rest: object
) -> None:
    """Give weights from runs before `discriminators` got their name the new names."""
    old = f"{prefix}judges."
    for name in [name for name in state if name.startswith(old)]:
        state[f"{prefix}discriminators.{name.removeprefix(old)}"] = state.pop(name)
