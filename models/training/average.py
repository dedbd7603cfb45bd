"""A slow copy of a network: steadier than the network itself, and what ships."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Average:
    """Exponential mean of weights and batch statistics."""

    def __init__(self, net: nn.Module, keep: float) -> None:
        self.keep = keep
        self.steps = 0
        self.slow: dict[str, Tensor] = {
            name: value.detach().clone() for name, value in net.state_dict().items()
        }

    def update(self, net: nn.Module) -> None:
        """Move a step toward the network. Early steps move further."""
        self.steps += 1
        keep = min(self.keep, (1 + self.steps) / (10 + self.steps))
        fast = net.state_dict()
        names = [name for name, v in self.slow.items() if v.is_floating_point()]
        slow, new = [self.slow[n] for n in names], [fast[n] for n in names]
        torch._foreach_lerp_(slow, new, 1.0 - keep)
