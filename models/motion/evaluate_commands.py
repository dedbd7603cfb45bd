"""`facewire-models evaluate motion`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from engines.runtime.graphs import MOTION
from models.training.explained import explained
from models.training.options import (
    EvaluationTakes,
    JsonFile,
    NoiseFile,
    ReportFolder,
    Split,
    check_split,
)
from models.training.shipped import open_graph

if TYPE_CHECKING:
    from .runners import ShippedNetwork, TrainedNetwork


def add_commands(evaluate: typer.Typer) -> None:
    """Hang the command into the group."""
    evaluate.command("motion")(evaluate_motion)


def evaluate_motion(
    data: EvaluationTakes = None,
    noise: NoiseFile = None,
    graph: Annotated[
        Path | None,
        typer.Option(
            help="A generator in ONNX. Without it, the shipped one.", dir_okay=False
        ),
    ] = None,
    run: Annotated[
        Path | None,
        typer.Option(help="A training run to use instead of --graph.", file_okay=False),
    ] = None,
    split: Split = "test",
    out: ReportFolder = Path("out/motion"),
    json_file: JsonFile = None,
) -> None:
    """Compare the generator with tuned filters at equal jitter."""
    console = Console()
    with explained("evaluate motion"), console.status("reading") as status:
        from models.data.motion.noise import DEFAULT, Noise
        from models.training import checkpoint

        from .evaluate import evaluate
        from .report import as_json, show, write
        from .results import MotionReport
        from .runners import ShippedNetwork
        from .sets import JUDGED, SYNTHETIC, TIMES, recorded, synthetic

        check_split(split)
        report = MotionReport()
        heard = DEFAULT if noise is None else Noise.read(noise)
        network = _network(graph, run, report.remarks)
        try:
            made = synthetic(split, heard, JUDGED * SYNTHETIC)
            pairs = [(synthetic("valid", heard), made)]
            if data is None:
                report.remarks.append(
                    "Real takes were left out: --data names a folder with arkit_takes/."
                )
            else:
                taken = recorded(data, split, heard, JUDGED * TIMES)
                pairs.append((recorded(data, "valid", heard), taken))
            for valid, test in pairs:
                report.judged[test.name] = evaluate(valid, test, network, status.update)
        finally:
            if isinstance(network, ShippedNetwork):
                network.close()
        if isinstance(network, ShippedNetwork) and network.guarded:
            report.remarks.append(
                f"The guard used the One-Euro filter {network.guarded} times."
            )
        if split != "test":
            report.remarks.append(
                "Measured on validation data: do not quote these results."
            )
        write(report, out)
        if json_file is not None:
            checkpoint.write_json(json_file, as_json(report))
    show(report, console)


def _network(
    graph: Path | None, run: Path | None, remarks: list[str]
) -> ShippedNetwork | TrainedNetwork | None:
    """Open the run, the graph or what ships; None if that cannot be opened."""
    from .runners import ShippedNetwork, TrainedNetwork, read_run

    if run is not None:
        return TrainedNetwork(read_run(run))
    engine = open_graph(MOTION, graph, remarks, "The network")
    return None if engine is None else ShippedNetwork(engine)
