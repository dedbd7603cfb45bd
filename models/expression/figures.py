"""Pictures of what `evaluate expression` found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.training.figures import panels


def confusion_picture(
    path: Path, table: npt.NDArray[np.int64], names: Sequence[str], title: str
) -> None:
    """Write shares of each true class, by row, with the counts of the diagonal."""
    figure, axes = panels(6.4, 5.6)
    axis = axes[0, 0]
    share = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    axis.imshow(share, cmap="Blues", vmin=0.0, vmax=1.0)
    for i, row in enumerate(share):
        for j, value in enumerate(row):
            colour = "white" if value > 0.5 else "black"
            axis.text(j, i, f"{value:.2f}", ha="center", va="center", color=colour)
    labels = [f"{n} ({t})" for n, t in zip(names, table.sum(axis=1), strict=True)]
    axis.set_yticks(range(len(names)), labels)
    axis.set_xticks(range(len(names)), names, rotation=40, ha="right")
    axis.set_xlabel("said")
    axis.set_ylabel("true (faces)")
    axis.set_title(title)
    figure.savefig(path, dpi=110)


def robustness_picture(
    path: Path,
    found: Mapping[str, Mapping[float, float]],
    units: Mapping[str, str],
    plain: float,
) -> None:
    """Write accuracy against the level of each change, `plain` as a dashed line."""
    figure, axes = panels(10, 5.6, columns=3, rows=2)
    for axis, (name, levels) in zip(axes.ravel(), found.items(), strict=False):
        axis.axhline(plain, color="grey", linestyle="--", linewidth=1)
        axis.plot(list(levels), list(levels.values()), marker="o")
        if name == "gamma":
            axis.set_xscale("log")
            axis.set_xticks(list(levels), [f"{level:g}" for level in levels])
            axis.minorticks_off()
        axis.set_ylim(0.0, max(0.8, plain + 0.05))
        axis.set_title(name)
        axis.set_xlabel(units[name])
    for axis in axes[:, 0]:
        axis.set_ylabel("accuracy")
    figure.savefig(path, dpi=110)


def timeline_picture(
    path: Path,
    seconds: npt.NDArray[np.float64],
    probabilities: npt.NDArray[np.float32],
    names: Sequence[str],
    title: str,
) -> None:
    """Write (n, classes) probabilities over (n,) seconds as stacked bands."""
    figure, axes = panels(10, 3.6)
    axis = axes[0, 0]
    axis.stackplot(seconds, probabilities.T, labels=names)
    axis.set_xlim(seconds[0], seconds[-1])
    axis.set_ylim(0.0, 1.0)
    axis.set_xlabel("seconds")
    axis.set_ylabel("probability")
    axis.set_title(title)
    axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    figure.savefig(path, dpi=110)
