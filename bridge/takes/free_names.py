"""Names of new files beside a take: what exists is never overwritten."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Final

_UNFIT: Final = re.compile(r"[^\w .-]+")
"""Characters that are replaced in file names."""


def free_path(path: Path, ending: str, suffix: str) -> Path:
    """Return the path of a file that does not exist yet.

    Args:
        path: the take.
        ending: what is added to its name, such as `_trimmed`; then `_trimmed_2`.
        suffix: of the new file.
    """
    for number in count(1):
        more = ending if number == 1 else f"{ending}_{number}"
        found = path.with_name(f"{path.stem}{more}{suffix}")
        if not found.exists():
            return found
    raise AssertionError("names never end")


def path_of_each(path: Path, subjects: Sequence[str]) -> list[Path]:
    """Return one path for each face; several faces get their names at the end.

    Args:
        path: for a single face.
        subjects: names of the faces.
    """
    if len(subjects) == 1:
        return [path]
    out: list[Path] = []
    for subject in subjects:
        name = _UNFIT.sub("_", subject)[:64]
        named = path.with_name(f"{path.stem}_{name}{path.suffix}")
        # Two subjects may differ only in characters that were replaced.
        while named in out:
            named = named.with_name(f"{named.stem}_{path.suffix}")
        out.append(named)
    return out
