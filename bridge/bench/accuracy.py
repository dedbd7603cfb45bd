"""Accuracy: compares the daemon's curves of the bundled clip with the true ones.

The clip is rendered, so its true curves are known exactly. Every frame is solved once,
with the daemon's own tracker, solver, actor and shaper.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources

import numpy as np
from rich.console import Console
from rich.table import Table

from bridge.capture.open import open_source
from bridge.capture.source import CaptureSettings, Pixels
from bridge.config import Config, Engines
from bridge.shape.shaper import Shaper, ShapeStyle
from bridge.solve.agreement import Agreement, compare, mean_correlation, read_truth
from bridge.solve.open import make_actor, open_solver, open_tracker
from bridge.solve.tracker import Points
from engines.face.geometry import CLAIMED
from protocols.arrays import Floats
from protocols.channels import ARKIT, WEIGHTS_SLICE


@dataclass(frozen=True, slots=True, eq=False)
class Performance:
    """The solved clip."""

    pictures: tuple[Pixels, ...]
    """Some pictures of the clip, evenly spaced."""
    points: tuple[Points | None, ...]
    """The landmarks in those pictures; None without a face."""
    times_s: Floats
    """(N,) times of the frames in seconds."""
    solved: Floats
    """(N, 52) solved weights, NaN in frames without a face."""
    truth: Floats
    """(N, 52) true weights."""
    solver: str = "geometric"
    """Name of the solver that ran."""
    reason: str = ""
    """Why that solver ran."""

    def rows(self) -> tuple[Agreement, ...]:
        """Return one row for every curve of the solver that moves in the clip."""
        return compare(self.solved, self.truth, claimed(self.solver))


def claimed(solver: str) -> tuple[str, ...]:
    """Return the names of the curves that a solver supports."""
    return CLAIMED if solver == "geometric" else ARKIT


def perform(
    solver: str = "learned", pictures: int = 6, engines: Engines | None = None
) -> Performance:
    """Solve the bundled clip as the daemon does, and keep some of its pictures.

    Args:
        solver: learned or geometric; without the network's weights, geometric is used.
        pictures: number of pictures to keep, evenly spaced.
        engines: the runtime and precision for the network; the default settings if
            None.
    """
    config = Config.model_validate(
        {"solve": {"solver": solver}, "engines": engines or Engines()}
    )
    assets = resources.files("bridge") / "assets"
    with resources.as_file(assets / "demo.csv") as path:
        truth = read_truth(path)
    source = open_source("demo", CaptureSettings(pace="fast", loop=False))
    opened, tracker = open_solver(config), open_tracker(config)
    actor = make_actor(config, "demo", opened)
    shaper = Shaper("demo", ShapeStyle())
    kept = set(np.linspace(0, len(truth) - 1, pictures, dtype=int).tolist())
    solved, times, shown, points = [], [], [], []
    try:
        while (image := source.read()) is not None:
            found = tracker.track(image.pixels, image.captured_ns)
            row = np.full(len(ARKIT), np.nan, dtype=np.float32)
            if found:
                frame = actor.solve(image, found[0])
                row = shaper.keep(frame).vector[WEIGHTS_SLICE]
            solved.append(row)
            times.append(image.captured_ns / 1e9)
            if len(solved) - 1 in kept:
                shown.append(image.pixels)
                points.append(found[0].points if found else None)
    finally:
        source.close()
        tracker.close()
        opened.close()
    return Performance(
        tuple(shown),
        tuple(points),
        np.array(times, dtype=np.float32),
        np.array(solved, dtype=np.float32),
        truth[: len(solved)],
        opened.name,
        opened.reason,
    )


def show_curves(console: Console, performance: Performance) -> None:
    """Print one row for each curve, best first, and the name of the solver."""
    rows, solver = performance.rows(), performance.solver
    table = Table(box=None)
    for name in ("curve", "correlation", "mean error", "slope"):
        table.add_column(name, justify="left" if name == "curve" else "right")
    for row in sorted(rows, key=lambda row: -row.correlation):
        table.add_row(
            row.curve, f"{row.correlation:.2f}", f"{row.error:.3f}", f"{row.slope:.2f}"
        )
    console.print(table)
    console.print(
        f"mean correlation {mean_correlation(rows):.3f} over the {len(rows)} curves "
        f"that move in the clip, of {len(claimed(solver))} that the {solver} solver "
        f"supports ({performance.reason})",
        highlight=False,
        markup=False,  # a reason may contain [solver]
        soft_wrap=True,
    )
