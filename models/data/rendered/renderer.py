"""Pictures of a head, on one CPU core, the same for the same arguments."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np

from engines.drawing.camera import Camera, Pose, project
from engines.drawing.develop import Picture, develop
from engines.drawing.raster import Cutout, blank, rasterise
from protocols.arrays import Floats
from protocols.easing import smoothstep

from .appearance import DAYLIGHT, Lighting, Look
from .creases import crease_strengths
from .gaze import gaze, gaze_rotation
from .glasses import Mesh, fit
from .hair import Shells, grow, lash_pattern
from .head import Head, Ints, Material, deform, embody
from .light import cast_shadow, dim_hollows, lamps, sky
from .normals import smooth_normals, vertex_normals
from .shading import shade
from .textures import Canvas, Paint, linear, paint
from .tongue import COUNT as TONGUE_COUNT
from .tongue import tongue_triangles, tongue_vertices

TONGUE_TRIANGLES: Final = tongue_triangles()

NECK: Final = np.array([0.0, -0.10, -0.01], dtype=np.float32)
"""Metres, head frame: where the neck bends."""
TORSO_SHARE: Final = 0.25
"""Of the head's turn that the chest follows."""


@dataclass(frozen=True, slots=True, eq=False)
class Actor:
    """A person ready to be rendered.

    Vertices: the head's, the tongue's, the glasses', the hair's. Triangles stand solid
    first, then lashes, hair.
    """

    head: Head
    look: Look
    paint: Paint
    creases: Floats
    """(S, S, 4) of the canvas."""
    frames: Mesh | None
    hair: Shells | None
    triangles: Ints
    materials: Ints
    uv: Floats
    """(T, 3, 3), the third number only for cut-outs: `raster.Cutout`."""
    solid: slice
    lashes: slice
    strands: slice
    lash_pattern: Floats
    eye_rays: Floats
    """(V, 3) from an eyeball's centre to its vertices, in radii; 0 elsewhere."""
    open_air: Floats
    """(V,) 1 outside, toward 0 deep in the mouth."""
    torso: Floats
    """(V, 1) 0 on the head, 1 on the chest."""


def cast(
    head: Head, look: Look, canvas: Canvas, identity: Floats | None = None
) -> Actor:
    """Return an actor.

    Args:
        head: the average head, as loaded.
        look: colours and hair.
        canvas: `unroll(head, size)`, made once for many actors.
        identity: (N <= 100,) standard deviations.
    """
    person = head if identity is None else embody(head, identity)
    hair = grow(head, look)
    rays = np.zeros_like(person.neutral)
    for side, material in enumerate((Material.LEFT_EYE, Material.RIGHT_EYE)):
        ball = np.unique(person.triangles[person.materials == material])
        centre, radius = person.eyes[side, :3], person.eyes[side, 3]
        rays[ball] = (person.neutral[ball] - centre) / radius

    frames = None if look.glasses is None else fit(person, look.glasses)
    vertices = len(head.neutral)
    props, kinds = [tongue_triangles() + vertices], [Material.TONGUE]
    vertices += TONGUE_COUNT
    if frames is not None:
        props.append(frames.triangles + vertices)
        kinds.append(Material.FRAMES)
        vertices += len(frames.vertices)

    is_lash = head.materials == Material.LASHES
    lash = head.triangles[is_lash]
    solid = np.concatenate([head.triangles[~is_lash], *props])
    uv = np.zeros((len(solid) + len(lash), 3, 3), dtype=np.float32)
    uv[: (~is_lash).sum(), :, :2] = head.uv[~is_lash]
    uv[len(solid) :, :, :2] = head.uv[is_lash]
    uv[len(solid) :, :, 1] = 1 - uv[len(solid) :, :, 1]
    uv[len(solid) :, :, 2] = 0.5
    triangles = np.concatenate([solid, lash])
    materials = np.concatenate(
        [
            head.materials[~is_lash],
            *(
                np.full(len(prop), kind, dtype=np.int32)
                for prop, kind in zip(props, kinds, strict=True)
            ),
            head.materials[is_lash],
        ]
    )
    if hair is not None:
        triangles = np.concatenate([triangles, hair.triangles + vertices])
        uv = np.concatenate([uv, hair.coordinates])
        kind = np.full(len(hair.triangles), Material.HAIR, dtype=np.int32)
        materials = np.concatenate([materials, kind])
    bare = len(solid) + len(lash)

    inner = np.isin(head.materials, (Material.TEETH, Material.GUMS, Material.MOUTH))
    inside = np.unique(head.triangles[inner])
    air = np.ones(len(head.neutral), dtype=np.float32)
    air[inside] = np.clip((head.neutral[inside, 2] - 0.055) / 0.05, 0.06, 1) ** 1.3
    sink = (-0.085 - head.neutral[:, 1:2]) / 0.065
    return Actor(
        head=person,
        look=look,
        paint=paint(canvas, look),
        creases=canvas.creases,
        frames=frames,
        hair=hair,
        triangles=np.ascontiguousarray(triangles),
        materials=materials,
        uv=uv,
        solid=slice(0, len(solid)),
        lashes=slice(len(solid), bare),
        strands=slice(bare, len(triangles)),
        lash_pattern=lash_pattern(look),
        eye_rays=rays,
        open_air=air,
        torso=smoothstep(sink).astype(np.float32),
    )


def put(actor: Actor, weights: Floats, pose: Pose) -> Floats:
    """Return the head's (V, 3) vertices in metres in the camera's frame."""
    return _place(actor, deform(actor.head, weights), pose)


