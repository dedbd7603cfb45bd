"""Checks of JSON that comes from anybody: each returns the value or raises."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeGuard

import numpy as np

from protocols.arrays import Numbers
from protocols.errors import DecodeError
from protocols.wording import shown

LARGEST: Final = 256 << 20
"""Bytes of a file, and of any of its parts. No character needs more."""

FARTHEST: Final = 1e6
"""No number of a scene is larger, in whatever unit it is."""

Table = dict[str, Any]


class GltfError(DecodeError):
    """A file that cannot be read as a glTF scene or a VRM; the message says why."""


def told(value: object) -> str:
    """Return a value of a file for an error: short, and harmless on a terminal."""
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    # Python refuses to print an integer of thousands of digits.
    if isinstance(value, int) and abs(value) > 1 << 64:
        return "a very large number"
    return shown(repr(value), 40)


def as_table(value: object, what: str) -> Table:
    """Return a value that must be a JSON object."""
    if not isinstance(value, dict):
        raise GltfError(f"{what} is no JSON object")
    return value


def part(table: Table, key: str) -> Table:
    """Return an object inside another; none is an empty one."""
    value = table.get(key)
    return {} if value is None else as_table(value, key)


def as_list(value: object, what: str, most: int | None = None) -> list[Any]:
    """Return a value that must be a JSON array; none is an empty one."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise GltfError(f"{what} is no JSON array")
    if most is not None and len(value) > most:
        raise GltfError(f"{what} has {len(value)} items, expected at most {most}")
    return value


def tables(document: Table, name: str, most: int | None = None) -> list[Table]:
    """Return one of the document's arrays of objects, such as its nodes."""
    items = as_list(document.get(name), name, most)
    return [as_table(item, f"{name}[{i}]") for i, item in enumerate(items)]


def as_index(value: object, count: int, what: str) -> int:
    """Return a value that must be a number from 0 to `count` - 1."""
    if not _is_whole(value) or not 0 <= value < count:
        wanted = f"expected 0 to {count - 1}" if count else "and the file has none"
        raise GltfError(f"{what} is {told(value)}, {wanted}")
    return value


def as_count(value: object, what: str, most: int = LARGEST) -> int:
    """Return a value that must be a whole number from 0 to `most`."""
    if not _is_whole(value) or not 0 <= value <= most:
        raise GltfError(f"{what} is {told(value)}, expected 0 to {most}")
    return value


def as_number(value: object, what: str) -> float:
    """Return a value that must be a finite number."""
    if not _is_number(value):
        raise GltfError(
            f"{what} is {told(value)}, expected a number from "
            f"{-FARTHEST:.0f} to {FARTHEST:.0f}"
        )
    return float(value)


def as_numbers(value: object, count: int, what: str) -> Numbers:
    """Return a value that must be an array of `count` finite numbers."""
    items = as_list(value, what)
    if len(items) != count or not all(map(_is_number, items)):
        raise GltfError(
            f"{what}: expected {count} numbers from {-FARTHEST:.0f} to {FARTHEST:.0f}"
        )
    return np.array(items, dtype=np.float64)


def as_text(value: object) -> str:
    """Return a text, or an empty one for anything else.

    JSON can hold halves of surrogate pairs, which no file can be written with.
    """
    if not isinstance(value, str):
        return ""
    return value.encode("utf-8", "replace").decode()


def as_texts(value: object) -> tuple[str, ...]:
    """Return the texts of an array; anything else in it is left out."""
    items: Sequence[object] = value if isinstance(value, list) else ()
    return tuple(as_text(item) for item in items if isinstance(item, str))


def _is_whole(value: object) -> TypeGuard[int]:
    # In Python, True is an integer.
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> TypeGuard[float]:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    # False for NaN as well.
    return number and -FARTHEST <= value <= FARTHEST  # type: ignore[operator]
