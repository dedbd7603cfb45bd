"""The Extended Cohn-Kanade data set, in the folders its owners hand out.

    cohn-kanade-images/S005/001/S005_001_00000011.png     a sequence: neutral to peak
    Emotion/S005/001/S005_001_00000011_emotion.txt        one number, in 327 of 593

A signed agreement is needed to have it, and none of it may be passed on. Copies without
subject numbers are of no use: the same person would stand in training and in test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

EMOTIONS: Final = (
    *("anger", "contempt", "disgust", "fear", "happiness", "sadness", "surprise"),
)
"""The files count them from 1."""

LAST: Final = 3
"""Frames of a sequence that show its emotion: the protocol of most papers."""

Gray = npt.NDArray[np.uint8]
Crop = Callable[[Gray], Gray | None]
"""From a whole grey picture to the (48, 48) face, or None where there is none."""


@dataclass(frozen=True, slots=True, eq=False)
class Sequences:
    """The last frames of every labelled sequence, n of them together."""

    images: Gray
    """(n, 48, 48)."""
    label: npt.NDArray[np.int64]
    """(n,) in the order of `EMOTIONS`."""
    subject: tuple[str, ...]
    """n, such as S005."""
    missed: int
    """Frames in which no face was found."""

    def __len__(self) -> int:
        return len(self.images)


def read_ckplus(folder: Path, crop: Crop) -> Sequences:
    """Read the last three frames of every labelled sequence.

    Raises:
        ValueError: the folders are not there, or a label is none of the seven.
    """
    pictures, labels = folder / "cohn-kanade-images", folder / "Emotion"
    if not pictures.is_dir() or not labels.is_dir():
        raise ValueError(f"{folder}: expected cohn-kanade-images and Emotion in it")
    images, label, subject, missed = [], [], [], 0
    for file in sorted(labels.glob("*/*/*_emotion.txt")):
        sequence = pictures / file.parent.parent.name / file.parent.name
        emotion = _emotion(file)
        for frame in sorted(sequence.glob("*.png"))[-LAST:]:
            image = cv2.imread(str(frame), cv2.IMREAD_GRAYSCALE)
            face = None if image is None else crop(image.astype(np.uint8))
            if face is None:
                missed += 1
                continue
            images.append(face)
            label.append(emotion)
            subject.append(sequence.parent.name)
    if not images:
        raise ValueError(f"{folder}: no labelled sequence with pictures")
    return Sequences(
        np.stack(images), np.array(label, dtype=np.int64), tuple(subject), missed
    )


def _emotion(file: Path) -> int:
    text = file.read_text(encoding="utf-8-sig", errors="replace").strip()
    try:
        number = float(text)
    except ValueError:
        raise ValueError(f"{file}: {text!r} is not a number") from None
    if number not in range(1, len(EMOTIONS) + 1):
        raise ValueError(f"{file}: {number:g} is not one of 1 to {len(EMOTIONS)}")
    return int(number) - 1


def folds(subject: tuple[str, ...], count: int = 10) -> npt.NDArray[np.int64]:
    """Return (n,) the fold of each frame: sorted subjects dealt out in turn.

    All frames of a person are in one fold: neighbours of a test frame must not teach.
    """
    place = {who: i % count for i, who in enumerate(sorted(set(subject)))}
    return np.array([place[who] for who in subject], dtype=np.int64)