def _place(actor: Actor, local: Floats, pose: Pose) -> Floats:
    turn = pose.rotation()
    head = local @ turn.T + pose.position()
    lazy = Pose(*(TORSO_SHARE * a for a in (pose.yaw, pose.pitch, pose.roll)))
    base = turn @ NECK + pose.position()
    wide = local * (1 + actor.torso * np.array([0.9, 0.2, 0.1], dtype=np.float32))
    chest = (wide - NECK) @ lazy.rotation().T + base
    out: Floats = head + actor.torso * (chest - head)
    return out


def render(
    actor: Actor,
    weights: Floats,
    pose: Pose,
    camera: Camera,
    lighting: Lighting = DAYLIGHT,
    supersample: int = 1,
    backdrop: Floats | None = None,
    local: Floats | None = None,
) -> Picture:
    """Return one picture.

    Args:
        actor: from `cast`.
        weights: (52,) float32 in `ARKIT` order.
        pose: of the head; the neck and the chest follow by a part.
        camera: its size is the picture's.
        lighting: lamps and wall.
        supersample: pixels a side drawn for each one returned; 2 has smooth edges.
        backdrop: (H, W, 3) linear light behind the head, of the size that is drawn;
            without it, the lighting's wall.
        local: `deform(actor.head, weights)` where the caller has it already.
    """
    fine = camera.scaled(supersample)
    head, look = actor.head, actor.look
    if local is None:
        local = deform(head, weights)
    view = _place(actor, local, pose)
    normals = vertex_normals(view, head.triangles, head.welds)
    rays, air = actor.eye_rays, actor.open_air
    turn = pose.rotation()
    tongue, open_tongue = tongue_vertices(local, weights)
    props, prop_air = [tongue], [open_tongue]
    prop_normals = [smooth_normals(tongue, TONGUE_TRIANGLES)]
    if actor.frames is not None:
        props.append(actor.frames.vertices)
        prop_air.append(np.ones(len(props[-1]), dtype=np.float32))
        ahead = np.zeros_like(props[-1])
        ahead[:, 2] = 1
        prop_normals.append(ahead)
    view = np.concatenate([view, np.concatenate(props) @ turn.T + pose.position()])
    normals = np.concatenate([normals, np.concatenate(prop_normals) @ turn.T])
    none = np.zeros((len(view) - len(air), 3), dtype=np.float32)
    rays, air = np.concatenate([rays, none]), np.concatenate([air, *prop_air])
    strands = np.zeros((1, 1), dtype=np.float32)
    if actor.hair is not None:
        shells = actor.hair
        strands = shells.pattern
        layers = len(shells.lift)
        out = normals[shells.roots]
        grown = view[shells.roots] + shells.lift * out
        grown += shells.lean @ turn.T
        view = np.concatenate([view, grown.reshape(-1, 3)])
        normals = np.concatenate([normals, np.tile(out, (layers, 1))])
        extra = len(view) - len(air)
        rays = np.concatenate([rays, np.zeros((extra, 3), dtype=np.float32)])
        air = np.concatenate([air, np.ones(extra, dtype=np.float32)])

    screen = project(view, fine)
    found = blank(fine.width, fine.height)
    rasterise(found, screen, actor.triangles, actor.solid)
    lash = Cutout(actor.lash_pattern, actor.uv)
    rasterise(found, screen, actor.triangles, actor.lashes, lash)
    if actor.hair is not None:
        hair = Cutout(strands, actor.uv)
        rasterise(found, screen, actor.triangles, actor.strands, hair)

    size = 320 if fine.height > 400 else 192
    shadow = cast_shadow(view, actor.triangles, actor.solid, lighting, size)
    axes = [turn @ gaze_rotation(*angles)[:, 2] for angles in gaze(weights)]
    light = (background(fine, lighting) if backdrop is None else backdrop).copy()
    shade(
        found.triangle,
        found.weights,
        actor.triangles,
        actor.materials,
        actor.uv,
        view,
        normals,
        rays,
        air,
        np.stack(axes),
        actor.paint.skin,
        actor.paint.scalp,
        actor.creases,
        np.float32(look.creases) * crease_strengths(weights),
        strands,
        np.stack(
            [
                linear(look.iris),
                linear(look.hair),
                0.3 * linear(look.brow),
                linear(look.glasses.colour if look.glasses else (0, 0, 0)),
            ]
        ),
        look.pupil,
        lamps(lighting),
        sky(lighting),
        shadow.turn,
        shadow.place,
        shadow.camera.focal,
        shadow.nearness,
        light,
    )
    dim_hollows(light, found, fine.focal)
    if supersample > 1:
        size_out = (camera.width, camera.height)
        coarse = cv2.resize(light, size_out, interpolation=cv2.INTER_AREA)
        light = np.asarray(coarse, dtype=np.float32)
    return develop(light)


@lru_cache(maxsize=4)
def background(camera: Camera, lighting: Lighting) -> Floats:
    """Return (H, W, 3) linear light, read-only: a soft spot on a wall."""
    x = (np.arange(camera.width, dtype=np.float32) / camera.width - 0.5) / 0.55
    y = (np.arange(camera.height, dtype=np.float32) / camera.height - 0.4) / 0.6
    k = (np.exp(-(y**2))[:, None] * np.exp(-(x**2))[None])[..., None]
    inner, outer = linear(lighting.background), linear(lighting.background_edge)
    out = np.ascontiguousarray(outer + (inner - outer) * k, dtype=np.float32)
    out.setflags(write=False)
    return out
