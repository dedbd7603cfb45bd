"""FER2013 with the FER+ votes: 35,887 faces of 48 x 48, and the official split.

Three forms are read:

    fer2013*.npz                    images, label, usage, ferplus_votes, dup_group
    fer2013.csv + fer2013new.csv    as published; row by row the same images
    train/angry/*.png, ...          a folder for each part, in it one for each class
"""

from __future__ import annotations

import csv
import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

import cv2
import numpy as np
import numpy.typing as npt

from models.data.files import FileError, open_arrays

TRAINING, PUBLIC, PRIVATE = 0, 1, 2
FER2013: Final = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
SIDE: Final = 48
VOTES: Final = 10
"""8 expressions in FER+ order, unknown, not a face."""

_PARTS: Final = {
    "training": TRAINING,
    "train": TRAINING,
    "publictest": PUBLIC,
    "public": PUBLIC,
    "validation": PUBLIC,
    "val": PUBLIC,
    "privatetest": PRIVATE,
    "private": PRIVATE,
    "test": PRIVATE,
}
COLUMNS: Final = ("emotion", "pixels", "Usage")
_PICTURES: Final = {".png", ".jpg", ".jpeg", ".bmp"}


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

    def for_training(self) -> Faces:
        """Return the training part without blank images."""
        found = self.split(TRAINING)
        return found.part(np.ptp(found.images, axis=(1, 2)) > 0)


def read_faces(path: Path) -> Faces:
    """Read any of the three forms; ValueError says what was looked for."""
    if path.is_file() and path.suffix == ".npz":
        return read_archive(path)
    for folder in (path, path / "fer2013"):
        for archive in sorted(folder.glob("fer2013*.npz")):
            return read_archive(archive)
        if (folder / "fer2013.csv").is_file():
            return read_csv(folder / "fer2013.csv", folder / "fer2013new.csv")
        if folder.is_dir() and any(p.name.lower() in _PARTS for p in folder.iterdir()):
            return read_folders(folder)
    raise ValueError(
        f"{path}: neither fer2013*.npz, nor fer2013.csv, nor folders such as "
        "train/angry"
    )


def read_archive(path: Path) -> Faces:
    """Read an `.npz` with images, label, usage, ferplus_votes and dup_group."""
    with open_arrays(path) as data:
        votes = data["ferplus_votes"].astype(np.float32)
        return Faces(
            data["images"],
            data["label"].astype(np.int64),
            data["usage"].astype(np.uint8),
            np.maximum(votes, 0.0),
            data["dup_group"].astype(np.int64),
        )


def read_csv(pixels: Path, votes: Path) -> Faces:
    """Read the published tables; without `votes` there are FER2013 labels only."""
    images, labels, usages = [], [], []
    with _open(pixels) as file:
        rows = csv.DictReader(file)
        absent = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
        if absent:
            raise FileError(f"{pixels}: no column {', '.join(absent)} in its first row")
        for number, row in enumerate(rows, start=2):
            image, label, usage = _row(f"{pixels}:{number}", row)
            images.append(image)
            labels.append(label)
            usages.append(usage)
    if not images:
        raise FileError(f"{pixels}: no row below its first")
    table = np.zeros((len(images), VOTES), np.float32)
    if votes.is_file():
        with _open(votes) as file:
            lines = list(csv.reader(file))[1:]
        if len(lines) != len(images):
            raise FileError(f"{votes}: {len(lines)} rows, {pixels} has {len(images)}")
        # Usage, image name, then the votes. A row without a name was taken out.
        for i, cells in enumerate(lines):
            if len(cells) > 1 and cells[1].strip():
                table[i] = _votes(f"{votes}:{i + 2}", cells[2 : 2 + VOTES])
    return _faces(images, labels, usages, table)


def _open(path: Path) -> TextIO:
    # What is no text becomes no number, and is told with its row.
    return path.open(newline="", encoding="utf-8-sig", errors="replace")


