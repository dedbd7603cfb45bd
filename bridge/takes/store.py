"""A folder of takes: `<Slate>_<NNN>.mcap`, a video beside it, nothing overwritten."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bridge.errors import TakeError

from .disk import DiskFile

SUFFIX: Final = ".mcap"
VIDEO_SUFFIX: Final = ".mp4"

LAST_NUMBER: Final = 999_999

_NAME: Final = re.compile(r"(?P<slate>.+)_(?P<number>[0-9]{3,6})")


def check_slate(slate: str) -> None:
    """Raise TakeError where a slate cannot stand in a file's name on any system."""
    if (
        not 0 < len(slate) <= 64
        or not all(letter.isalnum() or letter in " ._-" for letter in slate)
        or slate[0] in " ."
        or slate[-1] in " ."
    ):
        raise TakeError(
            f"slate {slate!r}: expected 1 to 64 letters, digits, spaces and ._- (no "
            "dot or space at either end), as in 12A"
        )


def take_path(folder: Path, slate: str, number: int) -> Path:
    """Return where a take is kept; raise TakeError for a slate that is no name."""
    check_slate(slate)
    if not 1 <= number <= LAST_NUMBER:
        raise TakeError(f"take {number}: expected 1 to {LAST_NUMBER}")
    return folder / f"{slate}_{number:03}{SUFFIX}"


def video_path(path: Path) -> Path:
    """Return where a take's reference video is kept."""
    return path.with_suffix(VIDEO_SUFFIX)


def beside(path: Path, name: str) -> Path | None:
    """Return the file that a take names beside itself; None where it names none.

    A file may tell anything: of a path only the last part counts.
    """
    last = Path(name).name
    if last in ("", "..") or "\0" in last:
        return None
    try:
        return path.with_name(last)
    # Windows has names of drives and streams, with a colon.
    except ValueError:
        return None


def next_number(folder: Path, slate: str) -> int:
    """Return the number after the highest that a file of this slate has, from 1.

    A video without its take counts too. Upper and lower case are one, as they are on
    the disks of Windows and macOS.
    """
    highest = 0
    for path in _files(folder):
        found = _NAME.fullmatch(path.stem)
        if found and found["slate"].casefold() == slate.casefold():
            highest = max(highest, int(found["number"]))
    return highest + 1


def takes_in(folder: Path) -> list[Path]:
    """Return the takes of a folder, by name.

    Raises:
        TakeError: there is no such folder, or it cannot be read.
    """
    try:
        there = folder.is_dir()
    except OSError as error:
        raise TakeError(f"{folder}: cannot be read ({error.strerror})") from None
    if not there:
        raise TakeError(f"{folder}: no such folder; takes are recorded into one")
    return sorted(path for path in _files(folder) if path.suffix == SUFFIX)


@contextmanager
def new_file(path: Path) -> Iterator[DiskFile]:
    """Give a file that becomes `path` when the block ends, unless it raises.

    Raises:
        TakeError: there is such a file already, or it cannot be written.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if path.exists():
            raise _exists(path)
        file = DiskFile(part)
        try:
            with file:
                yield file
                file.sync()
            _put_in_place(part, path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise TakeError(
            f"{path}: cannot be written ({error.strerror or error})"
        ) from None


def _put_in_place(part: Path, path: Path) -> None:
    """Rename, but never over another file."""
    try:
        # A rename would replace what somebody else has just made; a link does not.
        path.hardlink_to(part)
    except FileExistsError:
        raise _exists(path) from None
    except OSError:
        # No links on this disk (FAT).
        if path.exists():
            raise _exists(path) from None
        part.rename(path)


def _exists(path: Path) -> TakeError:
    return TakeError(f"{path}: exists already and is kept; choose another name")


def _files(folder: Path) -> list[Path]:
    try:
        return [
            path
            for path in folder.iterdir()
            if path.suffix in (SUFFIX, VIDEO_SUFFIX) and not path.name.startswith(".")
        ]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise TakeError(f"{folder}: cannot be read ({error.strerror})") from None
