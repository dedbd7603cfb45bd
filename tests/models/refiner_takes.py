"""Small takes with known defects, and a network too small to be of use."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="the refiner's network needs torch")

import torch

from engines.motion.signals import COUNT
from models.data.recorded.defects import Degraded
from models.refiner.network import Refiner, Shape
from models.refiner.sets import TakeSet
from protocols.arrays import Floats

from .motion_observed import lively, observed

TINY = Shape(
    patch=8,
    sample=4,
    head=8,
    mixed=16,
    own=4,
    shown=2,
    before=(1,),
    after=(2,),
    mixing=(1,),
)


def tiny_network(seed: int = 0, drawn: float = 0.02) -> Refiner:
    """Return a network that has learned nothing and yet says something."""
    torch.manual_seed(seed)
    net = Refiner(TINY)
    # What begins at nothing.
    for name, weight in net.named_parameters():
        if name.endswith(("say.weight", "tell.weight", "mix.weight")):
            torch.nn.init.normal_(weight, std=drawn)
    return net.eval()


def degraded(
    target: Floats | None = None,
    *,
    fps: float = 30.0,
    noise: float = 0.0,
    gone_s: tuple[float, float] = (0.0, 0.0),
    seed: int = 0,
) -> Degraded:
    """Return a take of a target; no face from gone_s[0] to gone_s[1]."""
    seen = observed(
        lively() if target is None else target,
        fps=fps,
        noise=noise,
        gone_s=gone_s,
        seed=seed,
    )
    return Degraded(seen.times_s, seen.values, seen.seen, seen.target)


def take_set(seed: int, count: int = 2) -> TakeSet:
    """Return noisy takes with a gap each."""
    takes = [
        degraded(noise=0.02, gone_s=(3.4, 3.7), seed=seed + k, fps=(30.0, 60.0)[k % 2])
        for k in range(count)
    ]
    return TakeSet("synthetic", tuple(takes), np.ones(COUNT, dtype=np.bool_))
