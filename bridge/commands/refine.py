"""`facewire refine`: removes defects from takes, and reports the changes."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from bridge.config import Engines
from bridge.errors import ConfigError
from bridge.printing import PlainConsole, say
from bridge.refine.needed import require
from engines.runtime.weights import FOLDER
from protocols.wording import counted

from .options import Device, Precision, engines_of

if TYPE_CHECKING:
    from bridge.refine.job import Job, Outcome


def refine(
    takes: Annotated[
        list[Path],
        typer.Argument(
            metavar="TAKE...",
            help="Recorded takes, or folders with takes; refined ones are skipped.",
        ),
    ],
    amount: Annotated[
        float,
        typer.Option(min=0.0, max=1.0, help="Share of the change; 0 changes nothing."),
    ] = 1.0,
    lock: Annotated[
        list[str] | None,
        typer.Option(
            metavar="START-END", help="Seconds of a take that must not change."
        ),
    ] = None,
    lock_frames: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIRST-LAST",
            help="Frames of a take that must not change, counted from 0.",
        ),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Folder for the results; that of the take by default."
        ),
    ] = None,
    jobs: Annotated[
        int,
        typer.Option(min=0, help="Takes at the same time; 0 uses all cores."),
    ] = 1,
    cluster: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Use this Ray cluster, whose machines must see the same files.",
        ),
    ] = None,
    device: Device = "cpu",
    precision: Precision = "auto",
) -> None:
    """Remove jitter, jumps, short gaps and repeated pictures from recorded takes.

    Writes NAME_refined.mcap and a report (.html, .json), and overwrites nothing.
    Takes that were refined before with the same settings are skipped.
    """
    require()
    # Imported here, so that --help does not load SciPy and ONNX Runtime.
    from bridge.refine.job import Job
    from bridge.refine.library import find_takes
    from bridge.refine.locks import parse_locks
    from bridge.refine.refiner import open_refiner

    engines = engines_of(device, precision)
    locks = parse_locks(list(lock or ()), list(lock_frames or ()))
    found = find_takes(takes)
    if to is not None:
        _make(to)
    # Raises now if the weights are missing. The runtimes of a cluster's machines
    # cannot be checked from here, so the processor stands in for them.
    here = engines if cluster is None else Engines(device="cpu")
    open_refiner(FOLDER, here).refiner.close()
    work = [
        Job(path, to or path.parent, amount, locks, FOLDER, engines) for path in found
    ]
    try:
        outcomes = _work(work, jobs, cluster)
    except KeyboardInterrupt:
        told = "stopped; finished takes are kept; run the same command for the rest"
        say(told, error=True)
        raise typer.Exit(130) from None
    _show(PlainConsole(), outcomes)
    if any(outcome.state == "failed" for outcome in outcomes):
        raise typer.Exit(1)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"--to {folder}: the folder cannot be created ({error.strerror}); choose "
            "another one"
        ) from None


def _work(jobs: list[Job], count: int, cluster: str | None) -> list[Outcome]:
    """Run the jobs with a progress bar; return outcomes in the order of the jobs."""
    from bridge.refine.library import refine_here, refine_on_cluster, refine_on_cores

    outcomes: dict[Path, Outcome] = {}
    with ExitStack() as stack:
        columns = (
            *(TextColumn("{task.description}"), BarColumn(), TaskProgressColumn()),
            *(TextColumn("{task.fields[ended]}"), TimeRemainingColumn()),
        )
        shown = stack.enter_context(
            Progress(*columns, console=PlainConsole(stderr=True), transient=True)
        )
        bar = shown.add_task("refining", total=len(jobs), ended="")

        def progress(part: float) -> None:
            shown.advance(bar, part)

        def done(outcome: Outcome) -> None:
            outcomes[outcome.path.resolve()] = outcome
            ended = len(outcomes)
            told = f"{ended} of {counted(len(jobs), 'take')}"
            shown.update(bar, completed=ended, ended=told)

        if cluster is not None:
            refine_on_cluster(jobs, cluster, done)
        elif count == 1:
            refine_here(jobs, done, progress)
        else:
            refine_on_cores(jobs, count, done)
    return [outcomes[job.path.resolve()] for job in jobs]


def _show(console: Console, outcomes: list[Outcome]) -> None:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("take", "", "length", "written", ""):
        table.add_column(title, overflow="fold")
    for outcome in outcomes:
        table.add_row(
            outcome.path.name,
            outcome.state,
            f"{outcome.seconds:.1f} s" if outcome.frames else "",
            "" if outcome.output is None else outcome.output.name,
            outcome.told,
        )
    console.print(table, highlight=False, markup=False)
    states = [outcome.state for outcome in outcomes]
    frames = sum(outcome.frames for outcome in outcomes)
    spent_s = sum(outcome.spent_s for outcome in outcomes)
    counts = [
        f"{states.count(state)} {state}"
        for state in ("refined", "left", "skipped", "failed")
        if state in states
    ]
    if frames:
        told = counted(frames, "frame", ",")
        counts.append(f"{told}, {frames / spent_s:,.0f} per second and core")
    console.print(", ".join(counts), highlight=False)
