"""Pictures of what `evaluate solver` found."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np

from models.training.figures import panels
from protocols.arrays import Numbers
from protocols.channels import ARKIT

from .footage import Clip
from .metrics import CURVES
from .rendered import Judged

SHOWN: Final = (
    *("eyeBlinkLeft", "eyeLookInLeft", "eyeLookDownLeft", "eyeLookUpLeft"),
    *("eyeSquintLeft", "cheekSquintLeft", "browInnerUp", "browDownLeft"),
    *("browOuterUpLeft", "noseSneerLeft", "jawOpen", "mouthClose"),
    *("mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft", "mouthPucker"),
    *("mouthFunnel", "mouthUpperUpLeft", "mouthLowerDownLeft", "mouthPressLeft"),
)
"""Curves over a clip: of pairs mostly the left one."""

_COLOURS: Final = ("#d1495b", "#edae49", "#00798c", "#66717e", "#9c89b8")


def cross_talk_picture(path: Path, table: Numbers, title: str) -> None:
    """Write (52, 52) answers: driven by row, answering by column."""
    figure, axes = panels(12.5, 11.5)
    axis = axes[0, 0]
    shown = axis.imshow(table, cmap="RdBu_r", vmin=-1.0, vmax=1.0)
    axis.set_yticks(range(len(ARKIT)), ARKIT, fontsize=7)
    axis.set_xticks(range(len(ARKIT)), ARKIT, fontsize=7, rotation=90)
    axis.set_ylabel("driven")
    axis.set_xlabel("answers")
    axis.set_title(title)
    figure.colorbar(shown, ax=axis, shrink=0.6, label="answer per unit")
    figure.savefig(path, dpi=100)


def correlation_picture(path: Path, judged: Mapping[str, Judged]) -> None:
    """Write every curve's correlation, a dot a solver, best of the first one on top."""
    figure, axes = panels(8.0, 11.0)
    axis = axes[0, 0]
    first = next(iter(judged.values())).r[CURVES]
    order = CURVES[np.argsort(np.nan_to_num(first, nan=-1.0))]
    rows = np.arange(len(order))
    for (name, each), colour in zip(judged.items(), _COLOURS, strict=False):
        axis.plot(
            *(each.r[order], rows, "o"),
            color=colour,
            markersize=5,
            label=f"{name}: mean {each.mean_r:.2f}",
        )
    axis.set_yticks(rows, [ARKIT[i] for i in order], fontsize=7)
    axis.set_ylim(-1, len(order))
    axis.set_xlim(min(-0.2, axis.get_xlim()[0]), 1.0)
    axis.grid(axis="y", linewidth=0.4)
    axis.axvline(0.0, color="grey", linewidth=0.8)
    axis.set_xlabel("correlation with the truth, rendered faces")
    axis.legend(loc="lower right")
    figure.savefig(path, dpi=110)


def curves_picture(path: Path, clip: Clip, solvers: tuple[str, ...]) -> None:
    """Write some curves over a clip, a line a solver; shaded where lids are down."""
    at = clip.watched.seconds
    figure, axes = panels(18.0, 12.0, columns=4, rows=5)
    for axis, name in zip(axes.ravel(), SHOWN, strict=True):
        for start, end in clip.true_blinks(True):
            axis.axvspan(start, max(end, start + 0.03), color="0.88", linewidth=0)
        for start, end in clip.true_blinks(False):
            axis.axvspan(start, max(end, start + 0.03), color="#f7dfc3", linewidth=0)
        for solver, colour in zip(solvers, _COLOURS, strict=False):
            if solver in clip.watched.said:
                curve = clip.watched.said[solver][:, ARKIT.index(name)]
                axis.plot(at, curve, color=colour, linewidth=1.0, label=solver)
        axis.set_title(name, fontsize=9)
        axis.set_ylim(-0.03, 1.03)
        axis.set_xlim(at[0], at[-1])
        axis.tick_params(labelsize=7)
    axes[0, 0].legend(fontsize=7, loc="upper right")
    figure.suptitle(f"{clip.name}; shaded: lids are down (grey) or half down (sand)")
    figure.savefig(path, dpi=90)
