"""One network from several that were trained on from the same weights.

The mean of their weights often does better than any of them, at the cost of one
(Wortsman et al., "Model soups", 2022). Networks that started from different weights
have no useful mean. Batch norm's means and variances are measured anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor, nn

from models.data.photographs.batches import batches
from models.data.photographs.fer2013 import PUBLIC, Faces, targets
from models.training import checkpoint

from .network import ExpressionNet, Shape
from .train import look

STEPS: Final = 60
"""Batches of training faces that batch norm is measured on."""
BATCH: Final = 128
SIZE: Final = 64


def average(
    runs: Sequence[Path], faces: Faces, out: Path, steps: int = STEPS
) -> dict[str, Any]:
    """Write the mean of finished runs as a run of its own; return its run.json.

    Args:
        runs: two or more, of the same shape.
        faces: with Training and PublicTest.
        out: folder of the new run; made if need be.
        steps: most batches that batch norm is measured on.

    Raises:
        ValueError: fewer than two runs, or one of another shape or that is not
            finished.
    """
    if len(runs) < 2:
        raise ValueError(f"average: got {len(runs)} run, expected two or more")
    shapes = [checkpoint.shape_of(run, Shape) for run in runs]
    for run, shape in zip(runs, shapes, strict=True):
        if shape != shapes[0]:
            raise ValueError(f"{run}: its network is {shape}, expected {shapes[0]}")
    net = ExpressionNet(shapes[0])
    states = [checkpoint.weights(run) for run in runs]
    net.load_state_dict({name: _mean(states, name) for name in states[0]})
    measure_norms(net, faces, steps)
    described = checkpoint.described(runs[0])
    found = {
        **described,
        "averaged": [each.name for each in runs],
        "minutes": sum(checkpoint.described(each)["minutes"] for each in runs),
        "commit": checkpoint.commit(),
        "metrics": look(net.state_dict(), shapes[0], faces.split(PUBLIC)),
    }
    out.mkdir(parents=True, exist_ok=True)
    checkpoint.save(out / "weights.pt", net.state_dict())
    checkpoint.write_json(out / "run.json", found)
    return found


def measure_norms(net: ExpressionNet, faces: Faces, steps: int = STEPS) -> None:
    """Measure batch norm's means and variances on training faces, bent as usual."""
    norms = [layer for layer in net.modules() if isinstance(layer, nn.BatchNorm2d)]
    learn = faces.for_training()
    net.eval()
    for norm in norms:
        norm.reset_running_stats()
        # The plain mean over all batches.
        norm.momentum = None
        norm.train()
    size = min(BATCH, len(learn))
    bent = batches(learn, targets(learn.votes), batch=size, size=SIZE, seed=(0, 0))
    with torch.inference_mode():
        for _, (face, _, _) in zip(range(steps), bent, strict=False):
            net.embed(face)
    net.eval()


def _mean(states: Sequence[dict[str, Tensor]], name: str) -> Tensor:
    values = [state[name] for state in states]
    if not values[0].is_floating_point():
        return values[0]
    return torch.stack(values).mean(dim=0)
