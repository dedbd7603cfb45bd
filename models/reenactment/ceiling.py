"""How far perfect curves come in the same loop: no solver can be expected to do more.

Three rendered people play a take that no network was trained on. Their true weights
are put on the avatar, and both pictures are measured. What is lost is lost by the
tracker, by the turn of the actor's head, and by the two heads' different shapes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from engines.drawing.camera import Camera, Pose
from engines.face.face_graph import FaceGraph
from models.data.recorded.takes import read_take
from models.data.rendered.expressions import calm_take
from models.data.rendered.head import HEAD_FILE, Head, embody, fit_reach, load_head
from models.data.rendered.renderer import cast, render
from models.data.rendered.scene_sampling import TEST, draw_identity, draw_look
from models.data.rendered.textures import unroll
from models.solver.baselines import Tell
from protocols.arrays import Floats, Numbers
from protocols.channels import ARKIT

from .agreement import Agreement, agree
from .avatar import PLAIN, Avatar, shut_lips
from .loop import measure_avatar
from .measures import measure_face, of_actor
from .mesh import COLUMNS, MOVES_HERE, MeshMeasures

TAKE: Final = Path("arkit_takes/alexdjulin/alex_rom_4.csv")
PEOPLE: Final = (103, 107, 108)
"""Seeds of the actors, chosen for brows as dark as most people have."""
MOMENTS: Final = 200
"""Pictures of each actor, evenly over the take."""
CAMERA: Final = Camera(320, 320, 640.0)
TEXTURE: Final = 384

_TOGETHER: Final = (
    tuple(i for i, name in enumerate(ARKIT) if name.startswith("eyeLook")),
    (ARKIT.index("jawOpen"), ARKIT.index("mouthClose")),
)
"""Curves that mean nothing alone."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How the actors move."""

    name: str
    mixed: bool
    """Each curve is taken from another moment of the take."""
    turn: float
    """Degrees that the head turns to each side, and half of that up and down."""


KINDS: Final = (Kind("take", False, 14.0), Kind("take, mixed", True, 7.0))


@dataclass(frozen=True, slots=True, eq=False)
class Ceiling:
    """What perfect curves reach."""

    kind: Kind
    picture: Agreement
    """Measured on pictures of the avatar, `measures.NAMES`."""
    mesh: Agreement | None
    """On its vertices, `mesh.NAMES`; None for a head without known vertices."""


def mix(take: Floats, seed: int = 0) -> Floats:
    """Return (N, 52): each curve of a take shifted in time by its own random amount.

    The curves for gaze stay together, and so do jawOpen and mouthClose.
    """
    rng = np.random.default_rng(seed)
    bound = {i for group in _TOGETHER for i in group}
    alone = [(i,) for i in range(take.shape[1]) if i not in bound]
    mixed = np.empty_like(take)
    for group in (*_TOGETHER, *alone):
        columns = list(group)
        by = int(rng.integers(len(take)))
        mixed[:, columns] = np.roll(take[:, columns], by, axis=0)
    return mixed


def turns(count: int, degrees: float) -> list[Pose]:
    """Return a head that turns slowly and evenly to all sides."""
    poses = []
    for i in range(count):
        # Two rhythms without a common measure visit every pair of yaw and pitch.
        yaw = math.radians(degrees) * math.sin(i * 0.17)
        pitch = 0.5 * math.radians(degrees) * math.sin(i * 0.17 * math.sqrt(2.0))
        poses.append(Pose(yaw, pitch, 0.0, 0.0, 0.0, -0.55))
    return poses


def find_ceilings(
    data: Path, avatar: Avatar, mesh: MeshMeasures | None, graph: FaceGraph, tell: Tell
) -> list[Ceiling]:
    """Measure what perfect curves reach; about two minutes.

    Args:
        data: holds ict_facekit/ and arkit_takes/.
        avatar: the one that the solvers' weights are drawn on.
        mesh: of the same head, if its vertices are known.
        graph: finds all faces.
        tell: called after each picture.

    Raises:
        OSError: a file is missing.
        ValueError: the take is none.
    """
    head = load_head(data / HEAD_FILE)
    take = calm_take(read_take(data / TAKE))
    found = []
    for kind in KINDS:
        moving = mix(take) if kind.mixed else take
        at = np.linspace(0, len(moving) - 1, MOMENTS).astype(np.intp)
        weights = np.ascontiguousarray(moving[at])
        poses = turns(len(weights), kind.turn)
        what = f"ceiling, {kind.name}"
        total = (len(PEOPLE) + 1) * len(weights)

        def tick(done: int, what: str = what, total: int = total) -> None:
            tell(what, done, total)

        actors = []
        for k, seed in enumerate(PEOPLE):
            begun = k * len(weights)
            actors.append(_perform(head, seed, weights, poses, graph, tick, begun))
        drawn = measure_avatar(avatar, weights, graph)
        found.append(
            Ceiling(
                kind,
                agree(actors, [drawn] * len(actors)),
                None if mesh is None else _on_mesh(actors, mesh(weights)),
            )
        )
    return found


def _on_mesh(actors: Sequence[Numbers], moved: Numbers) -> Agreement:
    here = [actor[:, COLUMNS] for actor in actors]
    return agree(here, [moved] * len(here), MOVES_HERE)


def _perform(
    head: Head,
    seed: int,
    weights: Floats,
    poses: Sequence[Pose],
    graph: FaceGraph,
    tick: Callable[[int], None],
    begun: int,
) -> Numbers:
    """Return (n, M) measures of one rendered actor."""
    rng = np.random.default_rng(seed)
    person = fit_reach(shut_lips(embody(head, draw_identity(TEST, rng))))
    actor = cast(person, draw_look(TEST, rng), unroll(head, TEXTURE))
    graph.forget()
    faces = []
    for i, (row, pose) in enumerate(zip(weights, poses, strict=True)):
        shown = cv2.cvtColor(render(actor, row, pose, CAMERA, PLAIN), cv2.COLOR_BGR2RGB)
        faces.append(measure_face(graph.find(np.asarray(shown, np.uint8))))
        tick(begun + i + 1)
    return of_actor(np.array(faces))
