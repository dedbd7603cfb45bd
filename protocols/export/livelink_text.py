"""Read the text of a Live Link Face CSV: encoding, lines, separator, and its header.

The phone writes UTF-8 with commas. Programs that open and save a take write other text:
a byte order mark, UTF-16, tabs, or semicolons where the comma is the decimal sign. The
separator that yields the names of the columns is used. Lines above the header are
skipped: comments, titles, Excel's `sep=;`.

A row is one line. A quoted field cannot contain a line break, because a stray quote
would otherwise swallow all rows below it.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from protocols.errors import DecodeError

from .livelink_fields import Columns, is_header, known_names

SEPARATORS: Final = (",", ";", "\t", "|")
SEARCHED: Final = 50
"""The header must be within this many lines."""
LONGEST: Final = 1 << 16
"""Characters that are read of a line; a row has about 900, and csv accepts 131,072."""

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # UTF-32 comes before UTF-16, whose mark is the first half of this one.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Table:
    """A file after its header was read."""

    columns: Columns
    separator: str
    rows: Iterator[tuple[int, str]]
    """The lines below the header with their numbers, from 1. Iterate once."""
    notes: tuple[str, ...]
    """Note about text above the header."""


def open_table(data: bytes) -> Table:
    """Find the header.

    Raises:
        DecodeError: there is no header in the first 50 lines, or it lacks a column.
    """
    lines = _lines(data)
    above: list[tuple[int, str]] = []
    for line, text in lines:
        separator = max(SEPARATORS, key=lambda sign: known_names(split(text, sign)))
        names = split(text, separator)
        if is_header(names):
            columns = Columns.of(names, line)
            return Table(columns, separator, lines, _passed_over(above))
        if text.strip("".join(SEPARATORS) + " \r\n"):
            above.append((line, text))
        if line >= SEARCHED:
            break
    if not data.strip():
        raise DecodeError("csv: the file is empty; expected a Live Link Face take")
    raise DecodeError(
        "csv: no header of a Live Link Face take; expected a line "
        "Timecode,BlendShapeCount,EyeBlinkLeft,... with commas, semicolons or tabs "
        "between the names"
    )


def split(line: str, separator: str) -> list[str]:
    """Return a line's fields without their quotes; spaces around them are allowed."""
    if '"' in line:
        if line.count('"') % 2:
            # An odd number of quotes: a stray one would swallow the fields after it.
            return line.replace('"', "").split(separator)
        quoted = csv.reader([line], delimiter=separator, skipinitialspace=True)
        return next(quoted, [])
    return line.split(separator)


def is_comment(line: str) -> bool:
    """Return True for a comment line."""
    return line.lstrip().startswith(("#", "//"))


def _lines(data: bytes) -> Iterator[tuple[int, str]]:
    """Yield line numbers and lines with their ends: LF, CRLF or CR."""
    # splitlines is not used, because it also splits at characters that a name may
    # contain.
    text = io.TextIOWrapper(
        io.BytesIO(data), encoding=_encoding(data), errors="replace", newline=""
    )
    for number, line in enumerate(text, 1):
        yield number, line if len(line) < LONGEST else line[:LONGEST]


def _encoding(data: bytes) -> str:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    # The header is plain ASCII, so in UTF-16 every other byte is 0.
    head = data[:64]
    if len(head) > 1 and not any(head[1::2]):
        return "utf-16-le"
    if len(head) > 1 and not any(head[::2]):
        return "utf-16-be"
    return "utf-8"


def _passed_over(above: list[tuple[int, str]]) -> tuple[str, ...]:
    told = [
        (line, text)
        for line, text in above
        if not is_comment(text) and not text.strip().lower().startswith("sep=")
    ]
    if not told:
        return ()
    line, text = told[0]
    return (
        f"skipped the text above the header, from line {line}: {text.strip()[:40]!r}",
    )
