"""A head with ARKit's shapes, read from anybody's GLB file.

It comes upright and faces +Z, as `models.data.rendered.head` has it: +X the actor's
left, +Y up, metres. Its size is set by the distance between its eyes, for files have
many units. What is far from the head (hands, legs) is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from models.data.rendered.head import Ints
from protocols.arrays import Floats, Mask, Numbers
from protocols.channels import ARKIT
from protocols.gltf.checks import LARGEST, GltfError
from protocols.gltf.glb import parse_glb
from protocols.gltf.read import read_scene
from protocols.gltf.scene import Scene

from .errors import CharacterError
from .eyes import Eye, find_eyes
from .parts import Part, read_parts
from .pictures import read_picture

EYES_M: Final = 0.063
"""Metres between the eyes of every character."""
MIDDLE: Final = np.array([0.0, 0.03, 0.07])
"""Metres from the head's own origin, about which it turns, to between its eyes."""
REACH_M: Final = 0.34
"""Metres around the origin. What is farther away is left out."""
WIDEST_M: Final = 10.0
"""Metres. No shape of a face moves anything as far."""

_LEFT, _RIGHT = ARKIT.index("eyeBlinkLeft"), ARKIT.index("eyeBlinkRight")


@dataclass(frozen=True, slots=True, eq=False)
class Character:
    """A head that can be posed and drawn."""

    name: str
    """Of its file, without the suffix."""
    vertices: Floats
    """(V, 3) metres at rest."""
    triangles: Ints
    """(T, 3) anticlockwise from outside."""
    double: Mask
    """(T,) seen from behind as well."""
    welds: Ints
    """(V,) the first vertex of those in the same place that move alike."""
    colours: Floats
    """(V, 3) linear light, 0 to 1."""
    uv: Floats
    """(V, 2) v down."""
    image: Ints
    """(T,) index into `images`, -1 where a triangle has no texture."""
    images: tuple[Floats, ...]
    """Each (h, w, 3) linear light."""
    shapes: Floats
    """(52, V, 3) metres at weight 1, in `ARKIT` order."""
    present: Mask
    """(52,) which curves the file has, by shape or, for gaze, by its eyes."""
    eyes: tuple[Eye, ...]
    """Eyeballs that turn with the gaze; none where shapes move them."""


