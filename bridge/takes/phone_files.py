"""Finds the takes that the phone app Live Link Face left: in folders and in zips."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Final

from bridge.errors import TakeError
from protocols.export.livelink_take import (
    CALIBRATED,
    FRAME_LOG,
    NEUTRAL,
    RAW,
    TAKE_FILE,
)

VIDEOS: Final = (".mov", ".mp4")
DEEPEST: Final = 2
"""How far below a folder takes are looked for: a zip of the phone unpacks to one folder
in another, and people keep many of those in a third."""
MOST_ENTRIES: Final = 10_000
"""Files of a zip; the phone's have ten for each take."""
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    KeyError,
    ValueError,
    RuntimeError,
)
"""What `zipfile` raises, beside OSError: for damage, passwords and unknown kinds."""


@dataclass(frozen=True, slots=True)
class PhoneFiles:
    """The files of one take."""

    name: str
    """Of the folder, such as 20240531_MySlate_3."""
    where: Path
    """The folder, or the zip."""
    beside: Path
    """The folder in which people expect the imported take."""
    names: tuple[str, ...]
    """Names of the files, sorted."""
    read: Callable[[str, int], bytes]
    """Takes a file's name and the most bytes to read; raises OSError."""
    path: Callable[[str], Path | None]
    """Takes a file's name, returns its path; None in a zip."""


def find(path: Path) -> list[PhoneFiles]:
    """Return the takes in a folder or a zip, sorted by name.

    Raises:
        TakeError: there are none, or it cannot be read.
    """
    found = _in_zip(path) if path.is_file() else _in_folder(path)
    if found:
        return found
    raise TakeError(
        f"{path}: has no take of Live Link Face; expected a folder with {TAKE_FILE}, "
        "or with such folders in it"
    )


def is_table(name: str) -> bool:
    """Return True for a CSV that may have curves."""
    return name.lower().endswith(".csv") and name != FRAME_LOG


def ends(name: str, ending: str) -> bool:
    """Return True for a CSV whose name ends so, as with `_cal`."""
    return name.lower().endswith(f"{ending}.csv")


def video_of(files: PhoneFiles) -> str | None:
    """Return the name of the take's video; None if it has none."""
    return next((n for n in files.names if Path(n).suffix.lower() in VIDEOS), None)


def _is_take(names: tuple[str, ...]) -> bool:
    """Return True for a folder with take.json, or with the CSVs of one take."""
    if TAKE_FILE in names:
        return True
    tables = [name for name in names if is_table(name)]
    has_video = any(Path(name).suffix.lower() in VIDEOS for name in names)
    return (len(tables) == 1 and has_video) or any(
        ends(name, end) for name in tables for end in (CALIBRATED, RAW, NEUTRAL)
    )


def _in_folder(path: Path) -> list[PhoneFiles]:
    level = [path]
    try:
        for _ in range(DEEPEST + 1):
            found = [files for folder in level if (files := _of_folder(folder))]
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
    return []


def _of_folder(folder: Path) -> PhoneFiles | None:
    # macOS leaves files beside others whose names begin with a dot.
    names = tuple(
        sorted(
            inside.name
            for inside in folder.iterdir()
            if not inside.name.startswith(".") and inside.is_file()
        )
    )
    if not _is_take(names):
        return None
    return PhoneFiles(
        name=folder.name,
        where=folder,
        beside=folder.parent,
        names=names,
        read=partial(_read_file, folder),
        path=lambda name: folder / name,
    )


def _read_file(folder: Path, name: str, most: int) -> bytes:
    with (folder / name).open("rb") as file:
        return file.read(most)


def _in_zip(path: Path) -> list[PhoneFiles]:
    try:
        with zipfile.ZipFile(path) as file:
            entries = file.namelist()
    except (OSError, *_BROKEN) as error:
        told = getattr(error, "strerror", None) or error
        raise TakeError(f"{path}: cannot be read as a zip ({told})") from None
    if len(entries) > MOST_ENTRIES:
        raise TakeError(
            f"{path}: has {len(entries)} files, expected at most {MOST_ENTRIES}; "
            "unpack it, and import the folder"
        )
    folders: dict[PurePosixPath, dict[str, str]] = {}
    for entry in entries:
        inside = PurePosixPath(entry)
        hidden = any(part.startswith((".", "__MACOSX")) for part in inside.parts)
        if not entry.endswith("/") and not hidden:
            folders.setdefault(inside.parent, {})[inside.name] = entry
    return [
        PhoneFiles(
            name=folder.name or path.stem,
            where=path,
            beside=path.parent,
            names=names,
            read=partial(_read_entry, path, listed),
            path=lambda name: None,
        )
        for folder, listed in sorted(folders.items())
        if _is_take(names := tuple(sorted(listed)))
    ]


def _read_entry(path: Path, listed: dict[str, str], name: str, most: int) -> bytes:
    try:
        with zipfile.ZipFile(path) as file, file.open(listed[name]) as entry:
            return entry.read(most)
    except _BROKEN as error:
        raise OSError(0, str(error)) from None
