"""A character ready for pictures: what neither postures nor views change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engines.character.character import Character, rest
from protocols.arrays import Floats, Indices, Mask
from protocols.gltf.scene import Material

from .figure import Figure, figure, surface
from .framing import Framing, framing
from .normals import Smoothing, smoothing
from .pose import pose
from .raster import Cutout
from .textures import Texture, texture


@dataclass(frozen=True, slots=True, eq=False)
class Drawable:
    """A character ready for pictures: all that postures and views do not change."""

    made: Figure
    triangles: Indices
    """(T, 3) the solid ones first, then those of each material with holes."""
    material: Indices
    """(T,)"""
    double: Mask
    """(T,) seen from behind as well."""
    cutouts: tuple[tuple[slice, Cutout], ...]
    solid: slice
    textures: dict[int, Texture]
    """By the image's index."""
    painted: Indices
    """(T,) the image of each triangle, -1 without one."""
    smooth: Smoothing
    frame: Framing


def drawable(character: Character, facing: int | None = None) -> Drawable:
    """Return a character ready for pictures.

    Args:
        character: any.
        facing: 1 if it looks along +Z, -1 if along -Z; judged by the file without it.
    """
    made, scene = figure(character), character.scene
    surfaces = [surface(scene, at) for at in range(-1, len(scene.materials))]
    used = np.unique(made.material)
    images = {surfaces[at + 1].image for at in used} - {-1}
    textures = {at: texture(scene.images[at]) for at in sorted(images)}
    holes: dict[int, Floats] = {}
    for at in used.tolist():
        look = surfaces[at + 1]
        alpha = textures[look.image].alpha if look.image >= 0 else None
        if alpha is not None and look.cutoff > 0:
            holes[at] = alpha
    shown = np.array([not _invisible(s, textures) for s in surfaces])
    last = np.where(np.isin(made.material, list(holes)), made.material + 1, 0)
    order = np.argsort(last, kind="stable")
    order = order[shown[made.material[order] + 1]]
    triangles, material = made.triangles[order], made.material[order]
    still = pose(made, rest(character))
    frame = framing(made, still, facing)
    cutouts = []
    for at, alpha in sorted(holes.items()):
        mine = np.flatnonzero(material == at)
        if not len(mine):
            continue
        level = np.full((len(triangles), 3, 1), surfaces[at + 1].cutoff)
        places = np.concatenate([made.uv[triangles], level], axis=2)
        part = slice(int(mine[0]), int(mine[-1]) + 1)
        cutouts.append((part, Cutout(alpha, places.astype(np.float32), tiled=True)))
    first = cutouts[0][0].start if cutouts else len(triangles)
    return Drawable(
        made=made,
        triangles=np.ascontiguousarray(triangles),
        material=material,
        double=np.array([s.double for s in surfaces])[material + 1],
        cutouts=tuple(cutouts),
        solid=slice(0, first),
        textures=textures,
        painted=np.array([s.image for s in surfaces], dtype=np.int32)[material + 1],
        smooth=smoothing(made, still, frame.size),
        frame=frame,
    )


def _invisible(look: Material, textures: dict[int, Texture]) -> bool:
    """Return whether nothing of a material's triangles is drawn."""
    found = textures.get(look.image)
    return look.cutoff > 1.0 and (found is None or found.alpha is None)
