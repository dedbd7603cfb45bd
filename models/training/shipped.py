"""The weights that ship: opened for an evaluation, reported after an export."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from engines.runtime.engine import GraphError
from engines.runtime.graphs import Graph
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from engines.runtime.weights import find_weights


def open_graph(
    graph: Graph, file: Path | None, remarks: list[str], name: str
) -> OnnxRuntimeEngine | None:
    """Open a graph for an evaluation.

    Args:
        graph: its contract.
        file: the graph; None opens what ships.
        remarks: gets a sentence if the shipped graph cannot be opened.
        name: of the network in that sentence.

    Returns:
        None if the shipped graph cannot be opened.

    Raises:
        GraphError: `file` is missing, or breaks the contract.
    """
    if file is not None:
        if not file.is_file():
            raise GraphError(
                f"{file}: no such file; expected the {graph.name} network as ONNX"
            )
        return OnnxRuntimeEngine(graph, file.read_bytes(), str(file))
    try:
        content = find_weights(graph.name).read()
    except GraphError as error:
        remarks.append(f"{name} was left out: {error}")
        return None
    return OnnxRuntimeEngine(graph, content)


def print_export(folder: Path, entry: dict[str, Any]) -> None:
    """Print file, size and metrics of an export from its entry in the manifest."""
    path = folder / entry["file"]
    size = path.stat().st_size
    typer.echo(f"{path}: {size / 1e6:.2f} MB, {entry['metrics']}")
