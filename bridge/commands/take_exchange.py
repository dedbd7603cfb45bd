"""`facewire take import | export`: exchanges takes with other programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from bridge.errors import ConfigError, TakeError
from bridge.printing import PlainConsole
from bridge.takes.free_names import path_of_each
from protocols.wording import counted, shown

if TYPE_CHECKING:
    from bridge.takes.take import Take

FOLDER = "livelink-folder"
"""The format that is a folder, as the phone leaves one."""
SLOWEST, FASTEST = 1, 1000
"""Limits of a frame rate, in frames per second."""


def add_commands(take: typer.Typer) -> None:
    """Add both commands to the group `facewire take`."""
    take.command("import")(import_takes)
    take.command("export")(export_takes)


def import_takes(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="CSV files of Live Link Face, or folders or zips of the phone.",
            metavar="PATH",
        ),
    ],
    to: Annotated[
        Path | None,
        typer.Option(help="Folder for the takes; that of each file by default."),
    ] = None,
    subject: Annotated[
        str | None,
        typer.Option(
            help="Name of the actor; the phone's or the file's name by default."
        ),
    ] = None,
    rate: Annotated[
        str | None,
        typer.Option(
            help="Frame rate of the timecodes, such as 30 or 30000/1001; read from the "
            "file by default."
        ),
    ] = None,
) -> None:
    """Read takes of Live Link Face, and write a take of the same name for each.

    A folder or a zip is one take of the phone, or has such folders in it.
    Columns of a CSV may have any order, and frames any rate. Frames without a
    face hold the last pose; broken rows are left out. Repairs and omissions are
    printed, and kept in the take's notes.
    """
    # Imported here, so that --help does not load NumPy and mcap.
    from bridge.takes.imported import Imported, import_csv
    from bridge.takes.phone_files import find
    from bridge.takes.phone_import import import_phone
    from bridge.takes.write import write_recording

    console = PlainConsole(soft_wrap=True)
    counted = None if rate is None else parse_rate("--rate", rate)
    if to is not None and not to.is_dir():
        raise ConfigError(f"--to {to}: no such folder; create it first")
    failed = []

    def put(beside: Path, name: str, read: Callable[[], Imported]) -> None:
        """Import one take; the other ones are imported in any case."""
        out = (to or beside) / f"{name}.mcap"
        try:
            imported = read()
            write_recording(out, imported.recording)
        except TakeError as error:
            failed.append(str(error))
            return
        (taken,) = imported.recording.takes
        _tell(console, out, taken, imported.notes)

    for path in files:
        if not _is_folder(path) and path.suffix.lower() != ".zip":
            put(path.parent, path.stem, partial(import_csv, path, subject, counted))
            continue
        try:
            found = find(path.absolute())
        except TakeError as error:
            failed.append(str(error))
            continue
        for one in found:
            put(one.beside, one.name, partial(import_phone, one, subject, counted))
    if failed:
        raise TakeError("\n".join(failed))


def _is_folder(path: Path) -> bool:
    """Return True for a folder; a path that no system can have is none."""
    try:
        return path.is_dir()
    except OSError:
        return False


def export_takes(
    file: Annotated[Path, typer.Argument(help="A take.")],
    kind: Annotated[
        str,
        typer.Option(
            "--format",
            help="csv, bvh, gltf, usd or livelink-folder.",
            metavar="KIND",
        ),
    ],
    to: Annotated[
        Path | None,
        typer.Option(help="File or folder to write; beside the take by default."),
    ] = None,
    subject: Annotated[
        str | None, typer.Option(help="Export only this face; all by default.")
    ] = None,
    fps: Annotated[
        str | None,
        typer.Option(
            help="Resample to this many frames per second. By default gltf and usd "
            "keep every frame at its own time, bvh has the take's rate, and csv has "
            "60."
        ),
    ] = None,
) -> None:
    """Write a take for Unreal (csv), or for animation programs (bvh, gltf, usd).

    csv is the format of Unreal's Live Link Face importer; livelink-folder is the
    folder in which the phone leaves a take, with the CSV and the video. bvh has
    only bones; gltf (.glb) and usd (.usda) have a face with 52 morphs on ten
    bones. If the take has several faces, each gets its own file, whose name ends
    with the face's name.
    """
    from bridge.takes.exported import SUFFIXES, export_take
    from bridge.takes.phone_export import export_folder, folder_name
    from bridge.takes.read import read_contents, read_recording
    from bridge.takes.store import beside

    chosen = next((name for name in SUFFIXES if name == kind.lower()), None)
    if chosen is None and kind.lower() != FOLDER:
        raise ConfigError(f"--format {kind}: expected {', '.join(SUFFIXES)}, {FOLDER}")
    rate = None if fps is None else parse_rate("--fps", fps)
    recording = read_recording(file)
    takes = recording.takes
    if subject is not None:
        names = ", ".join(repr(take.subject) for take in takes)
        takes = tuple(take for take in takes if take.subject == subject)
        if not takes:
            raise ConfigError(
                f"--subject {subject!r}: no such face; {file} has {shown(names, 300)}"
            )
    console = PlainConsole(soft_wrap=True)
    if chosen is None:
        if rate not in (None, 60):
            raise ConfigError(
                f"--fps {rate}: the phone's CSV has 60 fps; leave --fps out"
            )
        about = recording.about
        video = beside(file, about.video) if about.video else None
        pictures = read_contents(file).pictures if video else ()
        target = _target(to or file.parent, folder_name(about))
        # A dot in a folder's name begins no suffix.
        paths = path_of_each(target, [take.subject for take in takes], suffix="")
        for take, path in zip(takes, paths, strict=True):
            notes = export_folder(take, about, path, video, pictures)
            _tell(console, path, take, notes)
        return
    suffix = SUFFIXES[chosen]
    target = _target(to or file.with_suffix(suffix), f"{file.stem}{suffix}")
    paths = path_of_each(target, [take.subject for take in takes])
    for take, path in zip(takes, paths, strict=True):
        _tell(console, path, take, export_take(take, chosen, path, rate))


def parse_rate(option: str, text: str) -> Fraction:
    """Return the rate of a text such as 60, 29.97 or 30000/1001.

    Raises:
        ConfigError: the text is not a rate, or is outside the limits.
    """
    try:
        rate = Fraction(text) if len(text) <= 24 else Fraction(0)
    except (ValueError, ZeroDivisionError):
        rate = Fraction(0)
    if not SLOWEST <= rate <= FASTEST:
        raise ConfigError(
            f"{option} {text}: expected {SLOWEST} to {FASTEST} frames per second, such "
            "as 60 or 30000/1001"
        )
    return rate


def _target(path: Path, usual: str) -> Path:
    """Return the path of a new file; in a folder it gets the usual name."""
    try:
        if path.is_dir():
            path = path / usual
        if not path.parent.is_dir():
            raise ConfigError(
                f"--to {path}: no such folder: {path.parent}; create it first"
            )
    except OSError as error:
        raise ConfigError(
            f"--to {path}: is not a valid file name ({error.strerror}); choose another "
            "one"
        ) from None
    return path


def _tell(console: Console, path: Path, take: Take, notes: Iterable[str]) -> None:
    count = len(take.captured_ns)
    told = counted(count, "frame")
    if count > 1:
        told += f", {take.seconds:.1f} s at {take.fps:.4g} fps"
    console.print(f"{shown(str(path), None)}: {shown(take.subject)}, {told}")
    for note in notes:
        console.print(f"  {shown(note, 300)}")
