"""From a clip to what avatars do: every picture is solved, some are drawn.

clip -> FaceMesh -> solvers -> weights -> avatar -> picture -> FaceMesh -> measures
          └───────────────────────────── measures of the actor
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from engines.face.face_graph import FaceGraph
from engines.face.mesh import Picture
from engines.footage.clip import count_pictures
from models.solver.baselines import Tell
from models.solver.clip_solvers import ClipSolver, Opener, Shot
from models.solver.clips import Watched, frames, jitter, watch
from protocols.arrays import Floats, Numbers

from .avatar import Avatar, Reenacted
from .independent import NOTHING, SecondTracker
from .measures import by_eye_distance, measure_face, of_actor


@dataclass(frozen=True, slots=True, eq=False)
class Performance:
    """A clip, tracked and solved: n pictures, all that it has."""

    path: Path
    watched: Watched
    """(n,) seconds, and (n, 52) weights by solver."""
    actor: Numbers
    """(n, M) `measures.NAMES`, in eye distances; NaN where no face was found."""
    jitter: dict[str, Numbers]
    """By solver (52,) deviation on the clip's middle picture, shaken: `clips.jitter`.
    Empty where the clip ended before its middle."""
    second: Numbers
    """(n, K) `independent.NAMES` as a second tracker saw the actor; NaN in pictures
    that it was not shown."""


def solve_clip(
    path: Path,
    makes: Mapping[str, Opener],
    tell: Tell,
    second: SecondTracker | None,
    every: int,
) -> Performance:
    """Show a clip to solvers that have seen nothing before.

    Args:
        path: of the clip.
        makes: opens each solver anew; it is closed at the end.
        tell: called after each picture.
        second: sees every `every`-th picture as well, if there is one.
        every: 1 or more.

    Raises:
        ValueError: no picture can be had of the file; the sentence says why.
    """
    count = max(1, count_pictures(path))
    faces: list[Numbers] = []
    opinions: list[Numbers] = []
    still: list[Picture] = []

    def shown() -> Iterator[tuple[float, Picture]]:
        for i, shot in enumerate(frames(path)):
            tell(path.name, i + 1, count)
            if i == count // 2:
                still.append(shot[1])
            yield shot

    def see(shot: Shot) -> None:
        if second is not None and len(faces) % every == 0:
            opinions.append(second.measure(shot))
        else:
            opinions.append(NOTHING)
        faces.append(measure_face(shot.points))

    with _opened(makes) as solvers:
        watched = watch(shown(), solvers, see)
        later_s = float(watched.seconds[-1]) + 1.0
        shaken = jitter(still[0], later_s, solvers) if still else {}
    return Performance(
        path, watched, of_actor(np.array(faces)), shaken, np.array(opinions)
    )


@contextmanager
def _opened(makes: Mapping[str, Opener]) -> Iterator[dict[str, ClipSolver]]:
    with ExitStack() as stack:
        solvers = {}
        for name, make in makes.items():
            solvers[name] = make()
            stack.callback(solvers[name].close)
        yield solvers


def measure_avatar(
    avatar: Avatar,
    weights: Floats,
    graph: FaceGraph,
    tick: Callable[[int], None] = lambda _: None,
) -> Numbers:
    """Return (n, M) measures of an avatar, in its own eye distances.

    Args:
        avatar: drawn n times, about 45 ms each.
        weights: (n, 52), 0 to 1; NaN in a row gives NaN.
        graph: finds the avatar's face; it follows no other meanwhile.
        tick: called with the number of rows done.
    """
    graph.forget()
    faces = []
    for i, row in enumerate(weights):
        points = None
        if np.isfinite(row).all():
            drawn = cv2.cvtColor(avatar.draw(row), cv2.COLOR_BGR2RGB)
            points = graph.find(np.asarray(drawn, np.uint8))
        faces.append(measure_face(points))
        tick(i + 1)
    return by_eye_distance(np.array(faces))


def reenact(
    performance: Performance,
    avatar: Avatar,
    graph: FaceGraph,
    every: int,
    names: Sequence[str],
    tell: Tell,
) -> Reenacted:
    """Draw some pictures of a clip with each solver's weights, and measure them.

    Args:
        performance: from `solve_clip`.
        avatar: see `measure_avatar`.
        graph: likewise.
        every: 1 draws each picture, 4 every fourth.
        names: solvers whose weights are drawn.
        tell: called after each picture drawn.
    """
    seconds = performance.watched.seconds
    kept = np.arange(0, len(seconds), every)
    said = {name: performance.watched.said[name][kept] for name in names}
    drawn = {}
    for name, weights in said.items():
        tick = partial(_tell_drawn, tell, f"{performance.path.name}: {name}", len(kept))
        drawn[name] = measure_avatar(avatar, weights, graph, tick)
    return Reenacted(
        path=performance.path,
        kept=kept,
        seconds=seconds[kept],
        actor=performance.actor[kept],
        weights=said,
        avatar=drawn,
    )


def _tell_drawn(tell: Tell, what: str, total: int, done: int) -> None:
    tell(what, done, total)
