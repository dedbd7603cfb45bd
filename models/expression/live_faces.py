"""FER2013's faces, cut as the daemon cuts a face.

A picture of FER2013 shows its face level or turned, near or far. The daemon turns each
face level, and moves and scales it. So the network may learn from faces that are cut in
the same way, and is judged on such ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engines.face.crop import SOURCE, cut
from models.data.files import read_array
from models.data.photographs.fer2013 import Faces, data_hash
from models.data.rendered.landmarks import find_landmarks
from protocols.wording import counted

Tell = Callable[[str], None]
Values = npt.NDArray[np.float32]


def kept(
    name: str, faces: Faces, cache: Path, tell: Tell, make: Callable[[], Values]
) -> Values:
    """Return what `make` measures of faces, and keep it in `cache` from then on."""
    cache.mkdir(parents=True, exist_ok=True)
    file = cache / f"{name}-{data_hash(faces)[:16]}.npy"
    if file.is_file():
        found: Values = read_array(file)
        return found
    tell(f"{name}: measuring {counted(len(faces), 'face')}")
    made = make()
    part = file.with_name(f"{file.stem}.part.npy")
    np.save(part, made)
    part.replace(file)
    return made


def landmarks(faces: Faces, cache: Path, tell: Tell) -> Values:
    """Return (n, 478, 2) shares of the side, NaN where no face; 4 ms a face, once."""
    return kept("landmarks", faces, cache, tell, lambda: find_landmarks(faces.images))


def as_live(faces: Faces, points: Values) -> Faces:
    """Return the faces cut as the daemon cuts them. Where none was found (3 %), the
    picture stays whole.

    Args:
        faces: n whole pictures.
        points: (n, 478, 2) of `landmarks`.
    """
    images = faces.images.copy()
    for i in np.flatnonzero(np.isfinite(points[:, 0, 0])):
        images[i] = cut(faces.images[i], points[i] * SOURCE)
    return replace(faces, images=images)


class Forms:
    """The same faces in both forms; they are cut when that is first asked for."""

    def __init__(self, faces: Faces, cache: Path, tell: Tell) -> None:
        self._faces, self._cache, self._tell = faces, cache, tell
        self._cut: Faces | None = None

    def of(self, live: bool) -> Faces:
        """Return them as the daemon cuts them, or as whole pictures."""
        if not live:
            return self._faces
        if self._cut is None:
            points = landmarks(self._faces, self._cache, self._tell)
            self._cut = as_live(self._faces, points)
        return self._cut
