"""What a network says of a prepared split, and how right that is."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from models.data.rendered.solver_batches import Prepared, calm_inputs
from protocols.arrays import Floats

from .metrics import correlation
from .network import Shape, SolverNet


def solve_all(
    net: SolverNet, data: Prepared, known: bool, batch: int = 256
) -> tuple[Floats, Floats]:
    """Return (N, 52) weights, not clipped, and sigmas, of both views, in float32."""
    net.eval()
    parts = []
    with torch.inference_mode():
        for k in range(0, len(data), batch):
            at = np.arange(k, min(k + batch, len(data)))
            parts.append(net(*calm_inputs(data, at, known)))
    means, sigmas = (torch.cat(side).numpy() for side in zip(*parts, strict=True))
    return means, sigmas


def look(state: dict[str, Tensor], shape: Shape, data: Prepared) -> dict[str, float]:
    """Return mean correlation and error on a split, with rests known and not."""
    net = SolverNet(shape)
    net.load_state_dict(state)
    found = {}
    for name, known in (("", True), ("_nobody", False)):
        weights = np.clip(solve_all(net, data, known)[0], 0.0, 1.0)
        found[f"r{name}"] = float(np.nanmean(correlation(weights, data.weights)))
        found[f"mae{name}"] = float(np.abs(weights - data.weights).mean())
    return {name: round(value, 4) for name, value in found.items()}
