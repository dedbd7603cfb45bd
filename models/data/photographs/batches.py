"""Training batches, bent by a thread while the network is busy with the last ones."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from models.data.ahead import ahead

from .augment import Augment
from .fer2013 import Faces

Batch = tuple[Tensor, Tensor, Tensor]
"""Faces (n, 1, size, size) float32, labels (n,) int64, FER+ targets (n, 8) float32."""


def batches(
    faces: Faces,
    soft: npt.NDArray[np.float32],
    *,
    batch: int,
    size: int,
    seed: tuple[int, int],
    rank: int = 0,
    world: int = 1,
    bend: Augment | None = None,
) -> Iterator[Batch]:
    """One epoch in random order; every process gets its own share of each batch.

    Args:
        faces: what to learn from.
        soft: (n, 8) FER+ targets.
        batch: faces a step over all processes; what does not fill one is left out.
        size: pixels of the faces' side.
        seed: of the run, and the epoch.
        rank: which process this is.
        world: how many there are.
        bend: how faces are bent; None bends whole pictures.
    """
    order = np.random.default_rng(seed).permutation(len(faces))
    steps = len(faces) // batch
    mine = order[rank : steps * batch : world].reshape(steps, -1)
    rng = np.random.default_rng((*seed, rank))
    bend = bend or Augment()

    def work() -> Iterator[Batch]:
        for picked in mine:
            bent = bend(faces.images[picked], size, rng)
            label, votes = faces.label[picked], soft[picked]
            yield (
                torch.from_numpy(bent),
                torch.from_numpy(label),
                torch.from_numpy(votes),
            )

    return ahead(work())
