"""`facewire-models evaluate expressions`: several networks side by side."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from models.training.explained import explained
from models.training.options import JsonFile

from .commands import CACHE, DATA, LandmarkCache

if TYPE_CHECKING:
    from .candidates import Candidate, Judged
    from .passages import Passage


def add_command(evaluate: typer.Typer) -> None:
    """Hang the command into its group."""
    evaluate.command("expressions")(evaluate_expressions)


def evaluate_expressions(
    networks: Annotated[
        list[Path],
        typer.Argument(
            help="Training runs, or expression.npz files; one a seed of one recipe."
        ),
    ],
    data: Annotated[Path, DATA],
    beside: Annotated[
        Path | None,
        typer.Option(help="Another run or file, to compare robustness with."),
    ] = None,
    private: Annotated[
        bool,
        typer.Option(
            "--private",
            help="Ask PrivateTest, once for final networks; without it, PublicTest.",
        ),
    ] = False,
    robust: Annotated[
        bool,
        typer.Option(help="Also ask against changed faces: 26 more passes a network."),
    ] = True,
    both: Annotated[
        bool,
        typer.Option(
            help="Ask whole pictures, and faces cut as the daemon cuts them; without "
            "it only the form that a network learned from."
        ),
    ] = True,
    pictures: Annotated[
        Path | None,
        typer.Option(
            help="Folder real_faces: ask its made pictures, and with --private its "
            "posed ones.",
            file_okay=False,
        ),
    ] = None,
    footage: Annotated[
        Path | None, typer.Option(help="A clip to name by passages.", dir_okay=False)
    ] = None,
    passage: Annotated[
        list[str] | None,
        typer.Option(
            metavar="START:END=NAME",
            help="A passage of the clip, in seconds, and its expression; may be given "
            "more than once.",
        ),
    ] = None,
    cache: LandmarkCache = CACHE,
    json_file: JsonFile = None,
) -> None:
    """Print several networks with mean and spread, intervals and calibration.

    Everything is asked of PublicTest unless `--private` says otherwise, so that this
    may be run as often as a choice needs it.
    """
    console, tables = Console(), []
    with explained("evaluate expressions"), console.status("reading") as status:
        from models.data.photographs.fer2013 import (
            PRIVATE,
            PUBLIC,
            TRAINING,
            read_faces,
        )
        from models.training import checkpoint

        from . import candidates_report as report
        from .candidates import ask, judge, read
        from .live_faces import Forms, new_faces
        from .passages import parse_passage

        wanted = [parse_passage(text) for text in passage or ()]
        forms = Forms(read_faces(data), cache, status.update)
        usage = PRIVATE if private else PUBLIC

        cuts = forms.of(True)
        new = new_faces(cuts.split(usage), cuts.split(TRAINING))

        def asked(one: Candidate, live: bool, robust: bool = False) -> Judged:
            return judge(one, forms.of(live).split(usage), robust=robust)

        found, opened, on_new = [], [], []
        for path in networks:
            status.update(str(path))
            opened.append(one := read(path, forms))
            part = forms.of(one.calibration.live).split(usage)
            said = ask(one, part)
            found.append(judge(one, part, said, robust=robust))
            if new.any():
                on_new.append(judge(one, part.part(new), said.part(new)))
        other = None
        if beside is not None:
            status.update(str(beside))
            one = read(beside, forms)
            other = asked(one, one.calibration.live, robust)
        rows = [*found, *([] if other is None else [other])]
        more = []
        if both:
            status.update("the other form of the faces")
            more = [asked(one, not one.calibration.live) for one in opened]
        title = "PrivateTest" if private else "PublicTest"
        title_new = f"{title} without photographs of Training"
        for head, names in report.HEADS:
            tables.append(report.scores(found, head, title))
            if other is not None:
                tables.append(report.scores([other], head, f"{title}, beside"))
            if more:
                form = "faces in the form not learned"
                tables.append(report.scores(more, head, f"{title}, {form}"))
            tables.append(report.recalls(found, head, names, title))
            if on_new:
                tables.append(report.scores(on_new, head, title_new))
                tables.append(report.recalls(on_new, head, names, title_new))
            tables.append(report.confusion(found, head, names, title))
        tables.append(report.order(found, title))
        if on_new:
            tables.append(report.order(on_new, title_new))
        if robust:
            tables.append(report.robustness(found, other))
        if pictures is not None:
            tables += _stills(opened, pictures, status.update, posed=private)
        if footage is not None:
            tables += _passages(opened, footage, wanted)
        if json_file is not None:
            told = {"networks": report.as_json(rows), "new": report.as_json(on_new)}
            checkpoint.write_json(json_file, told)
    for table in tables:
        console.print(table)


def _stills(
    networks: list[Candidate], folder: Path, tell: Callable[[str], None], *, posed: bool
) -> list[Table]:
    from . import candidates_report as report
    from .stills import Kind, ask, find_stills

    kinds: tuple[Kind, ...] = ("made", "posed") if posed else ("made",)
    return [
        report.stills(
            kind,
            {
                one.name: ask(find_stills(folder, kind), one.graph(), tell)
                for one in networks
            },
        )
        for kind in kinds
    ]


def _passages(
    networks: list[Candidate], clip: Path, wanted: list[Passage]
) -> list[Table]:
    from . import candidates_report as report
    from .passages import name_passages
    from .watched import watch_live

    tables = []
    for one in networks:
        (seen,) = watch_live([clip], one.graph())
        title = f"{clip.name}, read by {one.name}"
        tables.append(report.passages(title, name_passages(seen, wanted)))
    return tables
