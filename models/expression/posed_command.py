"""`facewire-models data expressions`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from models.training.explained import explained
from protocols.wording import counted


def add_command(data: typer.Typer) -> None:
    """Hang the command into its group."""
    data.command("expressions")(make_rendered_expressions)


def make_rendered_expressions(
    source: Annotated[
        Path, typer.Option("--data", help="Folder with ict_facekit/ and arkit_takes/.")
    ],
    out: Annotated[Path, typer.Option(help="File to write.", dir_okay=False)] = Path(
        "posed.npz"
    ),
    people: Annotated[
        int, typer.Option(min=1, help="17 pictures of each; some show no face.")
    ] = 360,
) -> None:
    """Render people with each of the eight expressions, for `train expression`.

    One core makes about 20 pictures a second. A contact sheet is written beside them.
    """
    with explained("data expressions"):
        import cv2

        from models.data.rendered.person import open_studio
        from models.data.rendered.posed import (
            contact_sheet,
            join,
            make_posed_person,
            save_posed,
        )

        studio = open_studio(source, "train")
        out.parent.mkdir(parents=True, exist_ok=True)
        numbers = track(range(people), description="rendering people")
        faces = join([make_posed_person(studio, number) for number in numbers])
        save_posed(out, faces)
        sheet = out.with_suffix(".png")
        cv2.imwrite(str(sheet), contact_sheet(faces))
    typer.echo(f"{out}: {counted(len(faces), 'face')}; look at {sheet}")
