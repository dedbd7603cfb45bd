"""The data of an export: one face's motion, and the mesh that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from protocols.channels import CHANNELS, WEIGHTS_SLICE, unit


@dataclass(frozen=True, slots=True, eq=False)
class Performance:
    """n frames of one face, at least 1."""

    subject: str
    rate: Fraction
    """Nominal frames per second; formats that count frames use it."""
    seconds: npt.NDArray[np.float64]
    """(n,) from 0, rising."""
    vectors: npt.NDArray[np.float32]
    """(n, 85) in `CHANNELS` order, finite, weights 0 to 1."""
    tracked: npt.NDArray[np.bool_]
    """(n,) False if no face was seen."""

    def spans(self) -> list[tuple[float, float]]:
        """Return (from, to) in seconds for each span without a face; `to` is exclusive,
        inf at the end."""
        edges = np.flatnonzero(np.diff(np.r_[True, self.tracked, True]))
        times = [*self.seconds.tolist(), float("inf")]
        return [
            (times[start], times[end])
            for start, end in zip(edges[::2], edges[1::2], strict=True)
        ]


@dataclass(frozen=True, slots=True, eq=False)
class Rig:
    """A mesh with one morph for each weight, attached to bones.

    `models/data/rendered/morphs.py` creates it.
    """

    points: npt.NDArray[np.float32]
    """(v, 3) metres from the middle between the eyes."""
    triangles: npt.NDArray[np.uint16]
    """(t, 3), anticlockwise from outside."""
    morphs: npt.NDArray[np.float32]
    """(52, v, 3) metres at weight 1, in `ARKIT` order."""
    colours: npt.NDArray[np.uint8]
    """(v, 3) sRGB."""
    bones: npt.NDArray[np.uint8]
    """(v,) index in `BONES` of the bone that moves the point."""


def clean(vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return (n, 85) in the form for any file: finite, weights 0 to 1."""
    if vectors.ndim != 2 or vectors.shape[1] != len(CHANNELS):
        raise ValueError(f"export: got {vectors.shape}, expected (n, {len(CHANNELS)})")
    out = np.nan_to_num(vectors, nan=0.0, posinf=0.0, neginf=0.0)
    out[:, WEIGHTS_SLICE] = unit(vectors[:, WEIGHTS_SLICE])
    return out


def linear(colours: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """Return sRGB colours as linear light, 0 to 1 (IEC 61966-2-1)."""
    c = colours / 255.0
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
