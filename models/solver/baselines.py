"""What the solvers that we did not train give for rendered faces.

    geometric   from stored points, knowing the neutral face
    mediapipe   from the pictures, by its own tracker; as it comes, or less what it
                gives for the person's neutral face

What a person looks like at rest is the mean of their first three pictures. The learned
solver's answers come from `stills`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt

from engines.face.geometry import read, solve
from engines.face.mesh import Picture
from engines.face.preprocess import align
from engines.face.task import FaceTask
from models.data.files import read_array
from models.data.rendered.dataset import CALM
from protocols.arrays import Floats
from protocols.channels import ARKIT
from protocols.rotation import matrix_to_vector

Rows = npt.NDArray[np.intp]
Tell = Callable[[str, int, int], None]
"""Called with what is being done, how many are done, and of how many."""


class Faces(Protocol):
    """Rendered faces; `models.data.rendered.dataset.FaceSet` has what this names."""

    @property
    def points(self) -> Floats:
        """(N, 478, 3) pixels as the daemon's tracker saw them; NaN where it did not."""

    @property
    def weights(self) -> Floats:
        """(N, 52) the truth."""

    @property
    def pose(self) -> Floats:
        """(N, 3) yaw, pitch and roll, radians."""

    @property
    def identity(self) -> npt.NDArray[np.int32]:
        """(N,), those of one person together."""

    @property
    def kind(self) -> npt.NDArray[np.uint8]:
        """(N,) `models.data.rendered.expressions.Kind`."""

    @property
    def patches(self) -> npt.NDArray[np.uint8]:
        """(N, SIZE)"""

    def picture(self, i: int) -> Picture:
        """Return (h, w, 3) uint8 BGR."""

    def __len__(self) -> int: ...


def people(faces: Faces) -> list[Rows]:
    """Return every person's rows, the first `CALM` of which are at rest."""
    starts = np.flatnonzero(np.diff(faces.identity, prepend=-1))
    return np.split(np.arange(len(faces)), starts[1:])


def geometric_outputs(faces: Faces, tell: Tell) -> Floats:
    """Return (N, 52); NaN as for `learned_outputs`."""
    out = _nothing(faces)
    for rows in people(faces):
        found = {}
        for i in rows.tolist():
            alignment = align(faces.points[i])
            if alignment is not None:
                turn = matrix_to_vector(alignment.rotation)
                found[i] = read(alignment.points, turn), turn
        calm = [found[i][0] for i in rows[:CALM].tolist() if i in found]
        if calm:
            rest = np.mean(calm, axis=0, dtype=np.float32)
            for i, (measures, turn) in found.items():
                out[i] = solve(measures, rest, turn)
        tell("geometric", int(rows[-1]) + 1, len(faces))
    return out


def mediapipe_outputs(faces: Faces, task: FaceTask, tell: Tell) -> Floats:
    """Return (N, 52), as MediaPipe gives them for pictures by themselves; NaN where it
    found no face.

    Args:
        faces: with their pictures.
        task: not in video mode.
        tell: 20 ms a picture.
    """
    out = _nothing(faces)
    for i in range(len(faces)):
        rgb = np.asarray(cv2.cvtColor(faces.picture(i), cv2.COLOR_BGR2RGB), np.uint8)
        for _, weights in task.find(rgb, 0)[:1]:
            out[i] = weights
        tell("MediaPipe", i + 1, len(faces))
    return out


def less_neutral(said: Floats, faces: Faces) -> Floats:
    """Return outputs less what the solver gave for each person at rest, 0 to 1."""
    out = said.copy()
    for rows in people(faces):
        calm = said[rows[:CALM]]
        calm = calm[np.isfinite(calm).all(axis=1)]
        rest = calm.mean(axis=0) if len(calm) else np.nan
        out[rows] = np.clip(said[rows] - rest, 0.0, 1.0)
    return out


def at_rest(said: Floats, faces: Faces) -> Floats:
    """Return (N, 52): for every face what the solver gave for that person at rest."""
    out = _nothing(faces)
    for rows in people(faces):
        calm = said[rows[:CALM]]
        calm = calm[np.isfinite(calm).all(axis=1)]
        if len(calm):
            out[rows] = calm.mean(axis=0)
    return out


def cached(path: Path, make: Callable[[], Floats], *key: bytes) -> Floats:
    """Return what `make` returns, kept in a file named for `key` for the next time."""
    digest = hashlib.sha256(b"".join(key)).hexdigest()[:16]
    file = path.with_name(f"{path.stem}_{digest}.npy")
    if file.is_file():
        kept: Floats = read_array(file)
        return kept
    made = make()
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    with part.open("wb") as opened:
        np.save(opened, made)
    part.replace(file)
    return made


def _nothing(faces: Faces) -> Floats:
    return np.full((len(faces), len(ARKIT)), np.nan, dtype=np.float32)
