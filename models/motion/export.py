"""From a run to `motion.onnx`: one frame's step, state in and state out."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
import onnx.numpy_helper
import torch

from engines.runtime.graphs import MOTION
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from models.training import checkpoint
from models.training.onnx_file import check, onnx_bytes, ship

from .network import MotionNet, Shape
from .step import MotionStep, trained_state

TOLERANCE: Final = 1e-4
"""Largest difference of a value between torch and the graph."""
LARGEST: Final = 4 << 20
"""Bytes of the file."""
STEPS: Final = 60
"""Frames in a row of which the graph's answers are compared."""

LICENCE: Final = (
    "Apache-2.0, for any use: learned from motion we generate and from MIT takes; "
    "see NOTICE"
)


def export(run: Path, folder: Path) -> dict[str, Any]:
    """Write the graph and return the manifest's entry.

    Raises:
        GraphError: the graph breaks its contract.
        ValueError: it does not compute what the network computes, or is too large.
    """
    described = checkpoint.described(run)
    net = MotionNet(checkpoint.shape_of(run, Shape))
    checkpoint.fill(net, run)
    net.eval()
    content = onnx_bytes(MotionStep(net), MOTION)
    gap = parity(net, content)
    check(MOTION, content, gap, TOLERANCE, LARGEST)
    entry = {
        "licence": LICENCE,
        "data": f"{described['performances']} performances, made up and MIT takes",
        "commit": described["commit"],
        "metrics": {**described["metrics"], "parity": float(f"{gap:.1e}")},
    }
    return ship(MOTION, content, folder, entry)


def shipped_state(content: bytes) -> dict[str, torch.Tensor]:
    """Return the weights of an exported graph, to train on from there.

    Raises:
        ValueError: it is no graph of this network.
    """
    graph = onnx.load_from_string(content)
    found = {i.name: onnx.numpy_helper.to_array(i) for i in graph.graph.initializer}

    def stored(name: str, shape: tuple[int, ...]) -> torch.Tensor:
        if name not in found or found[name].shape != shape:
            raise ValueError(f"motion.onnx has no {name} {shape}")
        return torch.from_numpy(found[name].copy())

    return trained_state(stored)


def parity(net: MotionNet, content: bytes) -> float:
    """Return the largest difference from torch over frames in a row."""
    engine = OnnxRuntimeEngine(MOTION, content)
    rng = np.random.default_rng(0)
    feeds = {s.name: np.zeros(s.shape, dtype=np.float32) for s in MOTION.inputs}
    moment, bank, hidden, cell, lead = (spec.name for spec in MOTION.inputs)
    values, hidden_out, cell_out = (spec.name for spec in MOTION.outputs)
    told = {
        name: rng.normal(0.0, 0.3, (STEPS, *feeds[name].shape)).astype(np.float32)
        for name in (moment, bank)
    }
    feeds[lead][:] = 0.07
    moments, banks = (torch.from_numpy(told[name])[:, 0][None] for name in told)
    with torch.inference_mode():
        said = net.eval().sequence(moments, banks, torch.from_numpy(feeds[lead]))
    want = said[0].numpy()
    gap = 0.0
    try:
        for k in range(STEPS):
            feeds |= {name: told[name][k] for name in told}
            got = engine.run(feeds)
            gap = max(gap, float(np.abs(got[values][0] - want[k]).max()))
            feeds[hidden] = got[hidden_out].copy()
            feeds[cell] = got[cell_out].copy()
    finally:
        engine.close()
    return gap
