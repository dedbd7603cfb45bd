"""`facewire-models evaluate footage`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from engines.runtime.graphs import SOLVER
from models.training.explained import explained
from models.training.options import CLIP_FOLDERS, ClipTable, JsonFile, ReportFolder
from models.training.shipped import open_graph

SEGMENTS = "segments.json"
"""Beside the manifest: labelled passages of its clips."""


def add_commands(evaluate: typer.Typer) -> None:
    """Hang the command into the group."""
    evaluate.command("footage")(evaluate_footage)


def evaluate_footage(
    clips: Annotated[list[Path], CLIP_FOLDERS],
    data: Annotated[
        Path | None,
        typer.Option(
            help="Folder with ict_facekit/ and mediapipe/. Without it, a folder above "
            "the clips that has them.",
            file_okay=False,
        ),
    ] = None,
    manifest: ClipTable = None,
    use: Annotated[
        str, typer.Option(help="Rows of the manifest to judge, by their `use`.")
    ] = "test",
    graph: Annotated[
        Path | None,
        typer.Option(
            help="A learned solver in ONNX. Without it, the shipped one.",
            dir_okay=False,
        ),
    ] = None,
    old: Annotated[
        Path | None,
        typer.Option(help="A second graph, to compare with.", dir_okay=False),
    ] = None,
    solver: Annotated[
        list[str] | None,
        typer.Option(help="Judge only this solver; may be given more than once."),
    ] = None,
    anchor: Annotated[
        list[str] | None,
        typer.Option(
            help="Try the learned solver with other strengths of its anchor, as "
            "lipsX=0.06 or mouthLeft=2,mouthRight=2; may be given more than once. Not "
            "with rows of use = test: what is chosen must not be judged on them."
        ),
    ] = None,
    every: Annotated[
        int, typer.Option(min=1, help="Draw the avatar for every n-th picture.")
    ] = 4,
    tracker: Annotated[
        Path | None,
        typer.Option(
            help="Folder with a landmark network of OpenSeeFace, for a second opinion "
            "of the actor. Without it, MediaPipe's task gives one.",
            file_okay=False,
        ),
    ] = None,
    ceiling: Annotated[
        bool,
        typer.Option(help="Measure how far perfect curves come; about two minutes."),
    ] = True,
    head: Annotated[
        Path | None,
        typer.Option(
            help="A GLB file with ARKit's shapes: draw this head instead of the "
            "average one.",
            dir_okay=False,
        ),
    ] = None,
    sheet: Annotated[
        bool,
        typer.Option(
            "--sheet", help="Write contact sheets of where the solvers differ most."
        ),
    ] = False,
    video: Annotated[
        bool,
        typer.Option(
            "--video", help="Write a video of each clip's actor beside the avatars."
        ),
    ] = False,
    each: Annotated[
        bool, typer.Option("--each", help="Print every clip's r as well.")
    ] = False,
    out: ReportFolder = Path("out/footage"),
    json_file: JsonFile = None,
) -> None:
    """Compare what an avatar does with what the actor of a clip does."""
    with explained("evaluate footage", extra="models"):
        from engines.face.solver_network import SolverNetwork
        from models.data.manifest import read_rows
        from models.training import checkpoint

        from .avatar import Avatar, open_average_head
        from .character_avatar import open_character
        from .data_folder import find_data, find_task
        from .evaluate import (
            Report,
            evaluate_ceilings,
            evaluate_clips,
            evaluate_labels,
        )
        from .independent import open_tracker
        from .labelled import read_segments
        from .mesh import MeshMeasures
        from .report import as_json, show
        from .sheet import write_sheets
        from .solvers import choose, openers
        from .video import write_video

        uses = use.split(",")
        if anchor and manifest is not None and "test" in uses:
            raise ValueError(
                "--anchor: settings are not chosen on rows with use = test; give "
                "--use train"
            )
        report = Report()
        segments = {}
        rows = read_rows(manifest, clips, uses)
        if manifest is None:
            report.remarks.append(
                "Labelled pictures were left out: --manifest names a file of labels."
            )
        elif (manifest.parent / SEGMENTS).is_file():
            segments = read_segments(manifest.parent / SEGMENTS)
        engine = open_graph(SOLVER, graph, report.remarks, "The learned solver")
        network = None if engine is None else SolverNetwork(engine)
        before = None
        if old is not None:
            other = open_graph(SOLVER, old, report.remarks, "The old graph")
            before = None if other is None else SolverNetwork(other)
        folder = find_data(data, clips)
        task = find_task(folder, report.remarks)
        makes = choose(openers(network, task, before, anchor or ()), solver or ())
        second = open_tracker(tracker, task)
        if tracker is None and task is not None:
            report.remarks.append(
                "No independent tracker was given: --tracker names a folder with one. "
                "The second opinion is that of MediaPipe's task, which is kin to "
                "FaceMesh."
            )
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        try:
            with Progress(*columns, transient=True) as progress:
                bar = progress.add_task("reading", total=None)

                def tell(what: str, done: int, total: int) -> None:
                    progress.update(bar, description=what, completed=done, total=total)

                avatar: Avatar
                if head is None:
                    average = open_average_head(folder)
                    report.mesh = MeshMeasures(average.head)
                    avatar = average
                else:
                    avatar = open_character(head)
                evaluate_clips(report, rows, makes, avatar, second, every, tell)
                evaluate_labels(report, rows, segments, makes, tell)
                if ceiling and report.clips:
                    evaluate_ceilings(report, folder, avatar, tell)
                written = write_sheets(out, report.clips, avatar, tell) if sheet else []
                if video:
                    written += [
                        write_video(out, clip, avatar, tell) for clip in report.clips
                    ]
        finally:
            for opened in (network, before, second):
                if opened is not None:
                    opened.close()
        out.mkdir(parents=True, exist_ok=True)
        checkpoint.write_json(out / "footage.json", as_json(report))
        if json_file is not None:
            checkpoint.write_json(json_file, as_json(report))
    show(report, Console(), each)
    for path in written:
        typer.echo(path)