def load_character(path: Path) -> Character:
    """Read a GLB file.

    Raises:
        OSError: it cannot be read.
        CharacterError: it is damaged, or no head with ARKit's shapes.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise CharacterError(f"{size} bytes, expected at most {LARGEST}")
        scene = read_scene(parse_glb(path.read_bytes()))
        return from_scene(scene, path.stem)
    except (CharacterError, GltfError) as error:
        raise CharacterError(f"{path}: {error}") from None


def from_scene(scene: Scene, name: str) -> Character:
    """Return the head in a scene; see `load_character`."""
    parts = [part for part in read_parts(scene) if len(part.triangles)]
    starts = np.cumsum([0, *(len(part.vertices) for part in parts)])
    if not parts:
        raise CharacterError("it has no mesh")
    vertices = np.concatenate([part.vertices for part in parts])
    shapes = np.zeros((len(ARKIT), *vertices.shape), dtype=np.float32)
    for part, start in zip(parts, starts, strict=False):
        for at, moved in part.shapes.items():
            shapes[at, start : start + len(moved)] += moved
    place = _place(vertices, shapes)
    vertices = place.points(vertices)
    shapes = place.offsets(shapes)
    if np.abs(shapes).max() > WIDEST_M:
        raise CharacterError(
            f"a morph target moves a vertex by more than {WIDEST_M:.0f} m, where eyes "
            f"are {EYES_M} m apart; the file is damaged"
        )
    owners = np.concatenate([part.owners for part in parts])
    triangles, kept = _near(vertices, parts, starts)
    used = np.unique(triangles)
    number = np.zeros(len(vertices), dtype=np.int32)
    number[used] = np.arange(len(used))
    eyes = find_eyes(
        scene.nodes,
        place.points(scene.world[:, :3, 3]),
        owners[used],
        vertices[used],
        shapes[:, used],
    )
    textures = sorted({part.texture for part in parts if part.texture >= 0})
    present = np.array([(shapes[at] != 0).any() for at in range(len(ARKIT))])
    if eyes:
        present |= np.array(["eyeLook" in curve for curve in ARKIT])
    counts = [len(part.triangles) for part in parts]
    numbers = [
        textures.index(part.texture) if part.texture >= 0 else -1 for part in parts
    ]
    return Character(
        name=name,
        vertices=vertices[used].astype(np.float32),
        triangles=np.ascontiguousarray(number[triangles], dtype=np.int32),
        double=np.repeat([part.double for part in parts], counts)[kept],
        welds=_weld(vertices[used], shapes[:, used]),
        colours=np.concatenate([part.colours for part in parts])[used],
        uv=np.concatenate([part.uv for part in parts])[used],
        image=np.repeat(numbers, counts)[kept].astype(np.int32),
        images=tuple(
            read_picture(scene.images[at], f"images[{at}]") for at in textures
        ),
        shapes=np.ascontiguousarray(shapes[:, used], dtype=np.float32),
        present=present,
        eyes=eyes,
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """From the scene's frame into the head's."""

    turn: Numbers
    """(3, 3), with the scale."""
    middle: Numbers
    """(3,) between the eyes, in the scene."""

    def points(self, points: Numbers) -> Numbers:
        """(..., 3) places."""
        found: Numbers = (points - self.middle) @ self.turn.T + MIDDLE
        return found

    def offsets(self, offsets: Floats) -> Floats:
        """(..., 3) ways."""
        found: Floats = offsets @ self.turn.T.astype(np.float32)
        return found


def _place(vertices: Numbers, shapes: Floats) -> _Place:
    lids = []
    for at in (_LEFT, _RIGHT):
        size = np.square(shapes[at].astype(np.float64)).sum(axis=1)
        if size.sum() < 1e-16:
            raise CharacterError(
                f"it has no morph target {ARKIT[at]}; expected ARKit's shapes, by name"
            )
        lids.append((size[:, None] * vertices).sum(axis=0) / size.sum())
    middle, apart = np.mean(lids, axis=0), float(np.linalg.norm(lids[0] - lids[1]))
    if apart < 1e-9:
        raise CharacterError("its morph targets eyeBlinkLeft and Right move one eye")
    # Eyes lie before the middle of the head at their height.
    level = np.abs(vertices[:, 1] - middle[1]) < apart
    level &= np.linalg.norm(vertices - middle, axis=1) < 4 * apart
    ahead = 1.0 if middle[2] >= vertices[level, 2].mean() else -1.0
    scale = EYES_M / apart
    return _Place(np.diag([ahead, 1.0, ahead]) * scale, middle)


def _near(vertices: Numbers, parts: list[Part], starts: Ints) -> tuple[Ints, Mask]:
    """Return the triangles near the head, and which of all they are."""
    triangles = np.concatenate(
        [part.triangles + at for part, at in zip(parts, starts, strict=False)]
    )
    near = np.linalg.norm(vertices, axis=1) < REACH_M
    kept = near[triangles].all(axis=1)
    return triangles[kept], kept


def _weld(vertices: Numbers, shapes: Floats) -> Ints:
    """Return (V,): the first of the vertices within 10 micrometres that move alike."""
    moves = np.abs(shapes).sum(axis=(0, 2))[:, None]
    _, first, group = np.unique(
        np.round(np.concatenate([vertices, moves], axis=1) * 1e5).astype(np.int64),
        axis=0,
        return_index=True,
        return_inverse=True,
    )
    return np.asarray(first[group.reshape(-1)], dtype=np.int32)
