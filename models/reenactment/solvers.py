"""The solvers that are compared, opened by name; the daemon's own chain among them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from engines.face.anchor_strengths import SHIPPED, Strengths, UnknownStrengthError
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
    anchors: Sequence[str] = (),
) -> dict[str, Opener]:
    """Return what opens each solver anew, by name.

    Args:
        network: the learned solver's; None leaves its solvers out.
        task: MediaPipe's file; None leaves it out.
        old: another network for `OLD`.
        anchors: strengths to try, as for `parse_strengths`; each is a solver by its
            text, as sent.

    Raises:
        UnknownSolverError: one of `anchors` is no such text.
    """
    makes: dict[str, Opener] = {}
    if network is not None:
        makes[SENT] = lambda: SmoothedSolver(learned(network), shipped_generator())
        makes[LEARNED] = lambda: learned(network)
        makes[GUESSING] = lambda: learned(network, knowing=False)
        for text in anchors:
            makes[text] = _anchored(network, parse_strengths(text))
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
    return {
        name: make
        for name, make in makes.items()
        if not wanted or name in wanted or name not in (*ALL, OLD)
    }


def parse_strengths(text: str) -> Strengths:
    """Return the anchor's strengths that ship, with some changed.

    Args:
        text: `lipsX=0.06`, or several with commas between; see `Strengths.having`.

    Raises:
        UnknownSolverError: a name is not known, or a number is not above 0.
    """
    strengths = SHIPPED
    for part in text.split(","):
        name, _, number = part.strip().partition("=")
        try:
            value = float(number)
        except ValueError:
            value = math.nan
        if not 0.0 < value < math.inf:
            raise UnknownSolverError(
                f"--anchor {text}: {part.strip()!r} is no strength; expected "
                "NAME=NUMBER with a number above 0, for example lipsX=0.06"
            )
        try:
            strengths = strengths.having(name, value)
        except UnknownStrengthError as error:
            raise UnknownSolverError(f"--anchor {error}") from None
    return strengths


def _anchored(network: SolverNetwork, strengths: Strengths) -> Opener:
    return lambda: SmoothedSolver(
        learned(network, strengths=strengths), shipped_generator()
    )
