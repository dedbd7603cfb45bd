"""The solvers of `evaluate` on neutral ground."""

from __future__ import annotations

from pathlib import Path

from engines.face.solver_network import SolverNetwork
from models.data.characters.sequences import sequences

from .baselines import Tell
from .clip_solvers import MediaPipeSolver, Opener, geometric, learned
from .evaluate import GEOMETRIC, LEARNED, LESS_NEUTRAL, MEDIAPIPE, Report
from .neutral_ground import load_heads, neutral_ground


def evaluate_ground(
    report: Report, data: Path, task: Path, network: SolverNetwork | None, tell: Tell
) -> None:
    """Show the characters to every solver.

    Args:
        report: gets what is found.
        data: holds characters/ and arkit_takes/.
        task: MediaPipe's file.
        network: the learned solver's, if there is one.
        tell: see `Tell`; some eight minutes of one core.

    Raises:
        OSError: a character or the take cannot be read.
        ValueError: one of them is damaged.
    """
    openers: dict[str, Opener] = {}
    if network is not None:
        openers[LEARNED] = lambda: learned(network)
    openers[GEOMETRIC] = geometric
    openers[MEDIAPIPE] = lambda: MediaPipeSolver(task)
    report.ground = neutral_ground(
        load_heads(data / "characters"),
        sequences(data),
        openers,
        tell,
        {LESS_NEUTRAL: MEDIAPIPE},
    )
