"""What the expression network learns from: photographs, and rendered faces if wanted.

FER2013 has a class for each expression but contempt, and labels photographs only. A
rendered face of contempt therefore has no label there, and teaches FER+'s head alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from models.data.photographs.fer2013 import FER2013, TRAINING, VOTES, Faces, targets
from models.data.rendered.posed import Posed
from protocols.arrays import Floats
from protocols.channels import EXPRESSIONS

NO_LABEL: Final = -1
CERTAIN: Final = 0.8
"""Share of the votes that a rendered face's expression gets; the rest is neutral, for
it may be weak."""

_LABELS: Final = {
    **{"neutral": "neutral", "happiness": "happy", "surprise": "surprise"},
    **{"sadness": "sad", "anger": "angry", "disgust": "disgust", "fear": "fear"},
}


@dataclass(frozen=True, slots=True, eq=False)
class Lessons:
    """n faces with what they teach."""

    faces: Faces
    """Their labels may be `NO_LABEL`."""
    wanted: Floats
    """(n, 9): the FER+ distribution, all 0 to leave it out, and 1 for a photograph or 0
    for a rendered face."""

    def __len__(self) -> int:
        return len(self.faces)


def lessons(photographs: Faces, rendered: Posed | None = None) -> Lessons:
    """Return photographs and rendered faces as one set.

    Args:
        photographs: of Training.
        rendered: faces to add.
    """
    wanted = _wanted(photographs, 1.0)
    if rendered is None:
        return Lessons(photographs, wanted)
    made = _as_faces(rendered)
    return Lessons(
        Faces(
            np.concatenate([photographs.images, made.images]),
            np.concatenate([photographs.label, made.label]),
            np.concatenate([photographs.usage, made.usage]),
            np.concatenate([photographs.votes, made.votes]),
            np.concatenate([photographs.group, made.group]),
        ),
        np.concatenate([wanted, _wanted(made, 0.0)]),
    )


def _wanted(faces: Faces, photographs: float) -> Floats:
    kind = np.full(len(faces), photographs, np.float32)
    return np.column_stack([targets(faces.votes), kind]).astype(np.float32)


def _as_faces(rendered: Posed) -> Faces:
    n = len(rendered)
    label = np.full(len(EXPRESSIONS), NO_LABEL, np.int64)
    for at, name in enumerate(EXPRESSIONS):
        if name in _LABELS:
            label[at] = FER2013.index(_LABELS[name])
    votes = np.zeros((n, VOTES), np.float32)
    votes[:, EXPRESSIONS.index("neutral")] += VOTES * (1.0 - CERTAIN)
    votes[np.arange(n), rendered.expression] += VOTES * CERTAIN
    return Faces(
        rendered.images,
        label[rendered.expression],
        np.full(n, TRAINING, np.uint8),
        votes,
        # No face of FER2013 is the same picture.
        -1 - np.arange(n, dtype=np.int64),
    )
