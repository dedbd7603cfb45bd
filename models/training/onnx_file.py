"""From a network in torch to the ONNX file that ships, and its row in the manifest."""

from __future__ import annotations

import hashlib
import tempfile
import warnings
from pathlib import Path
from typing import Any, Final

import torch
from torch import nn

from engines.runtime.graphs import Graph

from .manifest import write_entry

OPSET: Final = 17


def onnx_bytes(net: nn.Module, graph: Graph) -> bytes:
    """Return a network as an ONNX file with the names and shapes of a contract."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # The newer exporter needs onnxscript and writes larger graphs; this one warns
        # that it is the older, and of shapes that are fixed.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            net.eval(),
            tuple(torch.zeros(spec.shape) for spec in graph.inputs),
            Path(folder) / "graph.onnx",
            opset_version=OPSET,
            input_names=[spec.name for spec in graph.inputs],
            output_names=[spec.name for spec in graph.outputs],
            dynamo=False,
        )
        return (Path(folder) / "graph.onnx").read_bytes()


def check(
    graph: Graph, content: bytes, gap: float, tolerance: float, largest: int
) -> None:
    """Raise ValueError unless a file is small, and computes what its network does.

    Args:
        graph: its contract.
        content: the file.
        gap: largest difference of an answer from the network's.
        tolerance: of that.
        largest: bytes.
    """
    if len(content) > largest:
        raise ValueError(
            f"{graph.name}: {len(content)} bytes, expected at most {largest}"
        )
    if not gap <= tolerance:
        raise ValueError(f"{graph.name}: exported graph differs by {gap:.2g}")


def ship(
    graph: Graph, content: bytes, folder: Path, entry: dict[str, Any]
) -> dict[str, Any]:
    """Write a file and its table in the manifest, and return that.

    Args:
        graph: its contract.
        content: the file.
        folder: made if need be.
        entry: licence, data, commit, metrics and so on; an earlier file's name and
            hash are replaced.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = f"{graph.name}.onnx"
    (folder / file).write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    mine = {"file": file, "sha256": digest}
    whole = {**mine, **entry, **mine}
    write_entry(folder / "manifest.toml", graph.name, whole)
    return whole