def _row(place: str, row: dict[str, str]) -> tuple[npt.NDArray[np.uint8], int, int]:
    """Return a row's picture, label and part; FileError if it is none."""
    try:
        image = np.array((row["pixels"] or "").split(), dtype=np.int64)
    except (ValueError, OverflowError):
        image = np.zeros(0, np.int64)
    if image.size != SIDE * SIDE or image.min() < 0 or image.max() > 255:
        raise FileError(f"{place}: not {SIDE * SIDE} grey levels")
    label, part = (row["emotion"] or "").strip(), (row["Usage"] or "").strip().lower()
    if label not in map(str, range(len(FER2013))):
        raise FileError(f"{place}: emotion {label!r}, expected 0 to {len(FER2013) - 1}")
    if part not in _PARTS:
        raise FileError(f"{place}: Usage {part!r}, expected {', '.join(_PARTS)}")
    return image.astype(np.uint8).reshape(SIDE, SIDE), int(label), _PARTS[part]


def _votes(place: str, cells: list[str]) -> list[float]:
    """Return a row's votes; FileError if one is no number."""
    try:
        found = [float(cell) for cell in cells]
    except ValueError:
        found = []
    if len(found) != VOTES or not all(map(math.isfinite, found)):
        raise FileError(f"{place}: expected {VOTES} numbers of votes")
    return found


def read_folders(
    path: Path, tell: Callable[[str], None] = lambda sentence: None
) -> Faces:
    """Read part/class/picture. Without a validation part, every tenth of training is.

    Args:
        path: holds `train`, `validation` and `test`, or FER2013's names for them.
        tell: called with a sentence for every picture that cannot be read.
    """
    images, labels, usages = [], [], []
    for part in sorted(p for p in path.iterdir() if p.name.lower() in _PARTS):
        for name in FER2013:
            for file in sorted((part / name).glob("*")):
                if file.suffix.lower() not in _PICTURES:
                    continue
                image = cv2.imread(str(file), cv2.IMREAD_GRAYSCALE)
                if image is None:
                    tell(f"{file}: cannot be read")
                    continue
                if image.shape != (SIDE, SIDE):
                    image = cv2.resize(
                        image, (SIDE, SIDE), interpolation=cv2.INTER_AREA
                    )
                images.append(image.astype(np.uint8))
                labels.append(FER2013.index(name))
                usages.append(_PARTS[part.name.lower()])
    if not images:
        raise ValueError(f"{path}: no pictures in folders such as train/angry")
    if PUBLIC not in usages:
        # Stride through each class in turn, for the files are in its order.
        usages = [
            PUBLIC if usage == TRAINING and i % 10 == 9 else usage
            for i, usage in enumerate(usages)
        ]
    return _faces(images, labels, usages, np.zeros((len(images), VOTES), np.float32))


def _faces(
    images: list[npt.NDArray[np.uint8]],
    labels: list[int],
    usages: list[int],
    votes: npt.NDArray[np.float32],
) -> Faces:
    numbers: dict[bytes, int] = {}
    group = [numbers.setdefault(image.tobytes(), len(numbers)) for image in images]
    return Faces(
        np.stack(images),
        np.array(labels, dtype=np.int64),
        np.array(usages, dtype=np.uint8),
        votes,
        np.array(group, dtype=np.int64),
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


def log_prior(faces: Faces) -> npt.NDArray[np.float32]:
    """Return (8,) the logarithm of how frequent each FER+ expression is."""
    count = targets(faces.votes).sum(axis=0) + 1.0
    out: npt.NDArray[np.float32] = np.log(count / count.sum()).astype(np.float32)
    return out


def data_hash(faces: Faces) -> str:
    """Return a sha256 over images, labels, split and votes, whatever file held them."""
    digest = hashlib.sha256()
    for array in (faces.images, faces.label, faces.usage, faces.votes):
        digest.update(array.tobytes())
    return digest.hexdigest()
