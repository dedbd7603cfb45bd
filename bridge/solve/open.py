"""Opens the tracker, the solver and the actors that the settings ask for.

solver        weights from                             if it cannot be opened
learned       the network in engines/weights           geometric, with a reason
geometric     measures of the landmarks                -
mediapipe     a task file, together with landmarks     ModelError
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from bridge.config import Config
from bridge.errors import ConfigError
from bridge.inference import open_network
from engines.expression.resting import RestingExpression
from engines.face.curve_solver import CurveSolver, GeometricSolver, TrackerSolver
from engines.face.learned_solver import USUAL, LearnedSolver
from engines.face.solver_network import SolverNetwork
from engines.runtime.engine import GraphError
from engines.runtime.graphs import SOLVER
from engines.runtime.weights import FOLDER, find_weights

from .actor import Actor
from .own_tracker import open_own_tracker
from .task_tracker import open_task
from .tracker import Tracker


@dataclass(frozen=True, slots=True)
class OpenedSolver:
    """The kind of solver that runs, for all actors of one thread."""

    name: str
    """learned, geometric or mediapipe."""
    reason: str
    """Why this one runs, and on what device, in words for the user."""
    fallback: bool
    """True if the settings asked for another one."""
    for_actor: Callable[[str], CurveSolver]
    """Returns a new solver for the actor with this name."""
    close: Callable[[], None]
    """Frees the network that the actors share. Safe to call twice."""


def open_solver(
    config: Config,
    *,
    folder: Path = FOLDER,
    timer: AbstractContextManager[object] | None = None,
    background: bool = False,
) -> OpenedSolver:
    """Return the solver that the settings ask for, or the geometric one instead.

    Args:
        config: what to run.
        folder: where the weights are.
        timer: entered while our network runs.
        background: see `open_network`.

    Raises:
        EngineError: the device that `[engines]` names cannot run the network.
    """
    if config.solve.solver == "learned":
        try:
            return _learned(config, folder, timer, background=background)
        except GraphError as error:
            return _geometric(f"{error}; the geometric solver runs", fallback=True)
    if config.solve.solver == "mediapipe":
        return OpenedSolver(
            "mediapipe",
            f"its curves come from {config.solve.task}",
            False,
            lambda subject: TrackerSolver(),
            _nothing,
        )
    return _geometric("measures of the landmarks, no network", fallback=False)


def open_tracker(config: Config, *, background: bool = False) -> Tracker:
    """Return the tracker that the solver needs.

    Args:
        config: what to run.
        background: see `open_network`.

    Raises:
        EngineError: the device that `[engines]` names cannot run a network.
        ModelError: the task file or a network is missing or damaged.
    """
    solve, track = config.solve, config.track
    if solve.solver == "mediapipe" or track.tracker == "mediapipe":
        if solve.task is None:
            raise ConfigError("solve.task: missing, and MediaPipe needs it")
        return open_task(solve.task, track.faces)
    return open_own_tracker(
        track.faces,
        detection_confidence=track.detection_confidence,
        tracking_confidence=track.tracking_confidence,
        engines=config.engines,
        background=background,
    )


def make_actor(config: Config, subject: str, solver: OpenedSolver) -> Actor:
    """Return an actor with its own solver, set up as the settings say."""
    return Actor(
        subject,
        solver.for_actor(subject),
        field_of_view_deg=config.solve.field_of_view_deg,
        neck_share=config.solve.neck_share,
        resting=RestingExpression() if config.mood.own_neutral else None,
    )


def _learned(
    config: Config,
    folder: Path,
    timer: AbstractContextManager[object] | None,
    *,
    background: bool,
) -> OpenedSolver:
    weights = find_weights(SOLVER.name, folder)
    usual = weights.metrics.get("sigma_usual", USUAL)
    if not usual > 0.0:
        raise GraphError(
            f"{weights.path}: sigma_usual in manifest.toml is {usual}, expected more "
            "than 0; export the weights again"
        )
    opened = open_network(SOLVER, weights, config.engines, background=background)
    network = SolverNetwork(opened.engine)
    return OpenedSolver(
        "learned",
        f"{weights.path.name} on {opened.told}",
        False,
        lambda subject: LearnedSolver(network, subject, usual=usual, timer=timer),
        network.close,
    )


def _geometric(reason: str, *, fallback: bool) -> OpenedSolver:
    return OpenedSolver(
        "geometric", reason, fallback, lambda subject: GeometricSolver(), _nothing
    )


def _nothing() -> None:
    """Close a solver that shares nothing."""
