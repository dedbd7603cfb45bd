"""The network on real footage: its crops beside training faces, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from engines.face.crop import SOURCE, whole
from engines.runtime.engine import Engine
from engines.runtime.graphs import EXPRESSION
from models.data.photographs.fer2013 import TRAINING, Faces
from models.solver.clips import frames
from protocols.channels import EXPRESSIONS
from protocols.wording import counted

from .figures import timeline_picture

Gray = npt.NDArray[np.uint8]
Crop = Callable[[Gray], Gray | None]

COLUMNS: Final = 20
ENLARGED: Final = 72
"""Side of a crop on the contact sheet, pixels."""


def watch(
    video: Path, engine: Engine, crop: Crop
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float32], Gray]:
    """Return seconds (n,), probabilities (n, 8), crops (n, 48, 48) of a clip's faces.

    Raises:
        ValueError: the file cannot be read, or shows no face.
    """
    seconds, said, crops = [], [], []
    number = 0
    for at_s, image in frames(video):
        number += 1
        face = crop(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY).astype(np.uint8))
        if face is not None:
            feeds = {EXPRESSION.inputs[0].name: whole(face[None])}
            found = engine.run(feeds)[EXPRESSION.outputs[0].name]
            seconds.append(at_s)
            said.append(found[0].copy())
            crops.append(face)
    if not seconds:
        raise ValueError(f"{video}: no face in {counted(number, 'frame')}")
    return np.array(seconds), np.stack(said), np.stack(crops)


def contact_sheet(path: Path, crops: Gray, faces: Faces, seed: int = 0) -> None:
    """Write live crops in the upper two rows, training images in the lower two.

    Not to be passed on: FER2013's images carry no licence.
    """
    rng = np.random.default_rng(seed)
    learned = faces.split(TRAINING).images
    picked = learned[rng.permutation(len(learned))[: 2 * COLUMNS]]
    every = np.linspace(0, len(crops) - 1, 2 * COLUMNS).round().astype(int)
    cells = np.concatenate([crops[every], picked])
    rows = [
        np.hstack(list(cells[i : i + COLUMNS])) for i in range(0, len(cells), COLUMNS)
    ]
    sheet = np.vstack([row for row in rows if row.shape[1] == COLUMNS * SOURCE])
    scale = ENLARGED / SOURCE
    cv2.imwrite(str(path), cv2.resize(sheet, None, fx=scale, fy=scale))


def timeline(
    path: Path,
    seconds: npt.NDArray[np.float64],
    said: npt.NDArray[np.float32],
    title: str,
    smooth_s: float = 0.25,
) -> None:
    """Write the probabilities over time, smoothed a little for the eye."""
    weight = np.exp(-0.5 * ((seconds[:, None] - seconds) / smooth_s) ** 2)
    weight /= weight.sum(axis=1, keepdims=True)
    timeline_picture(path, seconds, weight @ said, EXPRESSIONS, title)
