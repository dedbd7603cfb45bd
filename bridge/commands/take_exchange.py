"""`facewire take import` and `take export`: takes of and for other programs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console

from bridge.errors import TakeError
from bridge.printing import PlainConsole
from protocols.wording import counted, shown

if TYPE_CHECKING:
    from bridge.takes.take import Take

SLOWEST, FASTEST = 1, 1000
"""Frames a second."""

_UNFIT: Final = re.compile(r"[^\w .-]+")
"""What a file's name is spared."""


def add_commands(take: typer.Typer) -> None:
    """Hang both commands into the group `facewire take`."""
    take.command("import")(import_takes)
    take.command("export")(export_takes)


def import_takes(
    files: Annotated[
        list[Path], typer.Argument(help="CSV files of Live Link Face.", metavar="CSV")
    ],
    to: Annotated[
        Path | None,
        typer.Option(help="Folder for the takes; that of each file without it."),
    ] = None,
    subject: Annotated[
        str | None,
        typer.Option(help="The actor's name; the phone's, or the file's, without it."),
    ] = None,
    rate: Annotated[
        str | None,
        typer.Option(
            help="What the frames of the timecode count at, as in 30 or 30000/1001; "
            "found in the file without it."
        ),
    ] = None,
) -> None:
    """Read Live Link Face CSV, and write a take of the same name a file.

    Columns may come in any order, frames at any rate. Frames without a face hold the
    last pose, broken rows are left out. Whatever was repaired or left out is said, and
    kept in the take's notes.
    """
    # Numpy and mcap: not for --help.
    from bridge.takes.imported import import_csv
    from bridge.takes.write import write_recording

    console = PlainConsole(soft_wrap=True)
    counted = None if rate is None else parse_rate("--rate", rate)
    if to is not None and not to.is_dir():
        raise TakeError(f"--to {to}: no such folder; make it first")
    failed = []
    for path in files:
        out = (path.parent if to is None else to) / f"{path.stem}.mcap"
        try:
            imported = import_csv(path, subject, counted)
            write_recording(out, imported.recording)
        except TakeError as error:
            # One bad file does not keep the others out.
            failed.append(str(error))
            continue
        (taken,) = imported.recording.takes
        _tell(console, out, taken, imported.notes)
    if failed:
        raise TakeError("\n".join(failed))


def export_takes(
    file: Annotated[Path, typer.Argument(help="A take.")],
    kind: Annotated[
        str,
        typer.Option("--format", help="csv, bvh, gltf or usd.", metavar="KIND"),
    ],
    to: Annotated[
        Path | None,
        typer.Option(help="File or folder to write; beside the take without it."),
    ] = None,
    subject: Annotated[
        str | None, typer.Option(help="One face of several; all without it.")
    ] = None,
    fps: Annotated[
        str | None,
        typer.Option(
            help="Resample to so many frames a second. Without it gltf and usd keep "
            "every frame at its own time, bvh has the take's rate, csv always 60."
        ),
    ] = None,
) -> None:
    """Write a take for Unreal (csv), or for animation programs (bvh, gltf, usd).

    csv is what Unreal's Live Link Face importer takes. bvh has the bones alone; gltf
    (.glb) and usd (.usda) have a face with 52 morphs on ten bones. With several faces
    in the take, each goes into a file of its own that ends in its name.
    """
    from bridge.takes.exported import SUFFIXES, export_take
    from bridge.takes.read import read_recording

    chosen = next((name for name in SUFFIXES if name == kind.lower()), None)
    if chosen is None:
        raise TakeError(f"--format {kind}: expected {', '.join(SUFFIXES)}")
    rate = None if fps is None else parse_rate("--fps", fps)
    takes = read_recording(file).takes
    if subject is not None:
        names = ", ".join(repr(take.subject) for take in takes)
        takes = tuple(take for take in takes if take.subject == subject)
        if not takes:
            raise TakeError(f"--subject {subject!r}: {file} has {shown(names, 300)}")
    console = PlainConsole(soft_wrap=True)
    for take, path in zip(
        takes, _targets(file, to, takes, SUFFIXES[chosen]), strict=True
    ):
        notes = export_take(take, chosen, path, rate)
        _tell(console, path, take, notes)


def parse_rate(option: str, text: str) -> Fraction:
    """Return the rate of 60, 29.97 or 30000/1001, or raise TakeError."""
    try:
        rate = Fraction(text) if len(text) <= 24 else Fraction(0)
    except (ValueError, ZeroDivisionError):
        rate = Fraction(0)
    if not SLOWEST <= rate <= FASTEST:
        raise TakeError(
            f"{option} {text}: expected frames a second from {SLOWEST} to {FASTEST}, "
            "as in 60 or 30000/1001"
        )
    return rate


def _targets(
    file: Path, to: Path | None, takes: tuple[Take, ...], suffix: str
) -> list[Path]:
    """Return a path a take, all different; several get their subjects' names."""
    path = file.with_suffix(suffix) if to is None else to
    try:
        if path.is_dir():
            path = path / f"{file.stem}{suffix}"
        if not path.parent.is_dir():
            raise TakeError(f"--to {path}: no such folder as {path.parent}")
    except OSError as error:
        raise TakeError(f"--to {path}: cannot be a file ({error.strerror})") from None
    if len(takes) == 1:
        return [path]
    out: list[Path] = []
    for take in takes:
        name = _UNFIT.sub("_", take.subject)[:64]
        named = path.with_name(f"{path.stem}_{name}{path.suffix}")
        # Two subjects may differ by nothing but what a file's name cannot hold.
        while named in out:
            named = named.with_name(f"{named.stem}_{path.suffix}")
        out.append(named)
    return out


def _tell(console: Console, path: Path, take: Take, notes: Iterable[str]) -> None:
    count = len(take.captured_ns)
    told = counted(count, "frame")
    if count > 1:
        told += f", {take.seconds:.1f} s at {take.fps:.4g} fps"
    console.print(f"{shown(str(path), None)}: {shown(take.subject)}, {told}")
    for note in notes:
        console.print(f"  {shown(note, 300)}")
