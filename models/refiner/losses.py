"""What the refiner is taught by: close, calm at rest, and no less lively."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional as F

from engines.motion.signals import COUNT
from engines.refine.grid import RATE
from models.motion.losses import LIDS

TEXTURE_HZ: Final = (3.0, 12.0)
SPAN: Final = 64
"""Samples of a spectrum; they overlap by half."""
LEFT_ALONE: Final = 0.05
"""A sound sample may be changed by so much for nothing."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Of the parts of the loss."""

    moving: float = 1.0
    """Added to the weight of a signal that moves."""
    gap: float = 6.0
    """Added to the weight in a gap."""
    speed: float = 0.5
    calm: float = 0.5
    """For third differences at rest, as trembling is measured."""
    blink: float = 2.0
    """For lids that stay below a blink's height."""
    texture: float = 4.0
    """For another strength of 3 to 12 Hz: error alone asks for less than there is."""
    late_texture: float = 10.0
    """The same once the discriminators have joined."""
    alone: float = 0.5
    """For much change where nothing is wrong."""
    critic: float = 2e-3
    features: float = 5e-3
    """With a tenth and two fifths of these two weights nothing visible changed; with
    twice as much, motion is livelier than the true one."""


def paired(
    said: Tensor,
    target: Tensor,
    ready: Tensor,
    still: Tensor,
    known: Tensor,
    missing: Tensor,
    gap: Tensor,
    weight: Tensor,
    parts: Weights,
) -> Tensor:
    """Return one number for a batch; shapes as in `models.data.recorded.batches.Batch`.

    Args:
        said: (b, 58, t) refined.
        target: what should have been said.
        ready: what was there.
        still: 1 where the target stands still.
        known: (b, 1, t) 1 where it counts.
        missing: (b, 1, t) 1 in gaps and repetitions.
        gap: (b, 1, t) 1 in gaps.
        weight: (58, 1) of the signals.
        parts: weights of the terms.
    """
    off = said - target
    here = known * weight
    factor = (1.0 + parts.moving * (1.0 - still)) * (1.0 + parts.gap * gap)
    total = (here * factor * off**2).mean()
    lids, high = off[:, LIDS], target[:, LIDS]
    low = torch.where((lids < 0.0) & (high > 0.6), lids**2, torch.zeros_like(lids))
    total = total + parts.blink * (known * low).mean() * (len(LIDS) / COUNT)
    pairs = here[..., 1:] * known[..., :-1]
    speed = off.diff(dim=2)
    total = total + parts.speed * (pairs * speed**2).mean()
    total = total + parts.calm * trembling(said, still * here)
    far = F.relu((said - ready).abs() - LEFT_ALONE)
    total = total + parts.alone * (here * (1.0 - missing) * far**2).mean()
    # What is made up need only be close: a lively guess is further off.
    own = torch.where(known * (1.0 - gap) > 0.0, said, target)
    return total + parts.texture * texture(own, target, weight)


def trembling(said: Tensor, rest: Tensor) -> Tensor:
    """Return the mean third difference where all four samples rest, as in evaluation.

    Of neighbours, and of every other sample: takes have 60 frames a second, or 30.
    """
    total = said.new_zeros(())
    for stride in (1, 2):
        n = said.shape[2] - 3 * stride
        here = [k * stride for k in range(4)]
        a, b, c, d = (said[..., k : k + n] for k in here)
        where = torch.stack([rest[..., k : k + n] for k in here]).amin(dim=0)
        total = total + (where * (d - 3.0 * c + 3.0 * b - a).abs()).mean()
    return total


def texture(said: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Return how much stronger or weaker motion is at `TEXTURE_HZ`, squared.

    Of amplitudes, whatever their phase: what is only too smooth differs, what is only
    shifted does not.
    """
    window = torch.hann_window(SPAN, device=said.device)
    hertz = torch.fft.rfftfreq(SPAN, 1.0 / RATE, device=said.device)
    band = (hertz >= TEXTURE_HZ[0]) & (hertz < TEXTURE_HZ[1])

    def size(motion: Tensor) -> Tensor:
        spans = motion.unfold(2, SPAN, SPAN // 2)
        spans = (spans - spans.mean(dim=3, keepdim=True)) * window
        power = torch.fft.rfft(spans, dim=3)[..., band].abs() ** 2
        # The root's slope at nothing would be endless.
        found: Tensor = (power.sum(dim=3) + 1e-6).sqrt() * (2.0 / SPAN)
        return found

    return (weight * (size(said) - size(target)) ** 2).mean()


def discriminator_loss(real: list[list[Tensor]], made: list[list[Tensor]]) -> Tensor:
    """Return the hinge loss that the discriminators are trained with."""
    total = [
        F.relu(1.0 - r[-1]).mean() + F.relu(1.0 + m[-1]).mean()
        for r, m in zip(real, made, strict=True)
    ]
    return torch.stack(total).mean()


def convincing(
    real: list[list[Tensor]], made: list[list[Tensor]], parts: Weights
) -> Tensor:
    """Return the refiner's loss for what the discriminators do not take for clean."""
    hinge = torch.stack([-m[-1].mean() for m in made]).mean()
    apart = [
        (a.detach() - b).abs().mean()
        for r, m in zip(real, made, strict=True)
        for a, b in zip(r[:-1], m[:-1], strict=True)
    ]
    return parts.critic * hinge + parts.features * torch.stack(apart).mean()
