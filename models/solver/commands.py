"""`facewire-models evaluate solver`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from engines.runtime.graphs import SOLVER
from models.training.explained import explained
from models.training.options import JsonFile, ReportFolder
from models.training.shipped import open_graph


def add_commands(
    train: typer.Typer, export: typer.Typer, evaluate: typer.Typer, data: typer.Typer
) -> None:
    """Hang the commands into the groups of the same names."""
    evaluate.command("solver")(evaluate_solver)


def evaluate_solver(
    data: Annotated[
        Path,
        typer.Option(
            help="Folder with footage/, characters/, arkit_takes/, ict_facekit/ and "
            "mediapipe/.",
            file_okay=False,
        ),
    ],
    faces: Annotated[
        Path | None,
        typer.Option(
            help="Rendered faces of the test split, with pictures.", file_okay=False
        ),
    ] = None,
    graph: Annotated[
        Path | None,
        typer.Option(
            help="A learned solver in ONNX. Without it, the shipped one.",
            dir_okay=False,
        ),
    ] = None,
    characters: Annotated[
        bool | None,
        typer.Option(
            help="Draw the heads of characters/ and judge curves on them. Default: if "
            "the folder is there.",
        ),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(help="faces, footage or characters; may be repeated."),
    ] = None,
    out: ReportFolder = Path("out/solver"),
    json_file: JsonFile = None,
) -> None:
    """Compare the curves of the learned solver, the geometric one and MediaPipe."""
    with explained("evaluate solver"):
        from engines.face.solver_network import SolverNetwork
        from models.data.rendered.dataset import load_faces
        from models.data.rendered.head import HEAD_FILE, load_head
        from models.training import checkpoint

        from .evaluate import Report, evaluate_faces, evaluate_footage
        from .evaluate_ground import evaluate_ground
        from .report import as_json, show, write

        report = Report()
        parts = chosen(only, characters, data, report.remarks)
        task = data / "mediapipe" / "face_landmarker.task"
        engine = open_graph(SOLVER, graph, report.remarks, "The learned solver")
        network = None if engine is None else SolverNetwork(engine)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        try:
            with Progress(*columns, transient=True) as progress:
                bar = progress.add_task("reading", total=None)

                def tell(what: str, done: int, total: int) -> None:
                    progress.update(bar, description=what, completed=done, total=total)

                if "faces" not in parts:
                    pass
                elif faces is None:
                    report.remarks.append(
                        "Rendered faces were left out: --faces names a folder of the "
                        "test split, from `facewire-models data faces --split test`."
                    )
                else:
                    head = load_head(data / HEAD_FILE)
                    rendered = load_faces(faces)
                    evaluate_faces(report, rendered, head, task, out, network, tell)
                if "footage" not in parts:
                    pass
                elif (data / "footage").is_dir():
                    evaluate_footage(report, data / "footage", task, network, tell)
                else:
                    report.remarks.append(
                        f"Footage was left out: {data / 'footage'} is not a folder."
                    )
                if "characters" in parts:
                    evaluate_ground(report, data, task, network, tell)
        finally:
            if network is not None:
                network.close()
        write(report, out)
        if json_file is not None:
            checkpoint.write_json(json_file, as_json(report))
    show(report, Console())


PARTS: Final = ("faces", "footage", "characters")


def chosen(
    only: list[str] | None, characters: bool | None, data: Path, remarks: list[str]
) -> set[str]:
    """Return which of `PARTS` are evaluated.

    Args:
        only: those that were asked for by name; all without it.
        characters: True, False, or None for "if they are there".
        data: may hold characters/.
        remarks: gets a sentence if they are not.

    Raises:
        ValueError: no part has that name.
    """
    for part in only or ():
        if part not in PARTS:
            raise ValueError(f"--only {part}: expected one of {', '.join(PARTS)}")
    parts = set(only or PARTS)
    folder = data / "characters"
    if characters is None and not only and not folder.is_dir():
        remarks.append(f"Characters were left out: {folder} is not a folder.")
        characters = False
    return parts - {"characters"} if characters is False else parts
