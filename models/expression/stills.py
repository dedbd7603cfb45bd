"""Labelled pictures of another kind than FER2013's: photographs and made pictures.

`real_faces` is a folder of stills and clips that is not passed on. Its pictures were
not labelled with expressions, so labels come from two places:

made      photoreal pictures of nobody, found by the word that they were searched with
          ("angry", "sad", "smiling", "surprised"). Used as often as one likes.
posed     stock photographs of two people who act. Each was labelled by looking at it,
          before any network was asked, and only where the expression is plain; of
          sixteen, eight are. Ask them once, at the end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import cv2
import numpy as np

from engines.face.crop import face_input
from engines.face.face_graph import FaceGraph
from engines.runtime.graphs import EXPRESSION
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from protocols.arrays import Floats
from protocols.channels import EXPRESSIONS

Kind = Literal["made", "posed"]

SEARCHED: Final = {
    "angry": "anger",
    "sad": "sadness",
    "smiling": "happiness",
    "surprised": "surprise",
}
"""The word of a made picture's file name, and its expression."""

POSED: Final = {
    "hum_a-1": "neutral",
    "hum_a-3": "neutral",
    "hum_a-5": "anger",
    "hum_a-7": "happiness",
    "hum_b-2": "anger",
    "hum_b-4": "happiness",
    "hum_b-5": "surprise",
    "hum_b-6": "surprise",
}


@dataclass(frozen=True, slots=True)
class Still:
    """A picture with a label."""

    path: Path
    label: str
    """One of `EXPRESSIONS`."""


@dataclass(frozen=True, slots=True, eq=False)
class Answered:
    """What a network reads of the pictures in which a face is found."""

    stills: tuple[Still, ...]
    read: Floats
    """(n, 8) probabilities."""
    missed: int
    """Pictures in which no face is found."""

    def right(self, label: str | None = None) -> tuple[int, int]:
        """Return how many are called by their label, and how many there are.

        Args:
            label: counts only these; None counts all.
        """
        said = [EXPRESSIONS[at] for at in self.read.argmax(axis=1).tolist()]
        rows = zip(self.stills, said, strict=True)
        hits = [s.label == name for s, name in rows if label in (None, s.label)]
        return sum(hits), len(hits)


def find_stills(folder: Path, kind: Kind) -> list[Still]:
    """Return the labelled pictures of a folder like `real_faces`, by name.

    Raises:
        ValueError: it has none.
    """
    if kind == "made":
        found = [
            Still(path, label)
            for word, label in SEARCHED.items()
            for path in sorted((folder / "synth").glob(f"Expression_{word}_*.jpg"))
        ]
    else:
        paths = {name: folder / "stills" / f"{name}.jpg" for name in POSED}
        found = [Still(p, POSED[name]) for name, p in paths.items() if p.exists()]
    if not found:
        raise ValueError(f"{folder}: has no {kind} picture; expected real_faces")
    return found


def ask(
    stills: list[Still],
    graph: bytes,
    tell: Callable[[str], None] = lambda sentence: None,
) -> Answered:
    """Return what a network reads, with faces found and cut as the daemon does.

    Args:
        stills: pictures with labels.
        graph: the network's ONNX file.
        tell: called with each picture's name.

    Raises:
        ValueError: a picture cannot be read, or no face is found in any.
    """
    engine, tracker = OnnxRuntimeEngine(EXPRESSION, graph), FaceGraph()
    seen, said = [], []
    try:
        for still in stills:
            tell(still.path.name)
            picture = cv2.imread(str(still.path))
            if picture is None:
                raise ValueError(f"{still.path}: cannot be read as a picture")
            pixels = np.asarray(picture, np.uint8)
            tracker.forget()
            rgb = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), np.uint8)
            points = tracker.find(rgb)
            if points is not None:
                feeds = {EXPRESSION.inputs[0].name: face_input(pixels, points)}
                said.append(engine.run(feeds)[EXPRESSION.outputs[0].name][0].copy())
                seen.append(still)
    finally:
        tracker.close()
        engine.close()
    if not seen:
        raise ValueError(f"no face in {len(stills)} pictures")
    return Answered(tuple(seen), np.stack(said), len(stills) - len(seen))
