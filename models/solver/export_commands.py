"""`facewire-models export solver`, `likeness`, `basis` and `doubt`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from engines.runtime.weights import FOLDER
from models.training.explained import explained
from models.training.options import RunFolder, WeightsFolder
from models.training.shipped import print_export

from .train_commands import HEADS, RENDERED

CLIPS = Path("real_faces/manifest.csv")
FACE_FOLDER = Path("engines/face")
"""Where the daemon reads what the last three commands write."""


def add_commands(export: typer.Typer) -> None:
    """Hang the commands into the group of the same name."""
    export.command("solver")(export_solver)
    export.command("likeness")(export_likeness)
    export.command("basis")(export_basis)
    export.command("doubt")(export_doubt)


def export_solver(
    faces: Annotated[Path, RENDERED] = Path("faces"),
    run: RunFolder = Path("runs/solver"),
    before: Annotated[
        Path | None,
        typer.Option(
            help="The solver.onnx that the training started with (--warm), to average "
            "the weights with.",
            dir_okay=False,
        ),
    ] = None,
    part: Annotated[
        float, typer.Option(min=0, max=1, help="Its part of the average.")
    ] = 0.3,
    out: WeightsFolder = FOLDER,
) -> None:
    """Set the gains on the valid split and write the weights that ship."""
    with explained("export solver"):
        from models.data.rendered.dataset import load_faces
        from models.data.rendered.solver_batches import prepare

        from .export import export

        valid = prepare(load_faces(faces / "valid"))
        entry = export(run, valid, out, before, part)
    print_export(out, entry)


def export_likeness(
    faces: Annotated[Path, RENDERED] = Path("faces"),
    out: Annotated[
        Path, typer.Option(help="Folder for likeness.npy.", file_okay=False)
    ] = FACE_FOLDER,
) -> None:
    """Find the directions that tell people apart and write likeness.npy."""
    with explained("export likeness"):
        import numpy as np

        from models.data.rendered.dataset import load_faces

        from .likeness import directions

        rendered = load_faces(faces / "train")
        path = out / "likeness.npy"
        np.save(path, directions(rendered.points, rendered.identity))
    typer.echo(f"{path}: {path.stat().st_size / 1e3:.0f} kB")


def export_basis(
    source: Annotated[Path, HEADS],
    faces: Annotated[Path, RENDERED] = Path("faces"),
    people: Annotated[int, typer.Option(min=1, help="Heads to draw curves on.")] = 24,
    manifest: Annotated[
        Path,
        typer.Option(
            help="Table of real clips below --data; its rows with use = train and "
            "MediaPipe's task show real puckers.",
            dir_okay=False,
        ),
    ] = CLIPS,
    out: Annotated[
        Path, typer.Option(help="Folder for face_basis.npz.", file_okay=False)
    ] = FACE_FOLDER,
) -> None:
    """Measure what each curve moves a tracked face by and write face_basis.npz."""
    with explained("export basis"):
        from functools import partial

        import numpy as np

        from models.data.characters.character import load_character
        from models.data.characters.draw import draw
        from models.data.files import required
        from models.data.rendered.curve_basis import measure_moves, measure_people
        from models.data.rendered.dataset import load_faces
        from models.data.rendered.head import HEAD_FILE, load_head
        from models.data.rendered.solver_batches import prepare

        from .basis import OTHER_HEAD, OTHER_PART, make_basis
        from .real_moves import PUCKER, REAL_PART, measure_pucker, task_and_clips

        head = load_head(required(source, HEAD_FILE))
        task, clips = task_and_clips(source, source / manifest)
        character = load_character(required(source, OTHER_HEAD))
        with Progress(transient=True) as progress:
            bar = progress.add_task("drawing every curve", total=people)
            moves = measure_people(
                head, people, 0, lambda done, _: progress.update(bar, completed=done)
            )
            other = measure_moves(partial(draw, character))
            moves += OTHER_PART * (other - moves)
            bar = progress.add_task("real puckers", total=len(clips))
            pucker = measure_pucker(
                clips, task, lambda done: progress.update(bar, completed=done)
            )
            moves[PUCKER] += REAL_PART * (pucker - moves[PUCKER])
        path = out / "face_basis.npz"
        np.savez_compressed(
            path, **make_basis(moves, prepare(load_faces(faces / "train")))
        )
    typer.echo(f"{path}: {path.stat().st_size / 1e3:.0f} kB")


def export_doubt(
    faces: Annotated[Path, RENDERED] = Path("faces"),
    graph: Annotated[
        Path | None,
        typer.Option(help="A solver in ONNX; the shipped one without it."),
    ] = None,
    out: Annotated[
        Path, typer.Option(help="Folder for doubt.npy.", file_okay=False)
    ] = FACE_FOLDER,
) -> None:
    """Fit the errors to expect on the valid split and write doubt.npy."""
    with explained("export doubt"):
        import numpy as np

        from engines.face.solver_network import SolverNetwork
        from engines.runtime.graphs import SOLVER
        from models.data.rendered.dataset import load_faces
        from models.training.shipped import open_graph

        from .doubt import fit_doubt, held_out
        from .stills import solve_stills

        remarks: list[str] = []
        engine = open_graph(SOLVER, graph, remarks, "The learned solver")
        if engine is None:
            raise ValueError(remarks[0])
        network, rendered = SolverNetwork(engine), load_faces(faces / "valid")
        answers = [
            (
                solve_stills(rendered, network, known, lambda *_: None),
                rendered.weights,
                float(known),
            )
            for known in (True, False)
        ]
        network.close()
        path = out / "doubt.npy"
        np.save(path, fit_doubt(answers))
        ours, theirs = held_out(answers[0][0], rendered.weights, rendered.identity)
    typer.echo(
        "rank correlation with the error, on people left out of the fit: "
        f"doubt {ours:.2f}, the network's own estimate {theirs:.2f}"
    )
    typer.echo(f"{path}: {path.stat().st_size / 1e3:.1f} kB")
