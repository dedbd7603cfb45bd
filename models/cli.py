"""`facewire-models`: the command line for data, training and evaluation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from engines.console import accept_any_text
from engines.usage import PlainGroup

from .animation import commands as animation_commands
from .expression import candidates_command, mood_command, posed_command
from .expression import commands as expression_commands
from .motion import commands as motion_commands
from .motion import data_commands as motion_data_commands
from .motion import evaluate_commands as motion_evaluate_commands
from .paper import commands as paper_commands
from .reenactment import commands as reenactment_commands
from .refiner import commands as refiner_commands
from .refiner import evaluate_commands as refiner_evaluate_commands
from .solver import commands as solver_commands
from .solver import export_commands as solver_export_commands
from .solver import train_commands as solver_train_commands
from .tracker import commands as tracker_commands
from .training import mean_command
from .training.explained import explained

app = typer.Typer(cls=PlainGroup, no_args_is_help=True, add_completion=False)
data = typer.Typer(no_args_is_help=True)
app.add_typer(data, name="data", help="Make data: clips, faces, motion.")


train = typer.Typer(no_args_is_help=True)
app.add_typer(train, name="train", help="Train a network.")
export = typer.Typer(no_args_is_help=True)
app.add_typer(
    export, name="export", help="Write the file of a trained network that ships."
)
evaluate = typer.Typer(no_args_is_help=True)
app.add_typer(evaluate, name="evaluate", help="Compare a network with its baselines.")
convert = typer.Typer(no_args_is_help=True)
app.add_typer(convert, name="convert", help="Turn other people's networks into ours.")
expression_commands.add_commands(train, export, evaluate)
mood_command.add_command(evaluate)
candidates_command.add_command(evaluate)
posed_command.add_command(data)
solver_commands.add_commands(train, export, evaluate, data)
solver_train_commands.add_commands(train, data)
solver_export_commands.add_commands(export)
reenactment_commands.add_commands(evaluate)
motion_commands.add_commands(train, export)
motion_data_commands.add_commands(app, data)
motion_evaluate_commands.add_commands(evaluate)
refiner_commands.add_commands(train, export)
refiner_evaluate_commands.add_commands(train, evaluate)
animation_commands.add_commands(evaluate)
paper_commands.add_commands(evaluate)
mean_command.add_commands(app)
tracker_commands.add_commands(convert, evaluate)


@app.callback()
def describe() -> None:
    """Make data for the models of facewire; train, export and evaluate them."""


@data.command("clip")
def make_demo_clip(
    source: Annotated[
        Path,
        typer.Option(
            "--data", help="Folder with ict_facekit/ and arkit_takes/.", file_okay=False
        ),
    ],
    out: Annotated[
        Path, typer.Option(help="Folder for demo.mp4 and demo.csv.", file_okay=False)
    ] = Path("bridge/assets"),
) -> None:
    """Render the bundled clip and write its true curves beside it."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with explained("data clip", extra="models"), Progress(*columns) as progress:
        # Imported here: numba is an extra and loads slowly, and `--help` needs neither.
        from .data.rendered.clip import make_clip

        task = progress.add_task("rendering", total=None)
        try:
            made = make_clip(
                source,
                out,
                lambda done, total: progress.update(task, completed=done, total=total),
            )
        except FileNotFoundError as error:
            raise FileNotFoundError(
                f"{error.filename}: no such file; --data names the folder that holds "
                "ict_facekit/ and arkit_takes/"
            ) from error
    for path in made:
        typer.echo(f"{path}: {path.stat().st_size / 1e6:.2f} MB")


@data.command("rig")
def make_face_rig(
    source: Annotated[
        Path, typer.Option("--data", help="Folder with ict_facekit/.", file_okay=False)
    ],
    out: Annotated[
        Path, typer.Option(help="Folder for face_rig.npz.", file_okay=False)
    ] = Path("bridge/assets"),
) -> None:
    """Make the face with 52 morphs for exported takes."""
    with explained("data rig"):
        from .data.rendered.morphs import make_rig

        path = make_rig(source, out)
    typer.echo(f"{path}: {path.stat().st_size / 1e3:.0f} kB")


def main() -> None:
    """Run the command line."""
    accept_any_text()
    app()
