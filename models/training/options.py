"""Options that several commands of training and evaluation share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

RunFolder = Annotated[
    Path, typer.Option(help="Folder of the training run.", file_okay=False)
]
Minutes = Annotated[
    float,
    typer.Option(min=0.0, help="If above 0, the training ends after this time."),
]
Batch = Annotated[
    int, typer.Option(min=1, help="Size of a batch, over all processes together.")
]
Seed = Annotated[int, typer.Option(min=0)]
Threads = Annotated[
    int,
    typer.Option(min=0, help="Threads of each process; 0 divides the cores evenly."),
]
WeightsFolder = Annotated[
    Path, typer.Option(help="Folder for the exported weights.", file_okay=False)
]

TrainingTakes = Annotated[
    Path | None,
    typer.Option(
        "--data",
        help="Folder that holds arkit_takes/. Without it, all motion is generated.",
        file_okay=False,
    ),
]
NoiseFile = Annotated[
    Path | None,
    typer.Option(
        help="Noise of the tracker, from `facewire-models calibrate-noise`.",
        dir_okay=False,
    ),
]

EvaluationTakes = Annotated[
    Path | None,
    typer.Option(
        help="Folder that holds arkit_takes/. Without it, only generated motion is "
        "evaluated.",
        file_okay=False,
    ),
]
CLIP_FOLDERS = typer.Option(
    "--clips",
    help="Folder with videos of faces; may be given more than once. Of a folder that "
    "holds files of the manifest, only those are judged.",
)
ClipTable = Annotated[
    Path | None,
    typer.Option(
        "--manifest",
        help="CSV file that names clips and stills, what they show, and what they are "
        "for (`use`).",
        dir_okay=False,
    ),
]
Split = Annotated[
    str,
    typer.Option(help="test; or valid, while settings are still being chosen."),
]
ReportFolder = Annotated[
    Path, typer.Option(help="Folder for pictures, tables and JSON.", file_okay=False)
]
JsonFile = Annotated[
    Path | None,
    typer.Option("--json", help="File for all results; `headline` is a flat table."),
]


def check_split(split: str) -> None:
    """Raise ValueError unless a split can be evaluated."""
    if split not in ("valid", "test"):
        raise ValueError(f"--split {split}: expected valid or test")
