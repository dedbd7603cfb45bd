"""`facewire-models evaluate mood`: how steady the held expression is on real clips, and
what a person's own neutral face brings."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from models.training.explained import explained
from models.training.options import JsonFile

if TYPE_CHECKING:
    from protocols.arrays import Floats

    from .own_neutral import OwnNeutral
    from .steadiness import Steadiness

RAISED = ("sadness", "anger", "happiness")
"""Expressions that faces at rest read as most often."""


def add_command(evaluate: typer.Typer) -> None:
    """Hang the command into its group."""
    evaluate.command("mood")(evaluate_mood)


def evaluate_mood(
    clips: Annotated[
        list[Path], typer.Argument(help="Films with a face each.", dir_okay=False)
    ],
    graph: Annotated[
        Path | None,
        typer.Option(
            help="An ONNX file of the expression network. Without it, the one that "
            "ships.",
            dir_okay=False,
        ),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            help="Folder of FER2013 and FER+: also print what the own neutral costs "
            "on PublicTest.",
            file_okay=False,
        ),
    ] = None,
    json_file: JsonFile = None,
) -> None:
    """Print how steady expressions are on clips, and what a person's own neutral does.

    Both beside doing nothing: the largest probability of each frame, and probabilities
    as the network reads them.
    """
    console = Console()
    with explained("evaluate mood"), console.status("reading") as status:
        from engines.runtime.weights import find_weights
        from models.training import checkpoint

        from . import own_neutral, steadiness
        from .watched import watch_live

        file = (
            find_weights("expression").read() if graph is None else graph.read_bytes()
        )
        seen = watch_live(clips, file, lambda name: status.update(name))
        steady = steadiness.compare(seen)
        own = {
            "itself": own_neutral.compare(seen),
            **{name: own_neutral.compare(seen, name) for name in RAISED},
        }
        cost = {} if data is None else _cost(file, data)
        if json_file is not None:
            parts = {
                "clips": [clip.name for clip in seen],
                "steadiness": {name: asdict(one) for name, one in steady.items()},
                "own_neutral": {name: asdict(one) for name, one in own.items()},
                "cost": {name: row.tolist() for name, row in cost.items()},
            }
            checkpoint.write_json(json_file, parts)
    console.print(_steady(steady, sum(clip.minutes for clip in seen)))
    console.print(_own(own))
    if cost:
        console.print(_costs(cost))


def _cost(graph: bytes, data: Path) -> dict[str, Floats]:
    from engines.face.crop import whole
    from models.data.photographs.fer2013 import PUBLIC, majority, read_faces
    from models.data.rendered.landmarks import find_landmarks

    from .int8_gate import answers
    from .live_faces import as_live
    from .own_neutral import cost

    public = read_faces(data).split(PUBLIC)
    public = as_live(public, find_landmarks(public.images))
    said, truth = answers(graph, whole(public.images)), majority(public.votes)
    return {name: cost(said, truth, name) for name in RAISED}


def _steady(found: dict[str, Steadiness], minutes: float) -> Table:
    table = Table(
        title=f"Steadiness, {60 * minutes:.0f} s of clips", title_justify="left"
    )
    for heading in ("", "changes a minute", "shortest, s", "as smoothed", "delay, ms"):
        table.add_column(heading, justify="right" if heading else "left")
    for name, one in found.items():
        table.add_row(
            name,
            f"{one.changes:.1f}",
            f"{one.shortest_s:.2f}",
            f"{one.agrees:.1%}",
            f"{one.delay_ms:.0f}",
        )
    return table


def _own(found: dict[str, OwnNeutral]) -> Table:
    one = next(iter(found.values()))
    table = Table(
        title=f"Own neutral: {one.rest} frames at rest called neutral, and "
        f"{one.clear} clear expressions called by their name",
        title_justify="left",
        caption="read as: the face at rest is made to read so (own_neutral.py). "
        "taken: the first second at rest is a calibration",
    )
    table.add_column("read as")
    for what in ("rest", "clear"):
        for way in ("read", "estimate", "taken"):
            table.add_column(f"{what}\n{way}", justify="right")
    for name, row in found.items():
        table.add_row(name, *(f"{share:.1%}" for share in (*row.neutral, *row.kept)))
    return table


def _costs(found: dict[str, Floats]) -> Table:
    table = Table(
        title="Cost on PublicTest (FER+), with strangers' faces as faces at rest",
        title_justify="left",
    )
    for heading in ("at rest", "its recall", "after", "accuracy of all", "after"):
        table.add_column(heading, justify="right")
    for name, row in found.items():
        table.add_row(name, *(f"{value:.1%}" for value in row.tolist()))
    return table
