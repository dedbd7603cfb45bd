"""Rendered faces in a mirror, where a solver should see the same with sides changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engines.face.canonical_face import COUNT
from engines.face.face_graph import FaceGraph
from engines.face.mesh import Picture
from engines.face.patches import SIZE, cut_patches
from engines.face.preprocess import align
from models.data.rendered.person import see
from protocols.arrays import Floats

from .baselines import Faces, Rows, Tell


@dataclass(frozen=True, slots=True, eq=False)
class Mirrored:
    """Some faces of a set, in a mirror, and found there by the tracker anew.

    `weights` and `pose` stay those of the faces themselves.
    """

    faces: Faces
    rows: Rows
    """Of the set; whole people, so that their first pictures are at rest."""
    points: Floats
    patches: npt.NDArray[np.uint8]

    @property
    def weights(self) -> Floats:
        """Implement `Faces`."""
        return self.faces.weights[self.rows]

    @property
    def pose(self) -> Floats:
        """Implement `Faces`."""
        return self.faces.pose[self.rows]

    @property
    def identity(self) -> npt.NDArray[np.int32]:
        """Implement `Faces`."""
        return self.faces.identity[self.rows]

    @property
    def kind(self) -> npt.NDArray[np.uint8]:
        """Implement `Faces`."""
        return self.faces.kind[self.rows]

    def picture(self, i: int) -> Picture:
        """Implement `Faces`."""
        return flipped(self.faces.picture(int(self.rows[i])))

    def __len__(self) -> int:
        return len(self.rows)


def flipped(picture: Picture) -> Picture:
    """Return a picture in a mirror."""
    return np.ascontiguousarray(picture[:, ::-1])


def mirror(faces: Faces, rows: Rows, graph: FaceGraph, tell: Tell) -> Mirrored:
    """Show the tracker these faces in a mirror."""
    points = np.full((len(rows), COUNT, 3), np.nan, dtype=np.float32)
    patches = np.zeros((len(rows), SIZE), dtype=np.uint8)
    for at, i in enumerate(rows.tolist()):
        picture = flipped(faces.picture(i))
        found = see(graph, picture)
        alignment = None if found is None else align(found)
        if found is not None and alignment is not None:
            points[at] = found
            patches[at] = cut_patches(picture, alignment)
        tell("in a mirror", at + 1, len(rows))
    return Mirrored(faces, rows, points, patches)
