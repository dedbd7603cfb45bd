"""Names of refined takes: shot_001_refined.mcap, then shot_001_refined_2.mcap."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Final

from bridge.takes.store import SUFFIX

_NAME: Final = re.compile(r".*_refined(_[0-9]+)?")


def is_refined(path: Path) -> bool:
    """Return True if the file name is that of a refined take."""
    return path.suffix == SUFFIX and _NAME.fullmatch(path.stem) is not None


def refined_names(path: Path, folder: Path) -> Iterator[Path]:
    """Yield the names that a refined take may have, without end.

    Args:
        path: the take that is refined.
        folder: for the result.
    """
    for number in count(1):
        end = "_refined" if number == 1 else f"_refined_{number}"
        yield folder / f"{path.stem}{end}{SUFFIX}"
