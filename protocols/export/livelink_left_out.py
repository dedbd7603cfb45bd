"""Record which rows of a Live Link Face CSV were left out, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from protocols.errors import DecodeError
from protocols.wording import counted

MOST: Final = 0.5
"""Largest share of the rows that may be left out; above it the file is refused."""


class Why(StrEnum):
    """What is wrong with a row; completes "left out 3 rows ..."."""

    TIME = "whose timecode cannot be read"
    SHORT = "that are cut short"
    LONG = "with more fields than the header"
    NUMBER = "with a value that is not a number"
    RANGE = "with a value out of range"
    FRAME = "whose frame number is too high"
    LATE = "whose time does not rise"


_ONE: Final = {Why.SHORT: "that is cut short"}
"""The ending of a sentence about a single row."""


class BrokenRow(ValueError):
    """A row that cannot be used; the text gives what it has and what was expected."""

    def __init__(self, why: Why, detail: str) -> None:
        super().__init__(detail)
        self.why = why


@dataclass(slots=True)
class _Kind:
    count: int
    line: int
    detail: str


class LeftOut:
    """Counts rows by their fault."""

    def __init__(self) -> None:
        self._kinds: dict[Why, _Kind] = {}

    def __len__(self) -> int:
        return sum(kind.count for kind in self._kinds.values())

    def add(self, line: int, why: Why, detail: str, count: int = 1) -> None:
        """Record rows of one kind; `line` and `detail` are those of the first."""
        kind = self._kinds.setdefault(why, _Kind(0, line, detail))
        kind.count += count
        if line < kind.line:
            kind.line, kind.detail = line, detail

    def take(self, lines: npt.NDArray[np.int64], why: Why, detail: str) -> None:
        """Record the rows of these lines, none or more; `detail` is that of the
        first."""
        if len(lines):
            self.add(int(lines.min()), why, detail, len(lines))

    def check(self, kept: int) -> None:
        """Raise DecodeError unless at least half of the rows are kept."""
        every = kept + len(self)
        if not every:
            raise DecodeError("csv: no row below the header")
        if kept and len(self) <= MOST * every:
            return
        worst = max(self._kinds.values(), key=lambda kind: kind.count)
        share = f"; {len(self)} of {every} rows are broken" if every > 1 else ""
        raise DecodeError(f"csv: line {worst.line}: {worst.detail}{share}")

    def sentences(self) -> tuple[str, ...]:
        """Return one sentence for each kind, in the order of the lines."""
        return tuple(
            f"left out {counted(kind.count, 'row')} {_ending(why, kind.count)}, "
            f"{'the first ' if kind.count > 1 else ''}in line {kind.line}: "
            f"{kind.detail}"
            for why, kind in sorted(self._kinds.items(), key=lambda pair: pair[1].line)
        )


def _ending(why: Why, count: int) -> str:
    return _ONE.get(why, str(why)) if count == 1 else str(why)
