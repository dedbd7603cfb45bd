"""Rendered faces that show one expression each, for the expression network.

Photographs of some expressions are rare: of FER2013's training part most taggers call
119 faces disgust and 119 contempt. These are posed by the tables of `POSED`, which
follow EMFACS (Friesen and Ekman, 1983), and cut as the daemon cuts a face.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from engines.drawing.camera import Pose
from engines.face.crop import Gray, cut
from models.data.files import FileError, open_arrays
from protocols.arrays import Floats
from protocols.channels import ARKIT, EXPRESSIONS

from .curve_tables import POSED
from .expressions import plausible
from .moves import add, close_lids, look_around
from .person import Studio, see
from .scene_sampling import TRAIN, draw_lighting
from .sensor import decompress
from .sitter import photograph, seat

TIMES: Final = {**dict.fromkeys(EXPRESSIONS, 2), "contempt": 3}
"""Pictures of each person."""


@dataclass(frozen=True, slots=True, eq=False)
class Posed:
    """n rendered faces, cut as the daemon cuts a face."""

    images: Gray
    """(n, 48, 48)."""
    expression: npt.NDArray[np.int64]
    """(n,) index in `EXPRESSIONS`."""
    person: npt.NDArray[np.int64]
    """(n,) number of the person."""

    def __len__(self) -> int:
        return len(self.images)


def pose_face(expression: str, rng: np.random.Generator) -> Floats:
    """Return (52,) weights of a face that shows an expression, each time otherwise."""
    recipes = POSED[expression]
    side = ("Left", "Right")[rng.integers(2)]
    recipe = {
        f"{name.removesuffix('One')}{side}" if name.endswith("One") else name: value
        for name, value in recipes[rng.integers(len(recipes))].items()
    }
    w = np.zeros(len(ARKIT))
    add(w, [recipe], rng.uniform(0.55, 1.25), rng)
    for curve in rng.integers(len(ARKIT), size=rng.integers(4)):
        w[curve] += rng.uniform(0.0, 0.18)
    look_around(w, rng, 0.4)
    if expression not in ("surprise", "fear"):
        close_lids(w, rng, 0.1)
    return plausible(w)


def make_posed_person(studio: Studio, number: int) -> Posed:
    """Render one person with every expression; faces not found are left out.

    Args:
        studio: what to render with.
        number: of the person; the same one looks the same each time.
    """
    rng = np.random.default_rng((77, number))
    sitter, lighting = seat(studio.head, studio.canvas, TRAIN, rng)
    images, shown = [], []
    for at, expression in enumerate(EXPRESSIONS):
        for _ in range(TIMES[expression]):
            if rng.random() < 0.5:
                lighting = draw_lighting(TRAIN, rng)
            weights = pose_face(expression, rng)
            yaw, pitch, roll = np.radians(rng.normal(0.0, (13.0, 9.0, 7.0))).tolist()
            x, y = rng.normal(0.0, 0.02, 2).tolist()
            pose = Pose(yaw, pitch, roll, x, y, -sitter.distance - 0.09)
            picture = decompress(photograph(sitter, weights, pose, lighting, rng))
            found = see(studio.graph, picture)
            if found is not None:
                images.append(cut(picture, found))
                shown.append(at)
    return Posed(
        np.array(images, np.uint8).reshape(-1, 48, 48),
        np.array(shown, np.int64),
        np.full(len(shown), number, np.int64),
    )


def join(parts: list[Posed]) -> Posed:
    """Return the faces of all parts, one after the other."""
    return Posed(
        np.concatenate([part.images for part in parts]),
        np.concatenate([part.expression for part in parts]),
        np.concatenate([part.person for part in parts]),
    )


def contact_sheet(faces: Posed, columns: int = 12) -> Gray:
    """Return one picture of some of the faces, an expression a row."""
    rows = []
    for at in range(len(EXPRESSIONS)):
        some = faces.images[faces.expression == at][:columns]
        row = np.zeros((columns, *faces.images.shape[1:]), np.uint8)
        row[: len(some)] = some
        rows.append(np.hstack(list(row)))
    return np.asarray(np.vstack(rows), dtype=np.uint8)


def save_posed(path: Path, faces: Posed) -> None:
    """Write the faces, whole or not at all."""
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez_compressed(
            file,
            images=faces.images,
            expression=faces.expression,
            person=faces.person,
        )
    part.replace(path)


def read_posed(path: Path) -> Posed:
    """Read what `save_posed` wrote.

    Raises:
        OSError: it cannot be read.
        FileError: it is damaged, or another file.
    """
    with open_arrays(path) as data:
        found = Posed(data["images"], data["expression"], data["person"])
    n = len(found.images)
    shapes = (found.images.shape[1:], found.expression.shape, found.person.shape)
    known = np.isin(found.expression, range(len(EXPRESSIONS))).all()
    if shapes != ((48, 48), (n,), (n,)) or not n or not known:
        raise FileError(
            f"{path}: expected (n, 48, 48) images and (n,) expressions; make them with "
            "`facewire-models data expressions`"
        )
    return found
