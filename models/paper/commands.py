"""`facewire-models evaluate paper`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from models.training.explained import explained
from models.training.options import JsonFile, ReportFolder

from .collect import Evaluate, Source, gather
from .page import as_json, page
from .part import Part

PAGE: Final = "paper.html"


def add_commands(evaluate: typer.Typer) -> None:
    """Hang the command into the group."""
    evaluate.command("paper")(evaluate_paper)


def _results(command: str) -> typer.models.OptionInfo:
    made: typer.models.OptionInfo = typer.Option(
        help=f"JSON file of an earlier `{command}`, which then does not run again.",
        dir_okay=False,
    )
    return made


def evaluate_paper(
    data: Annotated[
        Path | None,
        typer.Option(
            help="Folder with fer2013/, arkit_takes/, characters/ and real_faces/. "
            "What is absent is left out, and the report says so.",
            file_okay=False,
        ),
    ] = None,
    quick: Annotated[
        bool,
        typer.Option("--quick", help="Run nothing that takes more than a minute."),
    ] = False,
    expression: Annotated[Path | None, _results("evaluate expression")] = None,
    motion: Annotated[Path | None, _results("evaluate motion")] = None,
    refiner: Annotated[Path | None, _results("evaluate refiner")] = None,
    animation: Annotated[Path | None, _results("evaluate animation")] = None,
    speed: Annotated[Path | None, _results("facewire bench --json")] = None,
    out: ReportFolder = Path("out/paper"),
    json_file: JsonFile = None,
) -> None:
    """Evaluate all that the paper has, figure by figure, into one HTML report."""
    console = Console()
    with explained("evaluate paper"):
        from models.training import checkpoint, json_report

        sources = {
            "expression": _expression(data, expression, out / "expression"),
            "motion": _motion(data, motion, out / "motion"),
            "refiner": _refiner(data, refiner, out / "refiner"),
            "animation": _animation(data, animation, out / "animation"),
            "speed": Source(
                *("--speed", speed, out, None),
                why="--speed FILE adds what `facewire bench --json > FILE` measured.",
            ),
        }
        parts = gather(sources, quick, lambda name: console.print(f"{name} ..."))
        facts = {"commit": checkpoint.commit(), "machine": checkpoint.machine()}
        out.mkdir(parents=True, exist_ok=True)
        (out / PAGE).write_text(page(parts, facts), encoding="utf-8")
        found = json_report.report({}, {"parts": as_json(parts)})
        for path in (out / "paper.json", json_file):
            if path is not None:
                checkpoint.write_json(path, found)
    _show(parts, console)
    typer.echo(out / PAGE)


def _show(parts: list[Part], console: Console) -> None:
    for part in parts:
        told = f"left out: {part.left_out}" if part.left_out else "measured"
        console.print(f"{part.figure}: {part.title}: {told}", markup=False)


def _expression(data: Path | None, file: Path | None, folder: Path) -> Source:
    faces = None if data is None else data / "fer2013"
    if faces is None or not faces.is_dir():
        why = "--data names no folder with fer2013/, whose faces are judged."
        return Source("--expression", file, folder, None, why)

    def evaluate(path: Path) -> None:
        from models.expression.commands import evaluate_expression

        evaluate_expression(
            faces, out=folder, json_file=path, cache=folder / "features"
        )

    return Source("--expression", file, folder, _quietly(evaluate))


def _motion(data: Path | None, file: Path | None, folder: Path) -> Source:
    def evaluate(path: Path) -> None:
        from models.motion.evaluate_commands import evaluate_motion

        evaluate_motion(_takes(data), out=folder, json_file=path)

    return Source("--motion", file, folder, _quietly(evaluate))


def _refiner(data: Path | None, file: Path | None, folder: Path) -> Source:
    def evaluate(path: Path) -> None:
        from models.refiner.evaluate_commands import evaluate_refiner

        evaluate_refiner(_takes(data), out=folder, json_file=path)

    return Source("--refiner", file, folder, _quietly(evaluate))


def _animation(data: Path | None, file: Path | None, folder: Path) -> Source:
    if data is None or not (data / "real_faces").is_dir():
        why = "--data names no folder with real_faces/, whose clips are played."
        return Source("--animation", file, folder, None, why)

    def evaluate(path: Path) -> None:
        from models.animation.commands import evaluate_animation

        evaluate_animation(data, out=folder, json_file=path)

    return Source("--animation", file, folder, _quietly(evaluate))


def _takes(data: Path | None) -> Path | None:
    return data if data is not None and (data / "arkit_takes").is_dir() else None


def _quietly(evaluate: Evaluate) -> Evaluate:
    """Return an evaluation whose failure does not end the report."""

    def run(path: Path) -> None:
        try:
            evaluate(path)
        except typer.Exit:
            # It has printed a sentence of its own.
            raise RuntimeError("its message was printed above") from None

    return run
