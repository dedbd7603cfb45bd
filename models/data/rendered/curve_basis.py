"""Measures what each curve moves the tracked points of a rendered face by.

Every curve is drawn alone at 1/2 and at 1, in plain light and ahead, and the tracker
reads the pictures. mouthClose is drawn on a jaw as far open: that is what it closes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np

from engines.drawing.camera import Camera, Pose
from engines.drawing.develop import Picture
from engines.face import mirror
from engines.face.canonical_face import COUNT
from engines.face.face_graph import FaceGraph
from engines.face.preprocess import align
from protocols.arrays import Floats, Numbers
from protocols.channels import ARKIT, INDEX

from .appearance import Look
from .head import Head, embody, fit_reach
from .person import see
from .renderer import Actor, cast, render
from .scene_sampling import SKIN, TRAIN, draw_identity
from .textures import unroll

AMOUNTS: Final = (0.5, 1.0)
CAMERA: Final = Camera(400, 400, 640.0)
POSE: Final = Pose(y=0.01, z=-0.42)


Draw = Callable[[Floats], Picture]
"""Draws a head that looks ahead, with (52,) weights."""


def measure_people(
    head: Head, people: int, seed: int, tell: Callable[[int, int], None]
) -> Numbers:
    """Return (52, 478, 3) centimetres, the mean of several rendered people.

    Args:
        head: the average head.
        people: how many are drawn at random.
        seed: of the people.
        tell: called with people done and wanted.
    """
    canvas = unroll(head, 512)
    rng = np.random.default_rng(seed)
    found = []
    for k in range(people):
        person = fit_reach(embody(head, 0.8 * draw_identity(TRAIN, rng)))
        # Nothing hides the brows: the tracker follows a real one as well as these.
        look = Look(
            skin=SKIN[k % len(SKIN)],
            hair_layers=4,
            brow_height=float(rng.uniform(-0.003, 0.003)),
            brow_thickness=float(rng.uniform(0.6, 1.4)),
        )
        actor = cast(person, look, canvas)
        found.append(measure_moves(partial(_draw, actor)))
        tell(k + 1, people)
    mean: Numbers = np.mean(found, axis=0)
    return mean


def measure_moves(draw: Draw) -> Numbers:
    """Return (52, 478, 3) canonical centimetres by which each curve at 1 moves the
    tracked points, both sides alike."""
    graph = FaceGraph()
    total = np.zeros((len(ARKIT), COUNT, 3))
    seen = np.zeros(len(ARKIT))

    def shown(weights: Floats) -> Floats | None:
        picture = draw(weights)
        see(graph, picture)
        points = graph.find(np.ascontiguousarray(picture[..., ::-1]))
        alignment = None if points is None else align(points)
        return None if alignment is None else alignment.points

    try:
        nothing = np.zeros(len(ARKIT), dtype=np.float32)
        calm = shown(nothing)
        for curve, name in enumerate(ARKIT):
            for amount in AMOUNTS:
                weights, before = nothing.copy(), calm
                if name == "mouthClose":
                    weights[INDEX["jawOpen"]] = amount
                    before = shown(weights)
                weights[curve] = amount
                after = shown(weights)
                if before is not None and after is not None:
                    # Least squares of a line through 0.
                    total[curve] += amount * (after - before)
                    seen[curve] += amount * amount
    finally:
        graph.close()
    mean = total / np.maximum(seen, 1e-9)[:, None, None]
    mirrored = (mean[:, mirror.POINTS] * mirror.SIGN)[mirror.CURVES]
    return np.asarray(0.5 * (mean + mirrored), dtype=np.float64)


def _draw(actor: Actor, weights: Floats) -> Picture:
    return render(actor, weights, POSE, CAMERA)
