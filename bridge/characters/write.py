"""Writes what `facewire character` makes, and never over the character itself."""

from __future__ import annotations

from pathlib import Path

from bridge.errors import CharacterError, TakeError
from bridge.takes.disk import put
from bridge.takes.store import new_file


def write_new(path: Path, data: bytes) -> None:
    """Write a file in one step; an existing file is replaced.

    Raises:
        CharacterError: it cannot be written; an existing file is unchanged.
    """
    try:
        with new_file(path, replace=True) as file:
            put(file, data)
    except TakeError as error:
        raise CharacterError(str(error)) from None


def check_out(path: Path, suffix: str, *, force: bool) -> None:
    """Find mistakes in the name of a new file before the work begins.

    A suffix of its own keeps it from being the character's file.

    Args:
        path: to write.
        suffix: that its name must have.
        force: True if an existing file is replaced.

    Raises:
        CharacterError: the name ends otherwise, or the file exists.
    """
    if path.suffix.lower() != suffix:
        raise CharacterError(f"{path}: expected a name that ends in {suffix}")
    try:
        if path.is_symlink() or path.exists():
            if path.is_dir():
                raise CharacterError(f"{path}: is a folder, expected a file")
            if not force:
                raise CharacterError(f"{path}: exists already; --force replaces it")
    except OSError as error:
        raise CharacterError(
            f"{path}: is not a valid file name ({error.strerror})"
        ) from None
