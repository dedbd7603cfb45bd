"""From a run to `refiner.onnx`: one window in, its residual out."""

from __future__ import annotations

import hashlib
import tempfile
import warnings
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

from engines.graphs import REFINER
from engines.onnx_runtime import OnnxRuntimeEngine

from . import checkpoint
from .manifest import write_entry
from .refiner import Refiner, Shape

OPSET: Final = 17
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
    """
    weights = checkpoint.weights(run)
    described = run / "run.json"
    shape = None
    if described.is_file():
        shape = Shape(**checkpoint.tuples(checkpoint.read_json(described)["shape"]))
    net = Refiner(shape)
    net.load_state_dict(weights)
    return net.eval()


def export(run: Path, folder: Path) -> dict[str, Any]:
    """Write the graph and return the manifest's entry.

    Raises:
        GraphError: the graph breaks its contract.
        ValueError: it does not compute what the network computes, or is too large.
    """
    described = checkpoint.read_json(run / "run.json")
    net = read_run(run)
    content = onnx_bytes(net)
    if len(content) > LARGEST:
        raise ValueError(f"refiner: {len(content)} bytes, expected at most {LARGEST}")
    gap = parity(net, content)
    if not gap <= TOLERANCE:
        raise ValueError(f"refiner: exported graph differs by {gap:.2g}")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "refiner.onnx").write_bytes(content)
    entry: dict[str, Any] = {
        "file": "refiner.onnx",
        "sha256": hashlib.sha256(content).hexdigest(),
        "licence": LICENCE,
        "data": f"{described['takes']} takes, made up and MIT",
        "commit": described["commit"],
        "metrics": {**described["metrics"], "parity": float(f"{gap:.1e}")},
    }
    write_entry(folder / "manifest.toml", REFINER.name, entry)
    return entry


def onnx_bytes(net: Refiner) -> bytes:
    """Return the graph of one window as an ONNX file."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer's, of shapes that are fixed
        torch.onnx.export(
            net.eval(),
            tuple(torch.zeros(spec.shape) for spec in REFINER.inputs),
            Path(folder) / "graph.onnx",
            opset_version=OPSET,
            input_names=[spec.name for spec in REFINER.inputs],
            output_names=[spec.name for spec in REFINER.outputs],
            dynamo=False,
        )
        return (Path(folder) / "graph.onnx").read_bytes()


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
