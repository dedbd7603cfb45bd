"""The solvers that are compared, opened by name; the daemon's own chain among them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from engines.face.solver_network import SolverNetwork
from models.solver.clip_solvers import (
    MediaPipeSolver,
    Opener,
    SmoothedSolver,
    geometric,
    learned,
    shipped_generator,
)

SENT: Final = "learned, as sent"
"""What the daemon sends: solved, then smoothed."""
LEARNED: Final = "learned"
GUESSING: Final = "learned, no neutral"
GEOMETRIC: Final = "geometric"
MEDIAPIPE: Final = "MediaPipe"
OLD: Final = "old graph, as sent"
"""Another graph in the same chain: yesterday's weights beside today's."""

ALL: Final = (SENT, LEARNED, GUESSING, GEOMETRIC, MEDIAPIPE)


class UnknownSolverError(ValueError):
    """A name that no solver has."""


def openers(
    network: SolverNetwork | None,
    task: Path | None,
    old: SolverNetwork | None = None,
) -> dict[str, Opener]:
    """Return what opens each solver anew, by name.

    Args:
        network: the learned solver's; None leaves its solvers out.
        task: MediaPipe's file; None leaves it out.
        old: another network for `OLD`.
    """
    makes: dict[str, Opener] = {}
    if network is not None:
        makes[SENT] = lambda: SmoothedSolver(learned(network), shipped_generator())
        makes[LEARNED] = lambda: learned(network)
        makes[GUESSING] = lambda: learned(network, knowing=False)
    if old is not None:
        makes[OLD] = lambda: SmoothedSolver(learned(old), shipped_generator())
    makes[GEOMETRIC] = geometric
    if task is not None:
        makes[MEDIAPIPE] = lambda: MediaPipeSolver(task)
    return makes


def choose(makes: dict[str, Opener], wanted: Sequence[str]) -> dict[str, Opener]:
    """Return those that were asked for, in their own order; all if none was.

    Raises:
        UnknownSolverError: naming what there is.
    """
    for name in wanted:
        if name not in (*ALL, OLD):
            raise UnknownSolverError(
                f"--solver {name}: no such solver; expected {', '.join((*ALL, OLD))}"
            )
    return {name: make for name, make in makes.items() if not wanted or name in wanted}
