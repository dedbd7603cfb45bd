"""From a run to `refiner.onnx`: one window in, its residual out."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

from engines.runtime.graphs import REFINER
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from models.training import checkpoint
from models.training.onnx_file import check, onnx_bytes, ship

from .network import Refiner, Shape

TOLERANCE: Final = 1e-4
"""Largest difference of a residual between torch and the graph."""
LARGEST: Final = 8 << 20
"""Bytes of the file."""
WINDOWS: Final = 8
"""So many are compared."""

LICENCE: Final = (
    "Apache-2.0, for any use: learned from motion we generate and from MIT takes; "
    "see NOTICE"
)


def read_run(run: Path) -> Refiner:
    """Return the network of a training run: the final one, or the latest so far.

    Raises:
        FileNotFoundError: no weights are there.
        FileError: a file is damaged, or of another network.
    """
    checkpoint.weights(run)  # whether there are any comes first
    there = (run / "run.json").is_file()
    net = Refiner(checkpoint.shape_of(run, Shape) if there else None)
    checkpoint.fill(net, run)
    return net.eval()


def export(run: Path, folder: Path) -> dict[str, Any]:
    """Write the graph and return the manifest's entry.

    Raises:
        GraphError: the graph breaks its contract.
        ValueError: it does not compute what the network computes, or is too large.
    """
    described = checkpoint.described(run)
    net = read_run(run)
    content = onnx_bytes(net, REFINER)
    gap = parity(net, content)
    check(REFINER, content, gap, TOLERANCE, LARGEST)
    entry = {
        "licence": LICENCE,
        "data": f"{described['takes']} takes, made up and MIT",
        "commit": described["commit"],
        "metrics": {**described["metrics"], "parity": float(f"{gap:.1e}")},
    }
    return ship(REFINER, content, folder, entry)


def parity(net: Refiner, content: bytes) -> float:
    """Return the largest difference from torch over windows of noise."""
    engine = OnnxRuntimeEngine(REFINER, content)
    rng = np.random.default_rng(0)
    (window,), (residual,) = REFINER.inputs, REFINER.outputs
    gap = 0.0
    try:
        for _ in range(WINDOWS):
            rows = rng.normal(0.0, 0.3, window.shape).astype(np.float32)
            with torch.inference_mode():
                want = net(torch.from_numpy(rows)).numpy()
            got = engine.run({window.name: rows})[residual.name]
            gap = max(gap, float(np.abs(got - want).max()))
    finally:
        engine.close()
    return gap
