"""`facewire bench`: measures latency and accuracy on the bundled clip."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from bridge.printing import PlainConsole, say_json

from .options import Device, Precision, engines_of

if TYPE_CHECKING:
    from bridge.bench.pages import PagesCost
    from bridge.config import Engines


class Choice(StrEnum):
    """Solvers that need no extra files."""

    learned = "learned"
    geometric = "geometric"


def bench(
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON for scripts.")
    ] = False,
    seconds: Annotated[
        float,
        typer.Option(min=0.2, max=3600.0, help="Seconds of one turn at one rate."),
    ] = 8.0,
    rounds: Annotated[
        int,
        typer.Option(
            min=1,
            help="Turns of the daemon and of a tracker alone, each at every rate.",
        ),
    ] = 3,
    curves: Annotated[
        bool,
        typer.Option(
            "--curves", help="Measure the accuracy of the curves instead of latency."
        ),
    ] = False,
    solver: Annotated[
        Choice, typer.Option(help="The solver to measure.")
    ] = Choice.learned,
    picture: Annotated[
        Path | None,
        typer.Option(
            help="Draw the clip, its true curves and the solved ones to this file "
            "(.png or .jpg)."
        ),
    ] = None,
    soak: Annotated[
        float | None,
        typer.Option(
            min=0.1, max=1e5, help="Record the memory for this many minutes instead."
        ),
    ] = None,
    character: Annotated[
        list[Path] | None,
        typer.Option(
            help="Measure how fast this character's file is retargeted and drawn "
            "instead; may be given several times."
        ),
    ] = None,
    pages: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=16,
            help="Measure what this many open monitor pages cost the stream instead.",
        ),
    ] = None,
    task: Annotated[
        Path | None,
        typer.Option(
            help="Task file of MediaPipe's FaceLandmarker, to compare with it.",
            dir_okay=False,
        ),
    ] = None,
    faces: Annotated[
        int,
        typer.Option(min=1, max=8, help="How often the clip's actor is in a picture."),
    ] = 1,
    device: Device = "cpu",
    precision: Precision = "auto",
) -> None:
    """Measure the latency of each stage and of a tracker alone.

    That tracker is MediaPipe's, if mediapipe 0.10.21 is installed or --task is given.

    Runs at 30 fps, at 60 fps and as fast as possible, and takes about two and a
    half minutes. Close other programs, because a busy machine raises the p99.
    """
    # Imported here, so that --help does not load MediaPipe and OpenCV.
    from bridge.bench.accuracy import perform, show_curves
    from bridge.bench.pages import show_pages
    from bridge.bench.picture import write
    from bridge.bench.report import as_json as plain
    from bridge.bench.report import show
    from bridge.bench.run import measure_all, measure_memory

    console = PlainConsole()
    if character:
        _characters(character, seconds, as_json, console)
        return
    engines = engines_of(device, precision)
    if curves or picture is not None:
        performance = perform(solver.value, engines=engines)
        if picture is not None:
            write(performance, picture)
        if as_json:
            rows = [asdict(row) for row in performance.rows()]
            say_json(rows)
        else:
            show_curves(console, performance)
        return
    with Progress(console=PlainConsole(stderr=True), transient=True) as progress:
        if soak is not None:
            minutes = measure_memory(soak, progress, solver.value, engines)
            say_json(minutes)
            return
        if pages is not None:
            costs = _pages(pages, seconds, rounds, progress, solver.value, engines)
        else:
            report = measure_all(
                *(seconds, rounds, progress, solver.value, engines),
                against=task,
                faces=faces,
            )
    if pages is not None:
        if as_json:
            say_json([asdict(row) for row in costs])
        else:
            show_pages(console, costs)
        return
    if as_json:
        say_json(plain(report))
    else:
        show(console, report)


def _pages(
    pages: int,
    seconds: float,
    rounds: int,
    progress: Progress,
    solver: str,
    engines: Engines,
) -> list[PagesCost]:
    from bridge.bench.pages import RATES, TURN_S, measure_pages
    from bridge.bench.receivers import Receivers

    pairs = max(1, round(seconds * rounds / TURN_S))
    turn_s = min(seconds, TURN_S)
    task = progress.add_task("pages", total=len(RATES) * pairs * 2)
    with Receivers(solver, engines) as receivers:
        return [
            measure_pages(
                *(pages, rate_hz, max(round(turn_s * rate_hz), 2), pairs, receivers),
                tick=lambda: progress.advance(task),
            )
            for rate_hz in RATES
        ]


def _characters(
    paths: list[Path], seconds: float, as_json: bool, console: Console
) -> None:
    from bridge.bench.drawing import measure_drawing, show_drawing
    from bridge.bench.retargeting import measure_retargeting, show_retargeting

    with Progress(console=PlainConsole(stderr=True), transient=True) as progress:
        bar = progress.add_task("characters", total=len(paths))
        rows = measure_drawing(
            paths, seconds, lambda done, _: progress.update(bar, completed=done)
        )
        times = [measure_retargeting(path) for path in paths]
    if as_json:
        both: list[dict[str, object]] = [
            asdict(row) | {"retargeting": asdict(time)}
            for row, time in zip(rows, times, strict=True)
        ]
        say_json(both)
    else:
        show_drawing(console, rows)
        show_retargeting(console, times)
