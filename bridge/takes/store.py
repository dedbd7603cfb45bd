"""Names and creates the files of takes: `<Slate>_<NNN>.mcap`, a video beside each.

Existing files are never overwritten.
"""

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
    """Raise TakeError if a slate is not a valid file name on every system."""
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
    """Return the path of a take; raise TakeError for an invalid slate or number."""
    check_slate(slate)
    if not 1 <= number <= LAST_NUMBER:
        raise TakeError(f"take {number}: expected 1 to {LAST_NUMBER}")
    return folder / f"{slate}_{number:03}{SUFFIX}"


def video_path(path: Path) -> Path:
    """Return the path of a take's reference video."""
    return path.with_suffix(VIDEO_SUFFIX)


def beside(path: Path, name: str) -> Path | None:
    """Return the file with that name in the take's folder; None for no valid name.

    The name comes from a file and may be anything, so only its last part is used.
    """
    last = Path(name).name
    if last in ("", "..") or "\0" in last:
        return None
    try:
        return path.with_name(last)
    # On Windows, a name with a colon is a drive or a stream.
    except ValueError:
        return None


def next_number(folder: Path, slate: str) -> int:
    """Return the next free number of a slate, from 1: one more than the highest.

    A video without its take counts too. Upper and lower case are the same, as they are
    on the disks of Windows and macOS.
    """
    highest = 0
    for path in _files(folder):
        found = _NAME.fullmatch(path.stem)
        if found and found["slate"].casefold() == slate.casefold():
            highest = max(highest, int(found["number"]))
    return highest + 1


def takes_in(folder: Path) -> list[Path]:
    """Return the takes in a folder, sorted by name.

    Raises:
        TakeError: the folder does not exist or cannot be read.
    """
    try:
        there = folder.is_dir()
    except OSError as error:
        raise TakeError(f"{folder}: cannot be read ({error.strerror})") from None
    if not there:
        raise TakeError(f"{folder}: no such folder; expected a folder with takes")
    return sorted(path for path in _files(folder) if path.suffix == SUFFIX)


@contextmanager
def new_file(path: Path, *, replace: bool = False) -> Iterator[DiskFile]:
    """Yield a temporary file; it becomes `path` if the block ends without an error.

    Args:
        path: the new file.
        replace: True to replace an existing file; it stays as it was after an error.

    Raises:
        TakeError: the file exists already or cannot be written.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if path.exists() and not replace:
            raise _exists(path)
        file = DiskFile(part)
        try:
            with file:
                yield file
                file.sync()
            if replace:
                part.replace(path)
            else:
                _put_in_place(part, path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise TakeError(
            f"{path}: cannot be written ({error.strerror or error})"
        ) from None


def _put_in_place(part: Path, path: Path) -> None:
    """Rename the file, but never over another one."""
    try:
        # A rename would replace a file that was created meanwhile; a link fails.
        path.hardlink_to(part)
    except FileExistsError:
        raise _exists(path) from None
    except OSError:
        # This disk does not support links (FAT).
        if path.exists():
            raise _exists(path) from None
        part.rename(path)


def _exists(path: Path) -> TakeError:
    return TakeError(
        f"{path}: exists already and is not overwritten; choose another name"
    )


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
