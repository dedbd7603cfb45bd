"""`facewire-models evaluate animation`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from models.training.explained import explained
from models.training.options import CLIP_FOLDERS, ClipTable, JsonFile, ReportFolder


def add_commands(evaluate: typer.Typer) -> None:
    """Hang the command into the group."""
    evaluate.command("animation")(evaluate_animation)


def evaluate_animation(
    data: Annotated[
        Path | None,
        typer.Option(
            help="Folder with characters/, for two more characters than the built-in "
            "head, and with real_faces/, for clips and stills without --clips.",
            file_okay=False,
        ),
    ] = None,
    clips: Annotated[list[Path] | None, CLIP_FOLDERS] = None,
    manifest: ClipTable = None,
    use: Annotated[
        str,
        typer.Option(
            help="Rows of the manifest to judge, by their `use`. Keyframes are tuned "
            "on rows with use = train."
        ),
    ] = "test",
    character: Annotated[
        list[Path] | None,
        typer.Option(
            help="A .glb or .vrm file to animate; may be given more than once. "
            "Without it, the built-in head and two characters of --data.",
            dir_okay=False,
        ),
    ] = None,
    every: Annotated[
        int, typer.Option(min=1, help="Draw the characters in every n-th frame.")
    ] = 6,
    longest: Annotated[
        float, typer.Option(min=1.0, help="Seconds of each clip that are looked at.")
    ] = 20.0,
    tune_on: Annotated[
        int,
        typer.Option(
            min=0, help="Clips, and stills, with use = train to tune keyframes on."
        ),
    ] = 4,
    out: ReportFolder = Path("out/animation"),
    json_file: JsonFile = None,
) -> None:
    """Compare our animation of characters with keyframes: fidelity and fluency.

    Without --manifest, manifest.csv in the folders of clips counts.
    """
    with explained("evaluate animation", extra="models"):
        from models.training import checkpoint, json_report

        from .report import NAME, headline, parts, show, write_text
        from .run import Wanted, find_material, run

        wanted = Wanted(
            material=find_material(data, clips or (), manifest, use.split(",")),
            characters=tuple(character or ()),
            data=data,
            every=every,
            longest_s=longest,
            tune_on=tune_on,
        )
        out.mkdir(parents=True, exist_ok=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, transient=True) as progress:
            bar = progress.add_task("reading", total=None)

            def tell(what: str, done: int, total: int) -> None:
                progress.update(bar, description=what, completed=done, total=total)

            report, written = run(wanted, out, tell)
        found = json_report.report(headline(report), parts(report), report.remarks)
        for path in (out / NAME, json_file):
            if path is not None:
                checkpoint.write_json(path, found)
        write_text(report, out / "animation.txt")
    show(report, Console())
    for path in written:
        typer.echo(path)
