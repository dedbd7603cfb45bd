"""`facewire-models train | export | evaluate expression`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console

from engines.runtime.weights import FOLDER, find_weights
from models.training.explained import explained
from models.training.options import (
    Batch,
    JsonFile,
    Minutes,
    ReportFolder,
    RunFolder,
    Seed,
    Threads,
)
from models.training.progress import TrainingBar
from protocols.wording import counted

if TYPE_CHECKING:
    from models.data.photographs.fer2013 import Faces

    from .int8_gate import Judged

DATA = typer.Option(
    help="Folder with fer2013*.npz, fer2013.csv and fer2013new.csv, or class folders."
)
CACHE: Final = Path("out/features")
LandmarkCache = Annotated[
    Path,
    typer.Option(
        help="Cache for landmarks and features of the faces: landmarks take 3 minutes, "
        "once.",
        file_okay=False,
    ),
]


def add_commands(
    train: typer.Typer, export: typer.Typer, evaluate: typer.Typer
) -> None:
    """Hang the three commands into the groups of the same names."""
    train.command("expression")(train_expression)
    export.command("expression")(export_expression)
    evaluate.command("expression")(evaluate_expression)


def train_expression(
    data: Annotated[Path, DATA],
    out: RunFolder = Path("runs/expression"),
    epochs: Annotated[int, typer.Option(min=1)] = 100,
    minutes: Minutes = 0.0,
    batch: Batch = 128,
    seed: Seed = 0,
    threads: Threads = 0,
    width: Annotated[
        float,
        typer.Option(
            min=0.25,
            max=8.0,
            help="Channels of each stage, times the shipped network's. A wider "
            "network can teach the one that ships.",
        ),
    ] = 1.0,
    stride: Annotated[
        int,
        typer.Option(
            min=1,
            max=2,
            help="Of the first convolution; 2 costs a quarter of the arithmetic.",
        ),
    ] = 1,
    teacher: Annotated[
        list[Path] | None,
        typer.Option(
            help="A finished run whose answers are learned too; may be given more "
            "than once.",
            file_okay=False,
        ),
    ] = None,
    start: Annotated[
        Path | None,
        typer.Option(
            help="Go on with the weights of this file, for example the shipped "
            "expression.npz, at a lower learning rate.",
            dir_okay=False,
        ),
    ] = None,
    rendered: Annotated[
        Path | None,
        typer.Option(
            help="File of `facewire-models data expressions`: rendered faces to learn "
            "from beside the photographs.",
            dir_okay=False,
        ),
    ] = None,
    live: Annotated[
        bool,
        typer.Option(
            "--live/--whole",
            help="Learn from faces cut as the daemon cuts them, or from whole "
            "pictures.",
        ),
    ] = True,
    cache: LandmarkCache = CACHE,
) -> None:
    """Train the expression network. An interrupted run continues where it stopped.

    To use two processes: `torchrun --nproc-per-node 2 --no-python facewire-models ...`
    """
    with explained("train expression"):
        from models.data.photographs.fer2013 import read_faces
        from models.data.rendered.posed import read_posed

        from .live_faces import Forms
        from .network import wider
        from .recipe import Recipe
        from .train import train

        recipe = Recipe(epochs=epochs, minutes=minutes, batch=batch, seed=seed)
        if not live:
            recipe = recipe.of_whole_pictures()
        if start is not None:
            recipe = recipe.going_on()
        with TrainingBar("reading faces", _SHOWN) as bar:
            run = train(
                Forms(read_faces(data), cache, typer.echo).of(live),
                out,
                recipe,
                wider(width, stride),
                tell=bar.tell,
                threads=threads,
                teachers=teacher or (),
                start=start,
                rendered=None if rendered is None else read_posed(rendered),
            )
    if bar.rank == 0:
        typer.echo(f"{out}: {counted(run['epochs'], 'epoch')}, {run['metrics']}")


_SHOWN = ("epoch", "size", "loss", "rate", "public", "ferplus_public")


def export_expression(
    data: Annotated[Path, DATA],
    run: RunFolder = Path("runs/expression"),
    out: Annotated[Path, typer.Option(file_okay=False)] = FOLDER,
    eight_bit: Annotated[
        bool,
        typer.Option(
            "--eight-bit",
            help="Write only the eight-bit files of the network in --out again.",
        ),
    ] = False,
    cache: LandmarkCache = CACHE,
) -> None:
    """Calibrate on PublicTest and write the weights that ship, with their hashes.

    Prints float32 and both eight-bit forms side by side. If eight bits cost more than
    half a point of accuracy, nothing is written.
    """
    judged: list[Judged] = []
    try:
        with explained("export expression"):
            from models.data.photographs.fer2013 import read_faces

            from .export import export, export_eight_bit, learned_live
            from .int8_gate import table
            from .live_faces import Forms
            from .packed import unpack

            forms = Forms(read_faces(data), cache, typer.echo)
            if eight_bit:
                live = unpack(out / "expression.npz")[1].live
                entry = export_eight_bit(forms.of(live), out, judged.extend)
            else:
                faces = forms.of(learned_live(run))
                entry = export(run, faces, out, judged.extend)
    finally:
        # After the files are written: a console error must not prevent an export.
        if judged:
            Console().print(table(judged), highlight=False)
    for key in ("file", "nvidia_file"):
        written = out / entry[key]
        typer.echo(f"{written}: {written.stat().st_size / 1e6:.2f} MB")
    typer.echo(str(entry["metrics"]))


def evaluate_expression(
    data: Annotated[Path, DATA],
    run: Annotated[
        Path | None,
        typer.Option(help="A training run. Without it, the shipped network."),
    ] = None,
    out: ReportFolder = Path("out/expression"),
    json_file: JsonFile = None,
    cache: LandmarkCache = CACHE,
    ckplus: Annotated[
        Path | None,
        typer.Option(help="Folder of CK+, if you have it.", file_okay=False),
    ] = None,
    footage: Annotated[
        Path | None,
        typer.Option(help="A clip to plot, with its crops and the shipped network."),
    ] = None,
    record: Annotated[
        bool, typer.Option(help="Write the headline into the weights' manifest.")
    ] = False,
    baselines: Annotated[
        bool, typer.Option(help="Train SVMs and a forest for comparison: 20 minutes.")
    ] = True,
) -> None:
    """Print the tables of the paper: network, baselines, robustness."""
    console = Console()
    with explained("evaluate expression"), console.status("reading") as status:
        from models.data.photographs.fer2013 import read_faces
        from models.training import checkpoint
        from models.training.manifest import write_metrics

        from .baselines import BASELINES
        from .evaluate import evaluate
        from .export import from_run, learned_live
        from .live_faces import Forms
        from .packed import unpack
        from .report import as_json, show, write

        forms = Forms(read_faces(data), cache, status.update)
        graph = None
        if run is None:
            net, calibration = unpack(FOLDER / "expression.npz")
            graph = find_weights("expression").read()
        else:
            net, calibration = from_run(run, forms.of(learned_live(run)))
        faces = forms.of(calibration.live)
        report = evaluate(
            faces,
            net,
            calibration,
            cache,
            baselines=BASELINES if baselines else (),
            other=forms.of(not calibration.live),
            graph=graph,
            tell=lambda sentence: status.update(sentence),
        )
        if ckplus is not None:
            from models.data.rendered.landmarks import cropper

            from .ckplus import judge_ckplus

            status.update("CK+")
            report.ckplus = judge_ckplus(ckplus, net, cropper())
        write(report, out)
        if record:
            write_metrics(FOLDER / "manifest.toml", "expression", report.headline())
        if footage is not None:
            status.update(str(footage))
            _watch(footage, faces, out)
        if json_file is not None:
            checkpoint.write_json(json_file, as_json(report))
    show(report, console)


def _watch(video: Path, faces: Faces, out: Path) -> None:
    from engines.runtime.graphs import EXPRESSION
    from engines.runtime.onnx_runtime import OnnxRuntimeEngine
    from models.data.rendered.landmarks import cropper

    from .footage import contact_sheet, timeline, watch

    engine = OnnxRuntimeEngine(EXPRESSION, find_weights(EXPRESSION.name).read())
    seconds, said, crops = watch(video, engine, cropper(still=False))
    contact_sheet(out / "crops.png", crops, faces)
    timeline(out / "timeline.png", seconds, said, video.name)
