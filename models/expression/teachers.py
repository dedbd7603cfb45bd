"""Trained networks that teach a smaller one: its targets are the mean of their answers.

After Hinton et al., "Distilling the knowledge in a neural network" (2015). The teachers
see each face exactly as the learner sees it, bent and mixed (Beyer et al., "Knowledge
distillation: a good teacher is patient and consistent", 2022).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from models.training import checkpoint

from .network import ExpressionNet, Shape


class Teachers:
    """Several networks of finished runs, asked together."""

    def __init__(self, runs: Sequence[Path], device: torch.device) -> None:
        """Read the averaged weights of each run.

        Raises:
            ValueError: a folder holds no finished run.
        """
        self._nets = [_read(run).to(device).eval() for run in runs]
        for net in self._nets:
            net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def __bool__(self) -> bool:
        return bool(self._nets)

    @torch.inference_mode()
    def targets(self, faces: Tensor, prior: Tensor) -> tuple[Tensor, Tensor]:
        """Return the mean probabilities of (n, 1, h, w) faces.

        Args:
            faces: standardised, as the learner sees them.
            prior: (8,) added to the logits of FER+, as in the learner's loss.

        Returns:
            (n, 7) in FER2013's order and (n, 8) in FER+'s.
        """
        seven = torch.zeros(len(faces), 7, device=faces.device)
        eight = torch.zeros(len(faces), 8, device=faces.device)
        for net in self._nets:
            with torch.autocast(faces.device.type, torch.bfloat16):
                one, other = net(faces)
            seven += one.float().softmax(dim=1)
            eight += (other.float() + prior).softmax(dim=1)
        return seven / len(self._nets), eight / len(self._nets)


def _read(run: Path) -> ExpressionNet:
    net = ExpressionNet(checkpoint.shape_of(run, Shape))
    checkpoint.fill(net, run)
    return net
