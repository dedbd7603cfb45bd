"""What the solver is taught by: errors of curves, and of the surface they move."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from models.data.rendered.head import LANDMARKS, Head
from protocols.arrays import Floats


def wrong(mean: Tensor, truth: Tensor) -> Tensor:
    """Return the error, 0 where clipping to 0 and 1 will put an answer right."""
    off = mean - truth
    below, above = (truth <= 0.0) & (off < 0.0), (truth >= 1.0) & (off > 0.0)
    return torch.where(below | above, 0.0, off)


def curve_weights(truth: Floats) -> Tensor:
    """Return (52,), mean 1: a curve that seldom moves counts as much as others."""
    weight = 1.0 / (truth.var(axis=0) + 0.01)
    return torch.from_numpy((weight / weight.mean()).astype(np.float32))


def surface(off: Tensor, metric: Tensor) -> Tensor:
    """Return how far (n, 52) errors move the surface, squared, by a (52, 52) metric."""
    return ((off @ metric) * off).sum(dim=1).mean()


def surface_metric(head: Head, every: int = 7) -> Floats:
    """Return (52, 52) G: an error w of the curves moves the surface by w'Gw mm^2.

    The mean over the vertices of the face, those near a landmark counted double. The
    tongue, which is no shape of the head's, gets the size of an average curve.
    """
    face = np.flatnonzero(np.abs(head.shapes).max(axis=(0, 2)) > 0.001)[::every]
    near = head.neutral[face][:, None] - head.neutral[LANDMARKS[17:]][None]
    weight = np.where(np.linalg.norm(near, axis=2).min(axis=1) < 0.008, 2.0, 1.0)
    moves = 1000.0 * head.shapes[:, face] * np.sqrt(weight / weight.sum())[:, None]
    flat = moves.reshape(len(moves), -1).astype(np.float64)
    metric = flat @ flat.T
    size = np.diag(metric)
    metric[size == 0, size == 0] = size[size > 0].mean()
    return np.asarray(metric, dtype=np.float32)
