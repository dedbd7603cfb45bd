"""Made-up characters, actors and trackers for the tests of the animation."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import numpy as np

from engines.character.character import character
from engines.character.mapping import Drive, Mapping
from engines.drawing.drawable import drawable
from engines.face.canonical_face import CANONICAL
from engines.face.face_graph import FaceGraph
from engines.face.mesh import Picture, Points
from engines.motion.generator import MotionGenerator
from engines.motion.signals import COUNT
from engines.runtime.graphs import MOTION
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from models.animation.fidelity import moved, neutral
from models.animation.heads import Head
from models.animation.performances import Acted
from protocols.arrays import Floats, Numbers
from protocols.channels import ARKIT, INDEX
from protocols.gltf.glb import parse
from protocols.gltf.read import read_scene
from tests import glb_writer
from tests.engines.motion.graph import mean_of

REST = neutral(CANONICAL)


def head(name: str = "ball") -> Head:
    """Return a ball with 52 shapes; every vertex is followed, none is a lid."""
    made = character(name, read_scene(parse(glb_writer.head())))
    targets = {slot.name for slot in made.slots}
    mapping = Mapping(tuple(Drive(n, (n,)) for n in ARKIT if n in targets))
    subject = drawable(made, 1)
    followed = np.arange(len(subject.made.vertices), dtype=np.int32)
    return Head(
        name=name,
        character=made,
        mapping=mapping,
        subject=subject,
        neutral=REST,
        eyes_m=0.06,
        followed=followed,
        lids=np.zeros(len(followed), dtype=bool),
    )


class SeesACanonicalFace:
    """In place of a `FaceGraph`: it finds the average face in every picture."""

    def __init__(self) -> None:
        self.asked = 0

    def find(self, picture: Picture) -> Points:
        self.asked += 1
        flip = np.array([1.0, -1.0, -1.0])
        found: Points = (CANONICAL * flip * 10.0 + 160.0).astype(np.float32)
        return found

    def forget(self) -> None:
        pass

    def close(self) -> None:
        pass


def graph() -> FaceGraph:
    return cast(FaceGraph, SeesACanonicalFace())


def generator() -> MotionGenerator:
    """Return a generator that follows one of the running means."""
    return MotionGenerator(OnnxRuntimeEngine(MOTION, mean_of()))


def signals(frames: int, **curves: Numbers | float) -> Floats:
    """Return (F, 58) signals, 0 but for some curves."""
    found = np.zeros((frames, COUNT), dtype=np.float32)
    for name, values in curves.items():
        found[:, INDEX[name]] = values
    return found


def acted(rows: Floats, fps: float = 30.0, name: str = "made.mp4") -> Acted:
    """Return an actor with these signals whose landmarks never leave rest."""
    faces = np.repeat(CANONICAL[None], len(rows), axis=0)
    return Acted(Path(name), np.arange(len(rows)) / fps, rows, moved(faces, REST))
