"""Imports the folders in which the phone app Live Link Face leaves its takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Final

from bridge.errors import TakeError
from protocols.errors import DecodeError
from protocols.export.livelink_take import (
    CALIBRATED,
    DEPTH_FILE,
    FRAME_LOG,
    NEUTRAL,
    RAW,
    TAKE_FILE,
    PhoneTake,
    decode_take,
)
from protocols.wording import counted

from .imported import Imported, import_csv
from .take import Recording

VIDEOS: Final = (".mov", ".mp4")
DEEPEST: Final = 2
"""How far below a folder takes are looked for: a zip of the phone unpacks to one folder
in another, and people keep many of those in a third."""
LARGEST: Final = 1 << 20
"""Bytes of a take.json that are read; real ones have a few thousand."""


def phone_folders(path: Path) -> list[Path]:
    """Return the folders of takes in a folder, sorted by name: itself, or those in it.

    Raises:
        TakeError: there are none, or a folder cannot be read.
    """
    level = [path]
    try:
        for _ in range(DEEPEST + 1):
            found = [folder for folder in level if _is_take(folder)]
            if found:
                return found
            level = sorted(
                inside
                for folder in level
                for inside in folder.iterdir()
                if inside.is_dir() and not inside.name.startswith(".")
            )
    except OSError as error:
        raise TakeError(f"{path}: cannot be read ({error.strerror})") from None
    raise TakeError(
        f"{path}: has no take of Live Link Face; expected a folder with {TAKE_FILE}, "
        "or with such folders in it"
    )


def import_folder(
    folder: Path, subject: str | None = None, rate: Fraction | None = None
) -> Imported:
    """Read a take from the phone's folder.

    Args:
        folder: one of `phone_folders`.
        subject: the actor's name; None uses that of take.json.
        rate: frame rate of the timecodes; see `import_csv`.

    Raises:
        TakeError: it has no curves, or they cannot be read.
    """
    told, notes = _told(folder / TAKE_FILE)
    names = _names(folder)
    csv, others = _choose(folder, names, told)
    imported = import_csv(csv, subject or told.subject, rate)
    (take,) = imported.recording.takes
    rows = len(take.captured_ns)
    if others:
        notes.append(f"{csv.name} was read; left out: {', '.join(others)}")
    if told.frames is not None and told.frames != rows:
        # The phone's own folders differ by up to some dozens.
        notes.append(
            f"{TAKE_FILE} tells of {counted(told.frames, 'frame')}, and the CSV has "
            f"{counted(rows, 'row')}"
        )
    videos = [name for name in names if Path(name).suffix.lower() in VIDEOS]
    if videos:
        notes.append(f"the video {videos[0]} stays in the phone's folder")
    if DEPTH_FILE in names:
        notes.append("its depth cannot be read; only MetaHuman Animator reads it")
    about = imported.recording.about
    notes = [*imported.notes, *notes]
    about = replace(
        about,
        slate=told.slate or about.slate,
        number=told.number or about.number,
        origin=f"imported from {folder.name}/{csv.name}",
        notes="\n".join(notes),
    )
    return Imported(Recording(about, (take,)), tuple(notes))


def _told(path: Path) -> tuple[PhoneTake, list[str]]:
    """Return what take.json says, and a note if it cannot be read."""
    try:
        with path.open("rb") as file:
            return decode_take(file.read(LARGEST)), []
    except FileNotFoundError:
        why = f"there is no {TAKE_FILE}"
    except OSError as error:
        why = f"{TAKE_FILE} cannot be read ({error.strerror})"
    except DecodeError as error:
        why = f"{TAKE_FILE}: {error}"
    return PhoneTake(), [f"{why}; the names are those in the CSV's name"]


def _choose(
    folder: Path, names: Iterable[str], told: PhoneTake
) -> tuple[Path, list[str]]:
    """Return the CSV to read, and the names of the others.

    The calibrated curves come first, unless take.json says that nobody calibrated;
    then those without an ending.
    """
    tables = [name for name in names if _is_table(name)]
    first, last = (RAW, CALIBRATED) if told.calibrated is False else (CALIBRATED, RAW)
    curves = sorted(
        (name for name in tables if not _ends(name, NEUTRAL)),
        key=lambda name: (_ends(name, last), not _ends(name, first)),
    )
    if curves:
        return folder / curves[0], [name for name in tables if name != curves[0]]
    video = next((n for n in names if Path(n).suffix.lower() in VIDEOS), None)
    solve = (
        f'; its video can be solved: facewire record takes --source "video:'
        f'{folder / video}"'
        if video
        else ""
    )
    raise TakeError(
        f"{folder}: has no CSV with curves, as takes for MetaHuman Animator have none"
        + solve
    )


def _names(folder: Path) -> list[str]:
    """Return the files of a folder. macOS leaves files beside them whose names begin
    with a dot."""
    try:
        return sorted(
            inside.name
            for inside in folder.iterdir()
            if not inside.name.startswith(".") and inside.is_file()
        )
    except OSError as error:
        raise TakeError(f"{folder}: cannot be read ({error.strerror})") from None


def _is_take(folder: Path) -> bool:
    """Return True for a folder with take.json, or with the CSVs of one take."""
    names = {inside.name for inside in folder.iterdir()}
    if TAKE_FILE in names:
        return True
    tables = [name for name in names if _is_table(name)]
    has_video = any(Path(name).suffix.lower() in VIDEOS for name in names)
    return (len(tables) == 1 and has_video) or any(
        _ends(name, end) for name in tables for end in (CALIBRATED, RAW, NEUTRAL)
    )


def _is_table(name: str) -> bool:
    return name.lower().endswith(".csv") and name != FRAME_LOG


def _ends(name: str, ending: str) -> bool:
    return name.lower().endswith(f"{ending}.csv")
