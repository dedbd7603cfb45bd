"""Trained networks that teach another: each batch has the answers of the next one.

Over several batches the learner hears the mean of their answers, as if all were asked
about each: the loss is linear in the targets. But each batch costs one teacher only.

After Hinton et al., "Distilling the knowledge in a neural network" (2015). The teachers
see each face exactly as the learner sees it, bent and mixed (Beyer et al., "Knowledge
distillation: a good teacher is patient and consistent", 2022).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

import torch
from torch import Tensor

from models.training import checkpoint

from .network import ExpressionNet, Shape


class Teachers:
    """Several networks of finished runs, asked in turn."""

    def __init__(self, runs: Sequence[Path], device: torch.device) -> None:
        """Read the averaged weights of each run.

        Raises:
            ValueError: a folder holds no finished run.
        """
        self._nets = [_read(run).to(device).eval() for run in runs]
        for net in self._nets:
            net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._turns = cycle(self._nets)

    def __bool__(self) -> bool:
        return bool(self._nets)

    @torch.inference_mode()
    def targets(self, faces: Tensor, prior: Tensor) -> tuple[Tensor, Tensor]:
        """Return the next teacher's probabilities of (n, 1, h, w) faces.

        Args:
            faces: standardised, as the learner sees them.
            prior: (8,) added to the logits of FER+, as in the learner's loss.

        Returns:
            (n, 7) in FER2013's order and (n, 8) in FER+'s.
        """
        with torch.autocast(faces.device.type, torch.bfloat16):
            seven, eight = next(self._turns)(faces)
        return seven.float().softmax(dim=1), (eight.float() + prior).softmax(dim=1)


def _read(run: Path) -> ExpressionNet:
    net = ExpressionNet(checkpoint.shape_of(run, Shape))
    checkpoint.fill(net, run)
    return net
