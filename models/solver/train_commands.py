"""`facewire-models data faces` and `train solver`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from models.training.explained import explained
from models.training.options import (
    Batch,
    Minutes,
    RunFolder,
    Seed,
    Threads,
)
from models.training.progress import TrainingBar
from protocols.wording import counted

HEADS = typer.Option(
    "--data", help="Folder with ict_facekit/ and arkit_takes/.", file_okay=False
)
RENDERED = typer.Option(
    help="Folder with train/ and valid/, from `facewire-models data faces`.",
    file_okay=False,
)


def add_commands(train: typer.Typer, data: typer.Typer) -> None:
    """Hang the commands into the groups of the same names."""
    data.command("faces")(make_rendered_faces)
    train.command("solver")(train_solver)


def make_rendered_faces(
    source: Annotated[Path, HEADS],
    out: Annotated[
        Path,
        typer.Option(
            help="Folder in which the split gets its own folder.", file_okay=False
        ),
    ] = Path("faces"),
    split: Annotated[str, typer.Option(help="train, valid or test.")] = "train",
    people: Annotated[
        int, typer.Option(min=1, help="20 pictures of each; 32 in the test split.")
    ] = 6400,
    jobs: Annotated[
        int, typer.Option(min=0, help="Processes; 0 starts one per core.")
    ] = 0,
    pictures: Annotated[
        bool | None,
        typer.Option(help="Keep every picture. Default: only in valid and test."),
    ] = None,
    units: Annotated[
        str,
        typer.Option(help="arkit, or ict: shapes as ICT-FaceKit has them, to compare."),
    ] = "arkit",
) -> None:
    """Render people with exact curves and track them.

    An interrupted run continues where it stopped. Two cores make about 35 pictures a
    second. A contact sheet is written beside the shards.
    """
    with explained("data faces"):
        import cv2

        from models.data.rendered.dataset import (
            PEOPLE,
            SPLITS,
            contact_sheet,
            load_faces,
        )
        from models.data.rendered.make_faces import make_faces

        chosen = next((s for s in SPLITS if s == split), None)
        if chosen is None:
            raise ValueError(f"--split {split}: expected one of {', '.join(SPLITS)}")
        if units not in ("arkit", "ict"):
            raise ValueError(f"--units {units}: expected arkit or ict")
        folder = out / chosen
        count = -(-people // PEOPLE)
        columns = (
            TextColumn(f"rendering, {PEOPLE} people per step"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns) as progress:
            bar = progress.add_task("", total=count)
            make_faces(
                source,
                folder,
                chosen,
                count,
                jobs=jobs,
                pictures=chosen != "train" if pictures is None else pictures,
                arkit_units=units == "arkit",
                tell=lambda done, all_: progress.update(
                    bar, completed=done, total=all_
                ),
            )
        sheet = folder / "contact_sheet.jpg"
        cv2.imwrite(str(sheet), contact_sheet(load_faces(folder, most=12)))
    shards = counted(count, "shard")
    typer.echo(f"{folder}: {shards}, {count * PEOPLE} people; look at {sheet}")


def train_solver(
    source: Annotated[Path, HEADS],
    faces: Annotated[Path, RENDERED] = Path("faces"),
    out: RunFolder = Path("runs/solver"),
    epochs: Annotated[int, typer.Option(min=1)] = 20,
    minutes: Minutes = 0.0,
    batch: Batch = 128,
    seed: Seed = 0,
    threads: Threads = 0,
    lr: Annotated[
        float, typer.Option(min=1e-6, help="Highest learning rate.")
    ] = 1.5e-3,
    first: Annotated[
        int,
        typer.Option(min=0, help="Cheap epochs before: of what follows the patches."),
    ] = 8,
    warm: Annotated[
        Path | None,
        typer.Option(help="solver.onnx to begin with, instead of with chance."),
    ] = None,
    sides: Annotated[
        float, typer.Option(min=0, help="Weight of the error of left less right.")
    ] = 1.0,
    seal: Annotated[
        float, typer.Option(min=0, help="Weight of the error of the lips' distance.")
    ] = 4.0,
    noise: Annotated[
        float, typer.Option(min=0, help="Noise on the landmarks' principal parts.")
    ] = 0.1,
) -> None:
    """Train the solver on rendered faces. An interrupted run continues.

    `--sides 0 --seal 0 --noise 0.25` trains as before left and right counted.

    To use two processes: `torchrun --nproc-per-node 2 --no-python facewire-models ...`
    """
    with explained("train solver"):
        from models.data.rendered.dataset import load_faces
        from models.data.rendered.head import HEAD_FILE, load_head
        from models.data.rendered.solver_batches import prepare

        from .losses import Shares, lip_gap, surface_metric
        from .network import Shape
        from .train import Recipe, train

        recipe = Recipe(
            first=first,
            epochs=epochs,
            minutes=minutes,
            batch=batch,
            lr=lr,
            seed=seed,
            shares=Shares(sides=sides, seal=seal),
        )
        head = load_head(source / HEAD_FILE)
        with TrainingBar("reading faces", _SHOWN) as bar:
            learn = prepare(load_faces(faces / "train"))
            valid = prepare(load_faces(faces / "valid"))

            run = train(
                learn,
                valid,
                surface_metric(head),
                lip_gap(head),
                out,
                recipe,
                Shape(noise=noise),
                warm,
                tell=bar.tell,
                threads=threads,
            )
    if bar.rank == 0:
        typer.echo(f"{out}: {counted(run['epochs'], 'epoch')}, {run['metrics']}")


_SHOWN = ("epoch", "loss", "rate", "r", "r_nobody")
