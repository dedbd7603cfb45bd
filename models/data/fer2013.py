"""FER2013 with the FER+ votes: 35,887 faces of 48 x 48, and the official split."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

TRAINING, PUBLIC, PRIVATE = 0, 1, 2
NOT_A_FACE = 9
"""Column of the votes for "no face here"; column 8 is "unknown"."""


@dataclass(frozen=True, slots=True, eq=False)
class Faces:
    """Images with their labels, n of them."""

    images: npt.NDArray[np.uint8]
    """(n, 48, 48)."""
    label: npt.NDArray[np.int64]
    """(n,) in FER2013's order."""
    usage: npt.NDArray[np.uint8]
    """(n,) TRAINING, PUBLIC or PRIVATE."""
    votes: npt.NDArray[np.float32]
    """(n, 10) FER+ votes: 8 expressions, unknown, not a face. All 0 where none."""
    group: npt.NDArray[np.int64]
    """(n,) equal for images that are the same pixel by pixel."""

    def __len__(self) -> int:
        return len(self.images)

    def part(self, keep: npt.NDArray[np.bool_]) -> Faces:
        """Return the images where `keep` (n,) is true."""
        return Faces(
            self.images[keep],
            self.label[keep],
            self.usage[keep],
            self.votes[keep],
            self.group[keep],
        )

    def split(self, usage: int) -> Faces:
        """Return one part of the official split."""
        return self.part(self.usage == usage)


def read_archive(path: Path) -> Faces:
    """Read an `.npz` with images, label, usage, ferplus_votes and dup_group."""
    with np.load(path) as data:
        votes = data["ferplus_votes"].astype(np.float32)
        return Faces(
            data["images"],
            data["label"].astype(np.int64),
            data["usage"].astype(np.uint8),
            np.maximum(votes, 0.0),
            data["dup_group"].astype(np.int64),
        )


def targets(votes: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return (n, 8) distributions to learn from (n, 10) votes; all 0 to leave out.

    Single votes are taken for slips and dropped, as FER+'s authors do. A face that most
    call unknown or no face teaches nothing.
    """
    kept = np.where(votes > 1.0, votes, 0.0)
    faces = kept[:, :8]
    total = faces.sum(axis=1, keepdims=True)
    usable = (total > 0) & (kept[:, 8:].sum(axis=1, keepdims=True) <= total)
    out: npt.NDArray[np.float32] = np.where(usable, faces / np.maximum(total, 1.0), 0.0)
    return out.astype(np.float32)


def majority(votes: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
    """Return (n,) the FER+ class by its authors' majority rule, -1 where none.

    Single votes are dropped, the rest normalised over all ten columns; the largest
    must be one of the 8 expressions and hold more than half.
    """
    kept = np.where(votes > 1.0, votes, 0.0)
    share = kept / np.maximum(kept.sum(axis=1, keepdims=True), 1.0)
    best = share.argmax(axis=1)
    clear = (share.max(axis=1) > 0.5) & (best < 8)
    return np.where(clear, best, -1).astype(np.int64)
