"""`facewire-models convert mesh` and `evaluate tracker`."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console
from rich.progress import track

from engines.runtime.graphs import FAR_FACES, MESH, NEAR_FACES, Graph
from engines.runtime.weights import FOLDER
from models.training.explained import explained
from models.training.options import JsonFile, WeightsFolder

if TYPE_CHECKING:
    from .tflite_file import Model

MODULES: Final = "mediapipe/modules"
SOURCES: Final = {
    MESH: f"{MODULES}/face_landmark/face_landmark_with_attention.tflite",
    NEAR_FACES: f"{MODULES}/face_detection/face_detection_short_range.tflite",
    FAR_FACES: f"{MODULES}/face_detection/face_detection_full_range_sparse.tflite",
}
"""Where each graph's model stands in the wheel of mediapipe."""

LICENCE: Final = "Apache-2.0, Copyright The MediaPipe Authors; free for any use"


def add_commands(convert: typer.Typer, evaluate: typer.Typer) -> None:
    """Add the commands to their groups."""
    convert.command("mesh")(convert_mesh)
    evaluate.command("tracker")(evaluate_tracker)


def convert_mesh(
    source: Annotated[
        Path,
        typer.Option(
            "--from",
            help="The wheel of mediapipe 0.10.21 (`pip download --no-deps "
            "mediapipe==0.10.21`), or a folder that it is installed in.",
        ),
    ],
    out: WeightsFolder = FOLDER,
) -> None:
    """Turn MediaPipe's face networks into our graphs, with their hashes.

    The same wheel always gives the same bytes.
    """
    with explained("convert mesh"):
        from models.training.onnx_file import ship

        from .face_detector import detector_graph
        from .face_mesh import mesh_graph
        from .tflite_file import read_model

        makers: dict[Graph, Callable[[Model, str], bytes]] = {
            MESH: mesh_graph,
            NEAR_FACES: detector_graph,
            FAR_FACES: detector_graph,
        }
        for graph, path in SOURCES.items():
            content = _read(source, path)
            digest = hashlib.sha256(content).hexdigest()
            about = f"made by `facewire-models convert mesh` from {path} ({digest})"
            entry = {
                "licence": LICENCE,
                "data": f"converted from {path} of mediapipe 0.10.21",
                "source_sha256": digest,
            }
            graph_bytes = makers[graph](read_model(content, path), about)
            ship(graph, graph_bytes, out, entry)
            typer.echo(f"{out / graph.name}.onnx: {len(graph_bytes) / 1e6:.2f} MB")


def evaluate_tracker(
    clips: Annotated[
        list[Path],
        typer.Option(
            help="A clip or a folder of clips; may be given more than once.",
            exists=True,
        ),
    ],
    longest: Annotated[
        int, typer.Option(min=2, help="Pictures from the start of each clip.")
    ] = 150,
    json_file: JsonFile = None,
) -> None:
    """Compare our tracker with MediaPipe's FaceMesh, which mediapipe 0.10.21 has."""
    with explained("evaluate tracker"):
        from .comparison import compare
        from .report import rows, table

        paths = [found for place in clips for found in _clips(place)]
        if not paths:
            raise FileNotFoundError(
                f"{clips[0]}: no clips; expected .mp4 or .mov files"
            )
        compared = [compare(path, longest) for path in track(paths, "tracking")]
        Console().print(table(compared), highlight=False)
        if json_file is not None:
            json_file.write_text(json.dumps(rows(compared), indent=1) + "\n")


def _clips(place: Path) -> list[Path]:
    """Return the clips in a folder and below, or the file itself."""
    if place.is_file():
        return [place]
    return sorted(p for p in place.rglob("*") if p.suffix.lower() in (".mp4", ".mov"))


def _read(source: Path, path: str) -> bytes:
    """Return a file of a wheel, or of a folder; FileNotFoundError if it has none."""
    if source.is_dir():
        return (source / path).read_bytes()
    with zipfile.ZipFile(source) as wheel:
        try:
            return wheel.read(path)
        except KeyError:
            raise FileNotFoundError(
                f"{source}: has no {path}; expected the wheel of mediapipe 0.10.21"
            ) from None
