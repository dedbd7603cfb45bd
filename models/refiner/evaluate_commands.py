"""`facewire-models evaluate refiner`, and `train smoothnet`, which it compares with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from engines.runtime.graphs import REFINER
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from models.training.explained import explained
from models.training.options import (
    EvaluationTakes,
    JsonFile,
    NoiseFile,
    ReportFolder,
    RunFolder,
    Split,
    TrainingTakes,
    check_split,
)
from models.training.progress import TrainingBar
from models.training.shipped import open_graph


def add_commands(train: typer.Typer, evaluate: typer.Typer) -> None:
    """Hang the commands into the groups."""
    train.command("smoothnet")(train_smoothnet)
    evaluate.command("refiner")(evaluate_refiner)


def train_smoothnet(
    source: TrainingTakes = None,
    out: RunFolder = Path("runs/smoothnet"),
    takes: Annotated[
        int, typer.Option(min=8, help="Takes of 12 s; replaced as training goes on.")
    ] = 200,
    minutes: Annotated[float, typer.Option(min=0.001)] = 5.0,
    threads: Annotated[int, typer.Option(min=0, help="Threads; 0 uses all cores.")] = 0,
) -> None:
    """Train SmoothNet, with which the refiner is compared."""
    with explained("train smoothnet"):
        from models.data.motion.corpus import data_takes
        from models.data.motion.noise import DEFAULT
        from models.data.recorded.batches import sheet_of
        from models.data.recorded.damaged_takes import draw_take, make_takes

        from .smoothnet import train

        real = [] if source is None else data_takes(source, "train")
        with TrainingBar("recording") as bar:
            made = make_takes(
                takes,
                DEFAULT,
                (0, 0, 4),
                real,
                tell=bar.made,
            )
            loss = train(
                [sheet_of(degraded) for degraded in made],
                out,
                minutes,
                tell=lambda share: bar.tell(share, {}),
                threads=threads,
                renew=lambda rng: sheet_of(draw_take(DEFAULT, rng, real)),
            )
    typer.echo(f"{out}: loss {loss:.3f}")


def evaluate_refiner(
    data: EvaluationTakes = None,
    noise: NoiseFile = None,
    run: Annotated[
        Path | None,
        typer.Option(
            help="A training run. Without it, the shipped network.", file_okay=False
        ),
    ] = None,
    ablation: Annotated[
        Path | None,
        typer.Option(help="A run with --no-gan, for comparison.", file_okay=False),
    ] = None,
    smoothnet: Annotated[
        Path | None,
        typer.Option(
            help="A run of `train smoothnet`, for comparison.", file_okay=False
        ),
    ] = None,
    split: Split = "test",
    out: ReportFolder = Path("out/refiner"),
    json_file: JsonFile = None,
) -> None:
    """Compare the refiner with filters on takes that it was not trained on."""
    console = Console()
    with explained("evaluate refiner"), console.status("reading") as status:
        from models.data.motion.noise import DEFAULT, Noise
        from models.training import checkpoint

        from .evaluate import evaluate
        from .report import as_json, show, write
        from .sets import recorded, synthetic
        from .smoothnet import Smoothed

        check_split(split)
        remarks: list[str] = []
        heard = DEFAULT if noise is None else Noise.read(noise)
        engine = (
            open_graph(REFINER, None, remarks, "The network")
            if run is None
            else _trained(run)
        )
        other = None if ablation is None else _trained(ablation)
        rival = None if smoothnet is None else Smoothed(smoothnet)
        try:
            pairs = [(synthetic("valid", heard), synthetic(split, heard))]
            if data is None:
                remarks.append(
                    "Real takes were left out: --data names a folder with arkit_takes/."
                )
            else:
                sets = [recorded(data, each, heard) for each in ("valid", split)]
                pairs.append((sets[0], sets[1]))
            found = [
                evaluate(valid, test, engine, other, rival, status.update)
                for valid, test in pairs
            ]
        finally:
            for each in (engine, other):
                if each is not None:
                    each.close()
        if split != "test":
            remarks.append("Measured on validation data: do not quote these results.")
        write(found, remarks, out)
        if json_file is not None:
            checkpoint.write_json(json_file, as_json(found, remarks))
    show(found, remarks, console)


def _trained(run: Path) -> OnnxRuntimeEngine:
    from models.training.onnx_file import onnx_bytes

    from .export import read_run

    return OnnxRuntimeEngine(REFINER, onnx_bytes(read_run(run), REFINER), str(run))
