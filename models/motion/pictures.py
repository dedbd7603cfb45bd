"""Pictures of what `evaluate motion` found."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np

from engines.motion.signals import SIGNALS
from models.training.figures import panels

from .results import NETWORK, RAW, SHIPPED, Example, Judged, Point
from .tune_filters import DESP, KALMAN, ONE_EURO

_COLOURS: Final = {
    NETWORK: "#d1495b",
    ONE_EURO.name: "#00798c",
    SHIPPED: "#30638e",
    DESP.name: "#edae49",
    KALMAN.name: "#9c89b8",
    RAW: "#66717e",
}

SHOWN: Final = (
    *("eyeBlinkLeft", "jawOpen", "mouthSmileLeft"),
    *("browInnerUp", "eyeLookOutLeft", "mouthPucker"),
)
"""Signals of the before and after picture, where they move."""

WINDOW_S: Final = 4.0


def pareto_picture(path: Path, judged: dict[str, Judged]) -> None:
    """Write jitter against lag and against error, a row a source."""
    figure, axes = panels(11.0, 4.6 * len(judged), columns=2, rows=len(judged))
    for row, (name, each) in zip(axes, judged.items(), strict=True):
        for axis, what in zip(row, ("lag_ms", "rmse"), strict=True):
            for method, points in each.fronts.items():
                _front(axis, method, points, what)
            _plain_logarithm(axis)
            axis.set_xlabel("jitter where the face is still, thousandths")
            axis.set_title(f"{name} motion")
            axis.grid(linewidth=0.4)
        row[0].set_ylabel("lag, ms")
        row[1].set_ylabel("error, thousandths")
        row[0].legend(fontsize=8)
    figure.suptitle("Down and to the left is better")
    figure.savefig(path, dpi=110)


def _plain_logarithm(axis: Any) -> None:
    """Let an axis count 1, 2, 5, 10: powers of ten leave room for one or two marks."""
    from matplotlib.ticker import LogLocator, NullFormatter, ScalarFormatter

    axis.set_xscale("log")
    axis.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axis.xaxis.set_major_formatter(ScalarFormatter())
    axis.xaxis.set_minor_formatter(NullFormatter())


def _front(axis: Any, method: str, points: list[Point], what: str) -> None:
    chosen = sorted(points, key=lambda point: point.jitter)
    axis.plot(
        [point.jitter for point in chosen],
        [getattr(point, what) for point in chosen],
        marker="o",
        markersize=7 if len(chosen) == 1 else 3.5,
        linewidth=2.0 if method == NETWORK else 1.2,
        color=_COLOURS.get(method),
        label=method,
    )


def before_after_picture(path: Path, example: Example, title: str) -> None:
    """Write some seconds of some signals: the truth, as tracked, as estimated."""
    names = [n for n in SHOWN if np.ptp(example.truth[:, SIGNALS.index(n)]) > 0.05]
    names = names or list(SHOWN[:1])
    figure, axes = panels(12.0, 1.9 * len(names), rows=len(names))
    start = _liveliest(example)
    for axis, name in zip(axes[:, 0], names, strict=True):
        i = SIGNALS.index(name)
        axis.plot(example.times_s, example.truth[:, i], color="0.75", linewidth=4)
        for method, values in example.estimates.items():
            colour = _COLOURS.get(method)
            raw = method == RAW
            style = {"marker": ".", "linewidth": 0.5} if raw else {"linewidth": 1.4}
            axis.plot(
                example.times_s, values[:, i], color=colour, label=method, **style
            )
        for at_s in example.times_s[~example.seen]:
            axis.axvspan(at_s - 0.017, at_s + 0.017, color="#f7dfc3", linewidth=0)
        axis.set_xlim(start, start + WINDOW_S)
        axis.set_ylabel(name, fontsize=8)
        axis.tick_params(labelsize=7)
    axes[0, 0].legend(fontsize=8, loc="upper left")
    axes[-1, 0].set_xlabel("seconds")
    figure.suptitle(f"{title}; grey: the truth; sand: no face was seen", fontsize=10)
    figure.savefig(path, dpi=110)


def _liveliest(example: Example) -> float:
    """Return the start of the window in which the truth moves most."""
    moved = np.abs(np.diff(example.truth, axis=0)).sum(axis=1)
    size = min(round(WINDOW_S * 30), len(moved))
    sums = np.convolve(moved, np.ones(size), mode="valid")
    return float(example.times_s[int(sums.argmax())])
