"""What actors do: a clip or a still picture, solved by the chain that ships.

clip  -> FaceMesh -> network, anchor, seal -> signals of each frame
still -> the same, with the actor's neutral picture shown first
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from engines.face.curve_solver import points_of
from engines.face.face_graph import FaceGraph
from engines.face.learned_solver import LearnedSolver
from engines.face.mesh import Picture
from engines.face.preprocess import align
from engines.face.solver_network import SolverNetwork
from engines.footage.clip import count_pictures
from engines.motion.signals import COUNT, TURN, WEIGHTS
from models.reenactment.stills import read_picture, sequence
from models.solver.baselines import Tell
from models.solver.clip_solvers import ShippedSolver, Shot, learned
from models.solver.clips import frames, watch
from protocols.arrays import Floats, Numbers
from protocols.rotation import matrix_to_vector

from .fidelity import Neutral, aligned, moved, neutral

_SOLVED: Final = "solved"


@dataclass(frozen=True, slots=True, eq=False)
class Acted:
    """What one actor does in a clip, or holds in a still."""

    path: Path
    times: Numbers
    """(F,) seconds from 0, rising. A still has one."""
    signals: Floats
    """(F, 58) in `SIGNALS` order, as solved; NaN where no face was seen. The head's
    turn is as seen, and the place is 0."""
    moved: Numbers
    """(F, 478, 2) `fidelity.moved` of the actor; NaN where no face was seen. All NaN
    where the actor's neutral face is not known."""

    @property
    def name(self) -> str:
        """The file's name without suffix."""
        return self.path.stem


def act_clip(
    path: Path,
    network: SolverNetwork,
    rest: Sequence[tuple[int, int]],
    longest_s: float,
    tell: Tell,
) -> Acted:
    """Solve a clip.

    Args:
        path: of the video.
        network: the learned solver's.
        rest: first and last pictures of passages in which the face is neutral, the
            last included. Without any, neutral is what the solver has learned by the
            end of the clip.
        longest_s: later pictures are not looked at.
        tell: called after each picture.

    Raises:
        ValueError: no picture can be had of the file, or no face in any of them.
    """
    count = max(1, count_pictures(path))
    turns: list[Numbers] = []
    points: list[Numbers] = []

    def shown() -> Iterator[tuple[float, Picture]]:
        for i, (at_s, picture) in enumerate(frames(path)):
            if at_s > longest_s:
                return
            tell(path.name, i + 1, count)
            yield at_s, picture

    def see(shot: Shot) -> None:
        points.append(aligned(shot.points))
        turns.append(_turn(shot))

    chain = LearnedSolver(network)
    watched = watch(shown(), {_SOLVED: ShippedSolver(chain)}, see)
    if not len(points):
        raise ValueError(f"{path}: has no picture; expected a video")
    faces, said = np.array(points), watched.said[_SOLVED]
    calm = [faces[first : last + 1] for first, last in rest]
    calm_faces = np.concatenate([faces[:0], *calm])
    calm_faces = calm_faces[np.isfinite(calm_faces).all(axis=(1, 2))]
    still = (
        calm_faces.mean(axis=0)
        if len(calm_faces)
        else points_of(chain.neutral).astype(np.float64)
    )
    signals = np.zeros((len(faces), COUNT), dtype=np.float32)
    signals[:, WEIGHTS], signals[:, TURN] = said, np.array(turns)
    signals[~np.isfinite(signals).all(axis=1)] = np.nan
    if np.isfinite(signals).all(axis=1).sum() < 2:
        raise ValueError(f"{path}: no face was found; expected one in most pictures")
    times = watched.seconds - watched.seconds[0]
    return Acted(path, times, signals, moved(faces, neutral(still)))


def act_still(
    path: Path, rest: Path | None, network: SolverNetwork, graph: FaceGraph
) -> Acted:
    """Solve a still picture.

    Args:
        path: of the picture.
        rest: of the same person's neutral face; without it the person is taken for an
            average one, and `moved` is NaN.
        network: the learned solver's.
        graph: finds the face.

    Raises:
        ManifestError: a file is no picture.
        ValueError: no face was found.
    """
    calm = None if rest is None else read_picture(rest)
    solver = learned(network)
    if calm is None:
        solver.hold()
    weights, turn = None, np.zeros(3)
    still: Neutral | None = None
    face = np.full((1, *aligned(None).shape), np.nan)
    for resting, shot in sequence(read_picture(path), calm, graph):
        if not resting:
            solver.hold()
        weights = solver(shot)
        if resting and still is None:
            still = neutral(aligned(shot.points))
        elif not resting:
            face[0], turn = aligned(shot.points), _turn(shot)
    if weights is None:
        raise ValueError(f"{path}: no face was found; expected one")
    signals = np.zeros((1, COUNT), dtype=np.float32)
    signals[0, WEIGHTS], signals[0, TURN] = weights, turn
    unknown = np.full((1, face.shape[1], 2), np.nan)
    return Acted(
        path,
        np.zeros(1),
        signals,
        unknown if still is None else moved(face, still),
    )


def _turn(shot: Shot) -> Numbers:
    """Return (3,) rotation vector of the head as the camera sees it; NaN without."""
    found = None if shot.points is None else align(shot.points)
    if found is None:
        return np.full(3, np.nan)
    return np.array(matrix_to_vector(found.rotation))
