"""The solver's training set: rendered faces as the daemon's tracker sees them.

    DIR/shard_00000.npz ...   32 people each; every file can be read by itself

The same split and number always give the same person, so that an interrupted run goes
on where it stopped, and two machines make the same set.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import cv2
import numpy as np
import numpy.typing as npt

from engines.drawing.develop import Picture
from models.data.files import open_arrays
from protocols.arrays import Floats

from .sensor import decompress

Split = Literal["train", "valid", "test"]
SPLITS: Final[tuple[Split, ...]] = ("train", "valid", "test")

PEOPLE: Final = 32
"""In a shard."""
CALM: Final = 3
"""Of a person's pictures the first so many are neutral and look ahead."""


class DataError(ValueError):
    """Not a folder of rendered faces."""


@dataclass(frozen=True, slots=True, eq=False)
class FaceSet:
    """Rendered faces; those of one person stand together, CALM neutral ones first."""

    points: Floats
    """(N, 478, 3) pixels as the tracker saw them; NaN where it found no face."""
    weights: Floats
    """(N, 52) in `ARKIT` order: what was put on the mesh."""
    pose: Floats
    """(N, 3) yaw, pitch and roll of the head, radians."""
    identity: npt.NDArray[np.int32]
    """(N,) the person's number within the split."""
    kind: npt.NDArray[np.uint8]
    """(N,) `Kind`."""
    patches: npt.NDArray[np.uint8]
    """(N, SIZE) `engines.face.patches`; 0 where no face was found."""
    codes: tuple[bytes, ...]
    """N JPEGs; empty where the picture was not kept."""

    def __len__(self) -> int:
        return len(self.identity)

    def picture(self, i: int) -> Picture:
        """Return (256, 256, 3) uint8 BGR; DataError if it was not kept."""
        if not self.codes[i]:
            raise DataError(
                f"face {i}: its picture was not kept; make the faces with --pictures"
            )
        return decompress(self.codes[i])


def shards(folder: Path) -> list[Path]:
    """Return the finished shards, in order."""
    return sorted(folder.glob("shard_*.npz"))


def load_faces(folder: Path, most: int = 0) -> FaceSet:
    """Read a folder of shards.

    Args:
        folder: from `facewire-models data faces`.
        most: read so many shards at most; 0 reads all.

    Raises:
        DataError: there are none, or one is damaged.
    """
    paths = shards(folder)[: most or None]
    if not paths:
        raise DataError(
            f"{folder}: no shard_*.npz; make them with `facewire-models data faces`"
        )
    parts: dict[str, list[npt.NDArray[Any]]] = {}
    codes: list[bytes] = []
    for path in paths:
        try:
            with open_arrays(path) as data:
                arrays = {key: data[key] for key in data.files}
            whole = arrays.pop("code_bytes").tobytes()
            ends = np.cumsum(arrays.pop("code_sizes")).tolist()
            codes += [whole[a:b] for a, b in zip([0, *ends[:-1]], ends, strict=True)]
            for key in ("points", "weights", "pose", "identity", "kind", "patches"):
                parts.setdefault(key, []).append(arrays[key])
        except (OSError, KeyError, ValueError) as error:
            raise DataError(
                f"{path}: not a whole shard (damaged, or another file); delete it"
            ) from error
    joined = {key: np.concatenate(values) for key, values in parts.items()}
    return FaceSet(**joined, codes=tuple(codes))


def missing_shards(folder: Path, count: int) -> list[int]:
    """Return the numbers of the shards below `count` that are not there yet."""
    done = {path.stem for path in shards(folder)}
    return [k for k in range(count) if f"shard_{k:05d}" not in done]


def contact_sheet(faces: FaceSet, columns: int = 16, rows: int = 12) -> Picture:
    """Return one picture of many faces, a person a row where they fit."""
    chosen = [i for i in range(len(faces)) if faces.codes[i]][: columns * rows]
    tiles = [cv2.resize(faces.picture(i), (128, 128)) for i in chosen]
    blank = np.zeros((128, 128, 3), dtype=np.uint8)
    tiles += [blank] * (-len(tiles) % columns)
    lines = [np.hstack(tiles[k : k + columns]) for k in range(0, len(tiles), columns)]
    return np.asarray(np.vstack(lines), dtype=np.uint8)
