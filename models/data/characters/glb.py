"""Opens GLB files: glTF 2.0 in one binary file, as the Khronos specification has it.

    u32      magic, "glTF"
    u32      version, 2
    u32      length of the whole file
    then chunks: u32 length, 4 characters, content; the first is JSON, the next BIN

All integers are little-endian. The JSON may come from anybody, so its parts are read
through functions that check what they find.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from protocols.arrays import Numbers
from protocols.errors import DecodeError
from protocols.text import decode_json

LARGEST: Final = 512 << 20
"""Bytes. No head needs more."""

FARTHEST: Final = 1e6
"""No number of a scene is larger, in whatever unit it is."""

Table = dict[str, Any]


class CharacterError(ValueError):
    """A file that is no character that can be drawn; the message says why."""


@dataclass(frozen=True, slots=True, eq=False)
class Glb:
    """The two parts of a file."""

    document: Table
    binary: bytes


def read_glb(path: Path) -> Glb:
    """Read a file.

    Raises:
        OSError: it cannot be read.
        CharacterError: it is no GLB file, or a damaged one.
    """
    size = path.stat().st_size
    if size > LARGEST:
        raise CharacterError(f"{size} bytes, expected under {LARGEST}")
    return parse_glb(path.read_bytes())


def parse_glb(data: bytes) -> Glb:
    """Return the parts of a file's content; see `read_glb`."""
    if len(data) < 12 or data[:4] != b"glTF":
        raise CharacterError("it is no GLB file; expected one that begins with glTF")
    version, length = struct.unpack_from("<II", data, 4)
    if version != 2:
        raise CharacterError(f"glTF version {version}, expected 2")
    if length > len(data):
        raise CharacterError(f"it ends after {len(data)} bytes of {length}")
    chunks: dict[bytes, bytes] = {}
    at = 12
    while at + 8 <= length:
        size, kind = struct.unpack_from("<I4s", data, at)
        if at + 8 + size > length:
            raise CharacterError(f"its chunk at byte {at} is longer than the file")
        chunks.setdefault(kind, data[at + 8 : at + 8 + size])
        at += 8 + size
    if b"JSON" not in chunks:
        raise CharacterError("it has no JSON chunk")
    try:
        document = decode_json(chunks[b"JSON"])
    except DecodeError as error:
        raise CharacterError(f"its JSON chunk cannot be read: {error}") from None
    return Glb(as_table(document, "its JSON"), chunks.get(b"BIN\0", b""))


def as_table(value: object, what: str) -> Table:
    """Return a value that must be a JSON object."""
    if not isinstance(value, dict):
        raise CharacterError(f"{what} is no JSON object")
    return value


def as_list(value: object, what: str) -> list[Any]:
    """Return a value that must be a JSON array; none is an empty one."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise CharacterError(f"{what} is no JSON array")
    return value


def tables(document: Table, name: str) -> list[Table]:
    """Return one of the document's arrays of objects, such as its nodes."""
    items = as_list(document.get(name), name)
    return [as_table(item, f"{name}[{i}]") for i, item in enumerate(items)]


def as_index(value: object, count: int, what: str) -> int:
    """Return a value that must be a number from 0 to `count` - 1."""
    if not isinstance(value, int) or not 0 <= value < count:
        wanted = f"expected 0 to {count - 1}" if count else "and the file has none"
        raise CharacterError(f"{what} is {value!r}, {wanted}")
    return value


def as_count(value: object, what: str, most: int = LARGEST) -> int:
    """Return a value that must be a whole number from 0 to `most`."""
    if not isinstance(value, int) or not 0 <= value <= most:
        raise CharacterError(f"{what} is {value!r}, expected 0 to {most}")
    return value


def as_numbers(value: object, count: int, what: str) -> Numbers:
    """Return a value that must be an array of `count` finite numbers."""
    items = as_list(value, what)
    good = len(items) == count and all(
        isinstance(n, int | float) and math.isfinite(n) and abs(n) <= FARTHEST
        for n in items
    )
    if not good:
        raise CharacterError(
            f"{what}: expected {count} numbers from {-FARTHEST:.0f} to {FARTHEST:.0f}"
        )
    return np.array(items, dtype=np.float64)
