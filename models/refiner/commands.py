"""`facewire-models train refiner` and `export refiner`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
from protocols.arrays import Floats
from protocols.wording import counted

if TYPE_CHECKING:
    from models.data.recorded.defects import Live

_SHOWN = ("step", "rate", "rmse", "rmse_fill", "gap", "gap_fill", "jerk", "detail")


def add_commands(train: typer.Typer, export: typer.Typer) -> None:
    """Hang the commands into the groups of the same names."""
    train.command("refiner")(train_refiner)
    export.command("refiner")(export_refiner)


def train_refiner(
    source: TrainingTakes = None,
    out: RunFolder = Path("runs/refiner"),
    takes: Annotated[
        int, typer.Option(min=8, help="Takes of 12 s; one is replaced per batch.")
    ] = 800,
    noise: NoiseFile = None,
    gan: Annotated[
        bool,
        typer.Option(help="Let discriminators take part in training."),
    ] = True,
    steps: Annotated[int, typer.Option(min=1)] = 13_400,
    minutes: Minutes = 0.0,
    batch: Batch = 8,
    seed: Seed = 0,
    threads: Threads = 0,
) -> None:
    """Train the refiner. An interrupted run continues where it stopped.

    Some of the takes go through the shipped generator first, as in `facewire run`.

    To use two processes: `torchrun --nproc-per-node 2 --no-python facewire-models ...`
    """
    with explained("train refiner"):
        from models.data.motion.corpus import data_takes
        from models.data.motion.noise import DEFAULT, Noise
        from models.data.recorded.batches import draw_sheet, sheet_of
        from models.data.recorded.damaged_takes import draw_take, make_takes

        from .train import Recipe, train

        recipe = Recipe(
            steps=steps, minutes=minutes, batch=batch, critic=gan, seed=seed
        )
        real = [] if source is None else data_takes(source, "train")
        looked = [] if source is None else data_takes(source, "valid")
        live = _live()
        heard = DEFAULT if noise is None else Noise.read(noise)
        with TrainingBar("recording", _SHOWN) as bar:
            # Every process makes its own part and learns from it.
            made = make_takes(
                -(-takes // bar.world),
                heard,
                (seed, bar.rank, 1),
                real,
                live,
                tell=bar.made,
            )
            learn = [sheet_of(degraded) for degraded in made]
            del made
            valid = make_takes(64, heard, (seed, 0, 2), looked, live)

            run = train(
                learn,
                [sheet_of(degraded) for degraded in valid],
                out,
                recipe,
                tell=bar.tell,
                threads=threads,
                renew=lambda rng: draw_sheet(draw_take(heard, rng, real, live), rng),
            )
    if bar.rank == 0:
        typer.echo(f"{out}: {counted(run['steps'], 'step')}, {run['metrics']}")


def export_refiner(
    run: RunFolder = Path("runs/refiner"),
    out: WeightsFolder = FOLDER,
) -> None:
    """Write the refiner that ships."""
    with explained("export refiner"):
        from .export import export

        entry = export(run, out)
    print_export(out, entry)


def _live() -> Live:
    """Return the generator that ships, in torch, at a steadiness drawn anew."""
    import numpy as np

    from models.data.motion.noise import Observed
    from models.motion.export import shipped_state
    from models.motion.network import MotionNet
    from models.motion.runners import TrainedNetwork

    net = MotionNet()
    net.load_state_dict(shipped_state(find_weights("motion").read()))
    network = TrainedNetwork(net)

    def live(observed: Observed, rng: np.random.Generator) -> Floats:
        return network([observed], 0.0, float(rng.random()))[0]

    return live
