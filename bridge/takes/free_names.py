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


def path_of_each(
    path: Path, subjects: Sequence[str], suffix: str | None = None
) -> list[Path]:
    """Return one path for each face; several faces get their names at the end.

    Args:
        path: for a single face.
        subjects: names of the faces.
        suffix: the end of the path's name that stays the end; None for its suffix.
    """
    if len(subjects) == 1:
        return [path]
    end = path.suffix if suffix is None else suffix
    stem = path.name.removesuffix(end)
    out: list[Path] = []
    for subject in subjects:
        name = _UNFIT.sub("_", subject)[:64]
        # Two subjects may differ only in characters that were replaced.
        while path.with_name(f"{stem}_{name}{end}") in out:
            name += "_"
        out.append(path.with_name(f"{stem}_{name}{end}"))
    return out
