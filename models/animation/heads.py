"""Characters that are animated and drawn: the built-in head, and files of anybody."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from engines.character.character import Character, Posture, character, rest
from engines.character.mapping import Drive, Mapping
from engines.character.recognise import recognise
from engines.character.retarget import Retarget
from engines.drawing.draw import AWAY_M, View, camera, draw, in_view
from engines.drawing.drawable import Drawable, drawable
from engines.drawing.pose import pose
from engines.face.face_graph import FaceGraph
from engines.face.mesh import Picture, Points
from protocols.arrays import Floats, Indices, Mask, Numbers
from protocols.channels import ARKIT, BONES, CHANNELS, INDEX, ROTATION_SLICE
from protocols.export import gltf
from protocols.export.performance import Rig
from protocols.frame import NO_EXPRESSION
from protocols.gltf.checks import LARGEST, GltfError
from protocols.gltf.glb import parse
from protocols.gltf.read import read_scene

from .fidelity import Neutral, aligned, moved, neutral

RIG: Final = Path(__file__).parents[2] / "bridge" / "assets" / "face_rig.npz"
"""The head that ships. The file is read; no code of the daemon is imported."""
BUILT_IN: Final = "built-in head"
DEFAULT: Final = ("human_arkit_visemes.glb", "facecap_live_avatar.glb")
"""Looked for in `characters/` of the data folder."""
VIEW: Final = View(320, 320, fine=1)
"""Of the pictures in which a tracker looks for the face."""
POINTS: Final = 300
"""Vertices whose motion is measured."""
MOVED: Final = 0.05
"""Such a vertex is moved by some morph target at least this share of the farthest."""


class HeadError(ValueError):
    """A character that cannot be evaluated; the sentence says why."""


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """A character with what its evaluation needs."""

    name: str
    character: Character
    mapping: Mapping
    subject: Drawable
    neutral: Neutral
    """Its face at rest, as the tracker sees it."""
    eyes_m: float
    """Distance between its eyes, in the metres of `engines.drawing.draw.in_view`."""
    followed: Indices
    """(P,) vertices of the face."""
    lids: Mask
    """(P,) those that a blink moves."""

    def postures(self, vectors: Floats, times: Numbers) -> list[Posture]:
        """Return the posture for each of (F, 85) vectors at (F,) seconds."""
        retarget = Retarget(self.character, self.mapping)
        return [
            retarget.perform(vector, NO_EXPRESSION, round(at_s * 1e9))
            for vector, at_s in zip(vectors, times.tolist(), strict=True)
        ]

    def places(self, postures: list[Posture]) -> Floats:
        """Return (F, P, 3): where the followed vertices are, in eye distances."""
        found = [
            in_view(self.subject, pose(self.subject.made, each)[self.followed], VIEW)
            for each in postures
        ]
        return np.array(found, dtype=np.float32) / np.float32(self.eyes_m)

    def seen(self, vector: Floats, graph: FaceGraph) -> Numbers:
        """Return (478, 2) `fidelity.moved` of the drawn face; NaN if none is found.

        The head looks straight ahead: its turn is no matter of the face.
        """
        ahead = vector.copy()
        ahead[_TURNS] = 0.0
        picture = self.draw(self.postures(ahead[None], np.zeros(1))[0], VIEW)
        return moved(aligned(_find(picture, graph)), self.neutral)

    def draw(self, posture: Posture, view: View) -> Picture:
        """Return (height, width, 3) BGR."""
        return draw(self.subject, posture, view)


_TURNS: Final = [
    at
    for at, name in enumerate(CHANNELS)
    if ROTATION_SLICE.start <= at < ROTATION_SLICE.stop
    and not name.startswith(("leftEye", "rightEye", "jaw"))
]
"""Channels that turn the head or the body."""


def built_in_head(graph: FaceGraph) -> Head:
    """Return the head that ships.

    Raises:
        OSError: its file cannot be read.
        HeadError: see `head`.
    """
    with np.load(RIG) as file:
        rig = Rig(**{name: file[name] for name in Rig.__dataclass_fields__})
    scene = read_scene(parse(gltf.encode_rest(rig, "facewire")))
    drives = tuple(Drive(name, (name,)) for name in ARKIT)
    mapping = Mapping(drives, {bone: bone for bone in BONES})
    return head(character(BUILT_IN, scene), mapping, graph)


def open_head(path: Path, graph: FaceGraph) -> Head:
    """Return the character of a GLB or VRM file.

    Raises:
        OSError: it cannot be read.
        HeadError: it is damaged, or no face that can be evaluated.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise HeadError(f"{path}: it has over {LARGEST} bytes")
        made = character(path.stem, read_scene(parse(path.read_bytes())))
    except GltfError as error:
        raise HeadError(f"{path}: {error}") from None
    return head(made, recognise(made).mapping, graph)


def head(made: Character, mapping: Mapping, graph: FaceGraph) -> Head:
    """Return a character with what its evaluation needs.

    Raises:
        HeadError: the tracker finds no face on it, or no morph target moves it.
    """
    subject = drawable(made, mapping.facing)
    followed = _followed(subject)
    if not len(followed):
        raise HeadError(f"{made.name}: no morph target moves it; expected a face")
    graph.forget()
    picture = draw(subject, rest(made), VIEW)
    # A face that is followed is cut out more exactly than one just detected.
    for _ in range(3):
        points = _find(picture, graph)
    if points is None:
        raise HeadError(
            f"{made.name}: the tracker finds no face on its picture; expected a head "
            "that looks like a face"
        )
    right, left = (points[list(each), :2].mean(axis=0) for each in _CORNERS)
    blink = np.zeros(len(CHANNELS), dtype=np.float32)
    blink[_BLINKS] = 1.0
    shut = Retarget(made, mapping).perform(blink, NO_EXPRESSION, 0)
    away = (pose(subject.made, shut) - pose(subject.made, rest(made)))[followed]
    lids = np.linalg.norm(away, axis=1)
    pixels = float(np.linalg.norm(left - right))
    return Head(
        name=made.name,
        character=made,
        mapping=mapping,
        subject=subject,
        neutral=neutral(aligned(points)),
        eyes_m=pixels * AWAY_M / camera(VIEW).focal,
        followed=followed,
        lids=lids > MOVED * max(float(lids.max()), 1e-9),
    )


_BLINKS: Final = [INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]]
_CORNERS: Final = ((33, 133), (263, 362))


def _find(picture: Picture, graph: FaceGraph) -> Points | None:
    return graph.find(np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8))


def _followed(subject: Drawable) -> Indices:
    """Return vertices of the face, spread evenly over those that morphs move."""
    far = np.zeros(len(subject.made.vertices), dtype=np.float32)
    for move in subject.made.moves:
        size = np.linalg.norm(move.offsets, axis=1)
        far[move.vertices] = np.maximum(far[move.vertices], size)
    if not far.any():
        return np.zeros(0, dtype=np.int32)
    rows = np.flatnonzero(far > MOVED * far.max())
    chosen = rows[:: max(1, len(rows) // POINTS)]
    return chosen.astype(np.int32)
