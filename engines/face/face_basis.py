"""What each curve moves the tracked points of a face by, and how far to believe that.

`face_basis.npz` beside this file is ours. It was measured on rendered heads whose
shapes have ARKit's sizes: every curve was drawn alone, and the tracker read the
picture. `facewire-models export basis` writes it.

The tracker's noise is in it already: with B (3P, 52) the displacement by each curve and
R (3P, 3P) the covariance of what B does not explain,

    gain   B' R^-1       (52, 3P)
    gram   B' R^-1 B     (52, 52)

once for a neutral face that is known, and once for one that is not, where R also holds
how much people differ.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path
from tokenize import TokenError
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt
from numpy.lib.npyio import NpzFile

from protocols.arrays import Numbers
from protocols.channels import ARKIT
from protocols.rotation import Triple

from .canonical_face import COUNT
from .features import NAMES

BENDS: Final = 8
"""Terms of a head's turn; see `bends`."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """How a displacement speaks for each curve; see above."""

    gain: Numbers
    """(52, 3P) per centimetre."""
    gram: Numbers
    """(52, 52)"""


@dataclass(frozen=True, slots=True, eq=False)
class FaceBasis:
    """The content of the file."""

    points: npt.NDArray[np.int64]
    """(P,) landmarks that are looked at."""
    moves: Numbers
    """(52, 3P) centimetres that each curve moves them by."""
    measures: Numbers
    """(52, F) centimetres that each curve changes each measure by."""
    turned: Numbers
    """(8, 3P) centimetres by which a turned head moves them, per term of `bends`."""
    noise: Numbers
    """(3P,) standard deviation of what is not explained, centimetres."""
    known: Evidence
    """With the neutral face known."""
    unknown: Evidence
    """With the average person's neutral face."""


def bends(turn: Triple) -> Numbers:
    """Return (8,) terms of a turned head: pitch, yaw, roll, squares and products."""
    pitch, yaw, roll = turn
    return np.array(
        [
            *(pitch, yaw, roll, pitch * pitch, yaw * yaw),
            *(pitch * yaw, roll * yaw, roll * pitch),
        ]
    )


# What numpy and zipfile raise for a damaged file, or for another kind of file. numpy
# reads an array's header with Python's own parser.
BROKEN: Final = (
    *(ValueError, EOFError, BadZipFile, zlib.error, RuntimeError),
    *(SyntaxError, TokenError),
)


def load_basis(path: Path) -> FaceBasis:
    """Read the file.

    Raises:
        OSError: it cannot be read.
        ValueError: it is damaged or another file, or its arrays do not have the shapes
            that belong together.
    """
    arrays = _arrays(path)
    points = _points(path, arrays)
    wide = 3 * len(points)
    curves = len(ARKIT)
    expected = {
        "moves": (curves, wide),
        "measures": (curves, len(NAMES)),
        "turned": (BENDS, wide),
        "noise": (wide,),
        "known_gain": (curves, wide),
        "known_gram": (curves, curves),
        "unknown_gain": (curves, wide),
        "unknown_gram": (curves, curves),
    }
    for name, shape in expected.items():
        found = arrays[name].shape if name in arrays else None
        if found != shape:
            raise ValueError(f"{path}: {name} has shape {found}, expected {shape}")
        if arrays[name].dtype.kind != "f":
            raise ValueError(f"{path}: {name} holds {arrays[name].dtype}, not floats")
    wide_arrays = {name: arrays[name].astype(np.float64) for name in expected}
    return FaceBasis(
        points,
        wide_arrays["moves"],
        wide_arrays["measures"],
        wide_arrays["turned"],
        wide_arrays["noise"],
        Evidence(wide_arrays["known_gain"], wide_arrays["known_gram"]),
        Evidence(wide_arrays["unknown_gain"], wide_arrays["unknown_gram"]),
    )


def _arrays(path: Path) -> dict[str, npt.NDArray[Any]]:
    try:
        with path.open("rb") as opened:
            file = np.load(opened)
            if isinstance(file, NpzFile):
                with file:
                    return {name: file[name] for name in file.files}
    except BROKEN as error:
        raise ValueError(f"{path}: not a complete .npz file ({error})") from None
    raise ValueError(f"{path}: one array, expected several in an .npz file")


def _points(path: Path, arrays: dict[str, npt.NDArray[Any]]) -> npt.NDArray[np.int64]:
    """Return (P,) landmarks of the file."""
    found = arrays.get("points")
    if found is None or found.ndim != 1 or found.dtype.kind not in "iu":
        told = "none" if found is None else f"{found.dtype} {found.shape}"
        raise ValueError(f"{path}: points are {told}, expected whole numbers (P,)")
    points = found.astype(np.int64)
    if len(points) == 0 or points.min() < 0 or points.max() >= COUNT:
        raise ValueError(f"{path}: points are not all from 0 to {COUNT - 1}")
    return points
