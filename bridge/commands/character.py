"""`facewire character`: shows what a character can do, and writes what moves it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import Progress

from bridge.printing import PlainConsole, say, say_json

from .options import AsJson

if TYPE_CHECKING:
    from engines.character.character import Character
    from engines.character.recognise import Recognition

character = typer.Typer(
    name="character", help="Show what a character can do; write what moves it."
)

File = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="A character: a .glb, .gltf or .vrm file."),
]
Geometry = Annotated[
    bool,
    typer.Option(
        "--geometry",
        help="Also check names by what the morph targets move. Takes some seconds; "
        "done anyway if names say nothing.",
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Replace existing files.")]


@character.command()
def inspect(
    file: File,
    geometry: Geometry = False,
    picture: Annotated[
        Path | None,
        typer.Option(metavar="PNG", help="Write a picture of it at rest."),
    ] = None,
    sheet: Annotated[
        Path | None,
        typer.Option(metavar="PNG", help="Write pictures of every curve at 1."),
    ] = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Show what a character is, what it can do, and what its licence forbids."""
    from bridge.characters.open import open_character
    from bridge.characters.report import report
    from bridge.characters.report_screen import report_screen
    from bridge.characters.write import check_out

    for path in (picture, sheet):
        if path is not None:
            check_out(path, ".png", force=force)
    opened = open_character(file)
    found = _known(opened, file, geometry)
    told = report(file, opened, found)
    if as_json:
        say_json(told.as_json())
    else:
        PlainConsole().print(report_screen(told))
    if picture is not None or sheet is not None:
        from bridge.characters.pictures import write_picture, write_sheet

        if picture is not None:
            write_picture(opened, found.mapping, picture)
        if sheet is not None:
            with Progress(console=PlainConsole(stderr=True), transient=True) as bar:
                task = bar.add_task(f"drawing {file.name}", total=None)
                write_sheet(
                    *(opened, found.mapping, sheet),
                    lambda done, total: bar.update(task, completed=done, total=total),
                )


@character.command("map")
def map_(
    file: File,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="TOML",
            help="Unset, NAME.character.toml beside the file, where facewire looks.",
        ),
    ] = None,
    geometry: Geometry = False,
    force: Force = False,
) -> None:
    """Write what moves a character as a file that you may edit.

    An edited file always wins over what facewire finds.
    """
    from bridge.characters.mapping_file import beside
    from bridge.characters.mapping_text import mapping_text
    from bridge.characters.open import open_character
    from bridge.characters.write import check_out, write_new

    path = beside(file) if out is None else out
    check_out(path, ".toml", force=force)
    opened = open_character(file)
    found = recognised(opened, geometry)
    text = mapping_text(found.mapping, title=file.name, by=found.by)
    write_new(path, text.encode("utf-8"))
    for sentence in found.alarms:
        say(f"! {sentence}")
    say(f"{path}: {len(found.mapping.drives)} lines that move {file.name}")


def recognised(opened: Character, geometry: bool) -> Recognition:
    """Return what moves a character, by names and shape alone."""
    from bridge.characters.known import known

    return known(opened, geometry=geometry, tell=lambda text: say(text, error=True))


def _known(opened: Character, file: Path, geometry: bool) -> Recognition:
    """Return what moves a character; an edited file beside it wins."""
    from dataclasses import replace

    from bridge.characters.chosen import absent
    from bridge.characters.mapping_file import beside, load_mapping

    found = recognised(opened, geometry)
    path = beside(file)
    if not path.is_file():
        return found
    mapping = load_mapping(path)
    by = {drive.source: "file" for drive in mapping.drives}
    told = f"{path.name} beside it says what moves it, and wins over what is found"
    lost = absent(opened, mapping, path.name)
    return replace(found, mapping=mapping, by=by, alarms=(*found.alarms, told, *lost))
