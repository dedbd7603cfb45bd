"""`facewire-models data motion` and `facewire-models calibrate-noise`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from models.training.explained import explained
from protocols.wording import counted


def add_commands(app: typer.Typer, data: typer.Typer) -> None:
    """Hang the commands into the whole program and the group of the same name."""
    data.command("motion")(make_motion)
    app.command("calibrate-noise")(calibrate_noise)


def make_motion(
    out: Annotated[
        Path, typer.Option(help="Folder for shards and pictures.", file_okay=False)
    ] = Path("motion"),
    count: Annotated[int, typer.Option(min=1, help="Number of sequences.")] = 64,
    seconds: Annotated[float, typer.Option(min=4.0, max=600.0)] = 12.0,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    shard: Annotated[int, typer.Option(min=1, help="Sequences per file.")] = 64,
    takes: Annotated[
        Path | None,
        typer.Option(
            "--data", help="Folder with arkit_takes/, for comparison.", file_okay=False
        ),
    ] = None,
    fps: Annotated[
        float, typer.Option(min=5.0, max=240.0, help="Frame rate in performance.png.")
    ] = 30.0,
    noise: Annotated[
        Path | None,
        typer.Option(
            help="Noise from `calibrate-noise` for performance.png.", dir_okay=False
        ),
    ] = None,
) -> None:
    """Generate clean motion, compare it with published statistics, and draw it.

    `train motion` does not need this: it generates its own motion. Generation is about
    a thousand times faster than real time. A statistic with a ! is outside the
    published range; with only a few minutes of motion that may be chance.
    """
    with explained("data motion"):
        import numpy as np

        from models.data.motion.noise import DEFAULT, Noise, corrupt
        from models.data.motion.performance import perform
        from models.data.motion.shards import write_shard
        from models.data.motion.takes import take_paths, take_performance

        from .plots import performance_picture, statistics_picture
        from .statistics import statistics

        recorded = []
        if takes is not None:
            for path in take_paths(takes, "train"):
                recorded += take_performance(path)
        known = DEFAULT if noise is None else Noise.read(noise)
        out.mkdir(parents=True, exist_ok=True)
        made = []
        columns = (
            TextColumn("performing"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns) as progress:
            bar = progress.add_task("", total=count)
            for k in range(count):
                # Each has its own seed, so that each can be made again alone.
                made.append(perform(seconds, np.random.default_rng((seed, k))))
                progress.update(bar, completed=k + 1)
        for first in range(0, count, shard):
            path = out / f"motion-{first // shard:05d}.npz"
            write_shard(path, made[first : first + shard])
        observed = corrupt(made[0], known, fps, np.random.default_rng(seed))
        performance_picture(out / "performance.png", made[0], observed)
        statistics_picture(out / "statistics.png", made, recorded)
        found = statistics(made)
        beside = statistics(recorded) if recorded else []

    table = Table(title=f"{counted(count, 'sequence')} of {seconds:g} s")
    for title in ("", "generated", "should be", "recorded", "source"):
        table.add_column(title)
    for i, each in enumerate(found):
        table.add_row(
            each.name,
            f"{each.value:.3g} {each.unit}" + ("" if each.holds else "  !"),
            f"{each.low:g} to {each.high:g}",
            f"{beside[i].value:.3g}" if beside else "",
            each.source,
        )
    Console().print(table)
    made_count = counted(count, "sequence")
    typer.echo(f"{out}: {made_count}; look at statistics.png, performance.png")


def calibrate_noise(
    clip: Annotated[
        Path,
        typer.Argument(
            help="Ten seconds of a face at rest, or a clip with still passages.",
            exists=True,
            dir_okay=False,
        ),
    ],
    out: Annotated[
        Path, typer.Option(help="File for the result, JSON.", dir_okay=False)
    ] = Path("noise.json"),
) -> None:
    """Measure the tracker's own noise on a clip, for training and evaluating motion.

    A frame takes about 40 ms. What cannot be measured on a still face (gains, pops,
    gaps) keeps its default.
    """
    with explained("calibrate-noise"):
        from engines.face.solver_network import SolverNetwork
        from engines.runtime.graphs import SOLVER
        from engines.runtime.onnx_runtime import OnnxRuntimeEngine
        from engines.runtime.weights import find_weights
        from models.data.motion.noise import DEFAULT

        from .tracker_noise import calibrate

        content = find_weights(SOLVER.name).read()
        network = SolverNetwork(OnnxRuntimeEngine(SOLVER, content))
        columns = (TextColumn("watching, frame {task.completed}"), TimeElapsedColumn())
        try:
            with Progress(*columns) as progress:
                bar = progress.add_task("", total=None)
                noise = calibrate(
                    clip, network, lambda done: progress.update(bar, completed=done)
                )
        finally:
            network.close()
        noise.write(out)
    pairs = zip(noise.level[:52], DEFAULT.level[:52], strict=True)
    ratios = sorted(level / usual for level, usual in pairs)
    typer.echo(
        f"{out}: {ratios[26]:.2f} of the default level (median); "
        f"{noise.white:.2f} white, {noise.slow:.2f} slow over {noise.slow_s:g} s, "
        f"{noise.common:.2f} common"
    )
