"""Reads the files of training, and says in plain words what is wrong with one."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tokenize import TokenError
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np
from numpy.lib.npyio import NpzFile

from protocols.errors import DecodeError
from protocols.text import decode_json, decode_toml

BROKEN: Final = (
    *(ValueError, EOFError, BadZipFile, zlib.error, pickle.UnpicklingError),
    *(SyntaxError, TokenError),
)
"""What numpy raises for a file that is damaged, or is none of its own. It reads an
array's header with Python's own parser."""


class FileError(ValueError):
    """A file is damaged or another than was expected; the message names it."""


def required(data: Path, inside: Path) -> Path:
    """Return the path of a file of the data folder.

    Raises:
        FileNotFoundError: it is not there; the sentence says what --data names.
    """
    path = data / inside
    if not path.is_file():
        raise FileNotFoundError(
            f"{path}: no such file; --data names the folder that holds {inside}"
        )
    return path


@contextmanager
def open_arrays(path: Path) -> Iterator[NpzFile]:
    """Open an `.npz`; nothing in it is executed.

    Raises:
        OSError: it cannot be read.
        FileError: it is damaged or none, or lacks an array that was asked for.
    """
    try:
        with path.open("rb") as file:
            found = np.load(file)
            if not isinstance(found, NpzFile):
                raise FileError(f"{path}: one array, expected several in an .npz")
            with found:
                yield found
    except FileError:
        raise
    except KeyError as error:
        name = str(error.args[0]).partition(" is not a file")[0]
        raise FileError(f"{path}: has no array {name!r}; is it another file?") from None
    except BROKEN:
        raise FileError(f"{path}: not a complete .npz file") from None


def read_array(path: Path) -> Any:
    """Return an array that we keep for the next time; FileError if it is damaged."""
    try:
        return np.load(path)
    except BROKEN:
        raise FileError(f"{path}: not a complete array; delete it") from None


def read_json(path: Path) -> dict[str, Any]:
    """Return a table from a JSON file.

    Raises:
        OSError: it cannot be read.
        FileError: it is no JSON, or no table.
    """
    try:
        found = decode_json(path.read_bytes())
    except DecodeError as error:
        raise FileError(f"{path}: {error}") from None
    if not isinstance(found, dict):
        raise FileError(f"{path}: expected a table of values by name")
    return found


def read_toml(path: Path) -> dict[str, Any]:
    """Return the tables of a TOML file.

    Raises:
        OSError: it cannot be read.
        FileError: it is no TOML.
    """
    try:
        return decode_toml(path.read_bytes())
    except DecodeError as error:
        raise FileError(f"{path}: {error}") from None
