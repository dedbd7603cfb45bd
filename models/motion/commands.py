"""`facewire-models train motion` and `export motion`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engines.runtime.weights import FOLDER, find_weights
from models.training.explained import explained
from models.training.options import (
    Batch,
    Minutes,
    NoiseFile,
    RunFolder,
    Seed,
    Threads,
    TrainingTakes,
    WeightsFolder,
)
from models.training.progress import TrainingBar
from models.training.shipped import print_export
from protocols.wording import counted

_SHOWN = ("step", "loss", "rate", "rmse_50", "jerk_50")


def add_commands(train: typer.Typer, export: typer.Typer) -> None:
    """Hang the commands into the groups of the same names."""
    train.command("motion")(train_motion)
    export.command("motion")(export_motion)


def train_motion(
    source: TrainingTakes = None,
    out: RunFolder = Path("runs/motion"),
    performances: Annotated[
        int, typer.Option(min=8, help="Sequences of 12 s; one is replaced per batch.")
    ] = 2000,
    takes: Annotated[
        Path | None,
        typer.Option(
            help="Folder of your own Live Link Face takes. The shipped network is "
            "tuned to them, in 1,500 steps unless --steps is given.",
            file_okay=False,
        ),
    ] = None,
    noise: NoiseFile = None,
    begin: Annotated[
        Path | None,
        typer.Option(
            "--from", help="A run whose weights training starts from.", file_okay=False
        ),
    ] = None,
    steps: Annotated[
        int, typer.Option(min=0, help="0: 12,000, or 1,500 with --takes.")
    ] = 0,
    minutes: Minutes = 0.0,
    batch: Batch = 8,
    seed: Seed = 0,
    threads: Threads = 0,
) -> None:
    """Train the generator. An interrupted run continues where it stopped.

    To use two processes: `torchrun --nproc-per-node 2 --no-python facewire-models ...`
    """
    with explained("train motion"):
        from models.data.motion.corpus import data_takes, draw, make_corpus, own_takes
        from models.data.motion.noise import DEFAULT, Noise
        from models.training import checkpoint

        from .export import shipped_state
        from .train import Recipe, train

        own = None if takes is None else own_takes(takes)
        lr, start = 3e-3, None
        if own is not None:
            lr, start = 3e-4, shipped_state(find_weights("motion").read())
        if begin is not None:
            lr, start = min(lr, 2e-3), checkpoint.weights(begin)
        recipe = Recipe(
            steps=steps or (12_000 if own is None else 1_500),
            minutes=minutes,
            batch=batch,
            lr=lr,
            seed=seed,
        )
        real = own or ([] if source is None else data_takes(source, "train"))
        share = 0.4 if own is None else 0.6
        looked = own or ([] if source is None else data_takes(source, "valid"))
        heard = DEFAULT if noise is None else Noise.read(noise)
        with TrainingBar("performing", _SHOWN) as bar:
            # Every process generates its own part and learns from it.
            learn = make_corpus(
                -(-performances // bar.world),
                heard,
                (seed, bar.rank, 1),
                real,
                share,
                tell=bar.made,
            )
            valid = make_corpus(48, heard, (seed, 0, 2), looked, 0.5)

            run = train(
                learn,
                valid,
                out,
                recipe,
                tell=bar.tell,
                threads=threads,
                start=start,
                renew=lambda rng: draw(heard, rng, real, share),
            )
    if bar.rank == 0:
        typer.echo(f"{out}: {counted(run['steps'], 'step')}, {run['metrics']}")


def export_motion(
    run: RunFolder = Path("runs/motion"),
    out: WeightsFolder = FOLDER,
) -> None:
    """Write the generator that ships."""
    with explained("export motion"):
        from .export import export

        entry = export(run, out)
    print_export(out, entry)
