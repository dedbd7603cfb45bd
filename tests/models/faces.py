"""Small made-up data sets in the layouts of the real ones."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from models.data.photographs.fer2013 import Faces


def made_up(n: int = 120, seed: int = 0) -> Faces:
    """Faces whose class a network can see: a pattern each, the same in a mirror.

    Two thirds are Training, the rest PublicTest and PrivateTest in equal parts.
    """
    y, x = np.mgrid[-1:1:48j, -1:1:48j]
    radius = np.hypot(x, y)
    patterns = (
        *(np.cos(9 * x), np.cos(18 * x), np.cos(9 * y), np.cos(18 * y)),
        *(radius, np.cos(12 * radius), np.cos(9 * x) * np.cos(9 * y)),
    )
    rng = np.random.default_rng(seed)
    label = np.arange(n, dtype=np.int64) % 7
    images = rng.integers(60, 120, (n, 48, 48)).astype(np.uint8)
    votes = np.zeros((n, 10), np.float32)
    for i, which in enumerate(label):
        images[i] += (60 + 60 * patterns[which]).astype(np.uint8)
        votes[i, which] = 8
        votes[i, 7] = 2
    usage = np.repeat([0, 0, 0, 0, 1, 2], -(-n // 6))[:n].astype(np.uint8)
    usage = usage[rng.permutation(n)]
    return Faces(images, label, usage, votes, np.arange(n))


def write_csv(folder: Path, faces: Faces) -> None:
    """Write `fer2013.csv` and `fer2013new.csv`; an image without votes has no name."""
    parts = ("Training", "PublicTest", "PrivateTest")
    with (folder / "fer2013.csv").open("w") as file:
        file.write("emotion,pixels,Usage\n")
        for image, label, usage in zip(
            faces.images, faces.label, faces.usage, strict=True
        ):
            pixels = " ".join(str(value) for value in image.ravel())
            file.write(f"{label},{pixels},{parts[usage]}\n")
    with (folder / "fer2013new.csv").open("w") as file:
        file.write(
            "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,"
            "contempt,unknown,NF\n"
        )
        for i, votes in enumerate(faces.votes):
            name = f"fer{i:07d}.png" if votes.any() else ""
            counts = ",".join(str(int(count)) for count in votes)
            file.write(f"{parts[faces.usage[i]]},{name},{counts}\n")


def write_folders(folder: Path, faces: Faces, parts: tuple[str, ...]) -> None:
    """Write part/class/number.png; a part of "" is left out."""
    names = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
    for i, image in enumerate(faces.images):
        part = parts[faces.usage[i]]
        if part:
            path = folder / part / names[faces.label[i]]
            path.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(path / f"{i:04d}.png"), image)
