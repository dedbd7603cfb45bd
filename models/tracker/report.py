"""The table of `facewire-models evaluate tracker`, and the same as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from rich.table import Table

from .comparison import IRISES, Compared


def table(clips: Sequence[Compared]) -> Table:
    """Return one row a clip and one over all."""
    out = Table(
        title="ours against MediaPipe's FaceMesh; distances in % of the face's width, "
        "95th percentile",
        title_justify="left",
        box=None,
    )
    out.add_column("clip")
    for name in (
        *("pictures", "tracked: MediaPipe", "ours", "same region", "followed"),
        *("irises", "trembling: MediaPipe", "ours", "ms: MediaPipe", "ours"),
    ):
        out.add_column(name, justify="right")
    for row in rows(clips):
        out.add_row(
            row["clip"],
            *(str(row[key]) for key in ("pictures", "theirs", "ours")),
            *(f"{100 * row[key]:.2f}" for key in ("same", "followed", "irises")),
            *(f"{value:.2f}" for value in (*row["trembling"], *row["ms"])),
        )
    return out


def rows(clips: Sequence[Compared]) -> list[dict[str, Any]]:
    """Return the figures of each clip, then those over all clips."""
    found = [
        _row(c.clip, c.pictures, c.theirs, c.ours, [c], c.trembling, c.ms)
        for c in clips
    ]
    seen = [c for c in clips if len(c.followed)]
    if len(seen) > 1:
        found.append(
            _row(
                "all",
                sum(c.pictures for c in clips),
                sum(c.theirs for c in clips),
                sum(c.ours for c in clips),
                seen,
                _means([c.trembling for c in seen]),
                _means([c.ms for c in seen]),
            )
        )
    return found


def _row(
    clip: str,
    pictures: int,
    theirs: int,
    ours: int,
    clips: Sequence[Compared],
    trembling: tuple[float, float],
    ms: tuple[float, float],
) -> dict[str, Any]:
    same = np.concatenate([c.same for c in clips])
    followed = np.concatenate([c.followed for c in clips])
    return {
        "clip": clip,
        "pictures": pictures,
        "theirs": theirs,
        "ours": ours,
        "same": _high(same),
        "followed": _high(followed),
        "irises": _high(followed[:, IRISES]),
        "trembling": trembling,
        "ms": ms,
    }


def _high(distances: Any) -> float:
    return float(np.percentile(distances, 95)) if distances.size else float("nan")


def _means(pairs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    theirs, ours = np.nanmean(np.array(pairs), axis=0).tolist()
    return theirs, ours
