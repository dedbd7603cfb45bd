"""FER2013's faces, cut as the daemon cuts a face.

A picture of FER2013 shows its face level or turned, near or far. The daemon turns each
face level, and moves and scales it. So the network may learn from faces that are cut in
the same way, and is judged on such ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from engines.face.crop import SOURCE, cut
from models.data.files import read_array
from models.data.photographs.fer2013 import Faces, data_hash
from models.data.rendered.landmarks import find_landmarks
from protocols.wording import counted

Tell = Callable[[str], None]
Values = npt.NDArray[np.float32]

SAME: Final = 0.95
"""Correlation of two faces' middles above which both are one photograph."""


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


def shown_in(part: Faces, taught: Faces) -> npt.NDArray[np.bool_]:
    """Return (n,) which faces of `part` show a photograph that is in `taught` as well.

    FER2013 holds many photographs several times, each cropped otherwise. Once they are
    cut alike, the middles of two crops of one photograph are the same but for noise:
    with 16 x 16 pixels their correlation is above `SAME`. Looked at, nearly all pairs
    just above it are one photograph; just below, many are two.

    Args:
        part: n faces, cut by `as_live`.
        taught: others, cut likewise.
    """
    seen, known = _middles(part.images), _middles(taught.images)
    parts = np.array_split(seen, range(500, len(seen), 500))
    most = np.concatenate([(one @ known.T).max(axis=1, initial=-1.0) for one in parts])
    found: npt.NDArray[np.bool_] = most > SAME
    return found


def new_faces(part: Faces, taught: Faces) -> npt.NDArray[np.bool_]:
    """Return (n,) which faces of `part` show no photograph that is in `taught`.

    Args:
        part: n faces, cut by `as_live`.
        taught: others, cut likewise.
    """
    found: npt.NDArray[np.bool_] = ~shown_in(part, taught)
    return found & ~np.isin(part.group, taught.group)


def _middles(images: npt.NDArray[np.uint8]) -> Values:
    """(n, 48, 48) -> (n, 256) of zero mean and unit length; a blank one is zeros."""
    middle = images[:, 8:40, 8:40].astype(np.float32)
    small = middle.reshape(-1, 16, 2, 16, 2).mean(axis=(2, 4)).reshape(-1, 256)
    small -= small.mean(axis=1, keepdims=True)
    out: Values = small / (np.linalg.norm(small, axis=1, keepdims=True) + 1e-3)
    return out


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
