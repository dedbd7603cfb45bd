"""One rendered person who sits before a camera."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from engines.drawing.camera import Camera, Pose, project
from protocols.arrays import Floats

from .appearance import Colour, Lighting
from .head import LANDMARKS, Head, deform, embody, fit_reach
from .occlude import hang_hair, hide
from .renderer import Actor, cast, render
from .scene_sampling import Stage, draw_identity, draw_lighting, draw_look, draw_wall
from .sensor import Sensor, compress, draw_sensor, expose
from .textures import Canvas

SIDE: Final = 256
"""Height and width of a picture, pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class Sitter:
    """One person before a camera."""

    body: Head
    actor: Actor
    skin: Colour
    """BGR, 0 to 255."""
    hair: Colour
    """BGR, 0 to 255."""
    hair_seed: int
    wall: Floats
    sensor: Sensor
    distance: float
    """Of the head from the camera, metres."""
    width: float
    """Of the face at that distance, pixels."""


def seat(
    head: Head, canvas: Canvas, stage: Stage, rng: np.random.Generator
) -> tuple[Sitter, Lighting]:
    """Return a person and a scene drawn at random, and the light that is there first.

    Args:
        head: everybody's, before it gets a face of its own.
        canvas: of the same head.
        stage: ranges to draw from.
        rng: where chance comes from.
    """
    look = draw_look(stage, rng)
    body = fit_reach(embody(head, draw_identity(stage, rng)))
    actor = cast(body, look, canvas)
    lighting = draw_lighting(stage, rng)
    wall = draw_wall(stage, Camera(SIDE, SIDE, 400.0), rng)
    sensor = draw_sensor(rng)
    distance, width = rng.uniform(0.32, 0.9), rng.uniform(*stage.face_px)
    sitter = Sitter(
        body=body,
        actor=actor,
        skin=_bgr(look.skin),
        hair=_bgr(look.hair),
        hair_seed=int(rng.integers(1 << 30)),
        wall=wall,
        sensor=sensor,
        distance=distance,
        width=width,
    )
    return sitter, lighting


def photograph(
    sitter: Sitter,
    weights: Floats,
    pose: Pose,
    lighting: Lighting,
    rng: np.random.Generator,
    *,
    hidden: bool = False,
) -> bytes:
    """Return the JPEG that the camera takes, `SIDE` pixels wide and high.

    Args:
        sitter: who.
        weights: (52,) of the face.
        pose: of the head.
        lighting: of the scene.
        rng: where chance comes from.
        hidden: a hand, a cup or a microphone may be before the face.
    """
    focal = sitter.width * rng.uniform(0.9, 1.1) * sitter.distance / 0.155
    view = Camera(SIDE, SIDE, float(focal))
    local = deform(sitter.body, weights)
    drawn = render(
        sitter.actor, weights, pose, view, lighting, backdrop=sitter.wall, local=local
    )
    place = local[LANDMARKS] @ pose.rotation().T + pose.position()
    marks = project(place, view)[:, :2]
    hang_hair(drawn, marks, sitter.hair, sitter.hair_seed)
    if hidden:
        hide(drawn, marks, sitter.skin, rng)
    return compress(expose(drawn, sitter.sensor, rng), sitter.sensor.quality)


def _bgr(colour: Colour) -> Colour:
    red, green, blue = colour
    return 255 * blue, 255 * green, 255 * red
