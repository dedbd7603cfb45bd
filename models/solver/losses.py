"""What the solver is taught by: errors of curves, of sides, of lips, of the surface."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor

from models.data.rendered.head import LANDMARKS, Head, fit_reach
from models.data.rendered.moves import PAIRS
from protocols.arrays import Floats

Answer = tuple[Tensor, Tensor, Tensor]
"""Weights, sigma, and weights from landmarks alone, (n, 52) each; `SolverNet.view`."""

SHUT: Final = 0.03
"""Lips less far apart than this share of the mouth's width are shut."""


@dataclass(frozen=True, slots=True)
class Shares:
    """How much each part of the loss counts beside the error of the curves."""

    surface: float = 0.3
    """Error in millimetres."""
    points_only: float = 0.3
    """Of the answer from landmarks alone."""
    sides: float = 1.0
    """Error of left less right; 0 leaves it out."""
    seal: float = 4.0
    """Error of the lips' distance on an average head; 0 leaves it out."""
    doubt: float = 0.05
    """The likelihood that teaches sigma; the weights do not feel it."""


@dataclass(frozen=True, slots=True)
class Scales:
    """What errors are measured with."""

    curves: Tensor
    """(52,) from `curve_weights`."""
    skin: Tensor
    """(52, 52) from `surface_metric`, over its trace."""
    lips: Tensor
    """(52,) from `lip_gap`."""


def loss(answer: Answer, truth: Tensor, scales: Scales, shares: Shares) -> Tensor:
    """Return what a batch's answers cost, given (n, 52) true weights."""
    mean, sigma, plainly = answer
    off, off_plainly = wrong(mean, truth), wrong(plainly, truth)
    total = (scales.curves * off**2).mean()
    total = total + shares.surface * surface(off, scales.skin)
    if shares.points_only:
        error = (scales.curves * off_plainly**2).mean()
        total = total + shares.points_only * error
    if shares.sides:
        error = sides(off, scales.curves)
        if shares.points_only:
            error = error + shares.points_only * sides(off_plainly, scales.curves)
        total = total + shares.sides * error
    if shares.seal:
        total = total + shares.seal * seal(mean, truth, scales.lips)
    # Not the squares of a Gaussian: one face that is read all wrong would outweigh a
    # thousand.
    seen = (mean.detach().clamp(0, 1) - truth).abs() * math.sqrt(math.pi / 2)
    return total + shares.doubt * (seen / sigma + sigma.log()).mean()


def wrong(mean: Tensor, truth: Tensor) -> Tensor:
    """Return the error, 0 where clipping to 0 and 1 will put an answer right."""
    off = mean - truth
    below, above = (truth <= 0.0) & (off < 0.0), (truth >= 1.0) & (off > 0.0)
    return torch.where(below | above, 0.0, off)


def sides(off: Tensor, curve_weight: Tensor) -> Tensor:
    """Return the squared error of left less right, a mean over faces and pairs.

    Both sides of a pair move together most of the time. The error of the curves
    therefore falls almost as far for a network that never tells the sides apart.

    Args:
        off: (n, 52) errors.
        curve_weight: (52,) from `curve_weights`.
    """
    left, right = (list(side) for side in zip(*PAIRS, strict=True))
    apart = off[:, left] - off[:, right]
    return (curve_weight[left] * apart**2).mean()


def seal(mean: Tensor, truth: Tensor, lips: Tensor) -> Tensor:
    """Return the squared error of the lips' distance, shut lips counting five times.

    Several curves open a mouth and several shut it: each may be a little wrong and the
    mouth still be far from shut.

    Args:
        mean: (n, 52) answers.
        truth: (n, 52) true weights.
        lips: (52,) from `lip_gap`.
    """
    wanted = truth @ lips
    off = mean.clamp(-0.1, 1.1) @ lips - wanted
    # Lips that are pressed further together look the same.
    off = torch.where((wanted <= 0.0) & (off < 0.0), 0.0, off)
    return ((1.0 + 4.0 * (wanted < SHUT)) * off**2).mean()


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


def lip_gap(head: Head) -> Floats:
    """Return (52,): by how much each curve at 1 parts the lips, in mouth widths.

    The mean over three places of the inner lips, on this head with `fit_reach`.
    """
    fitted = fit_reach(head)
    moves = fitted.shapes[:, LANDMARKS, 1] * fitted.reach[:, None]
    width = np.linalg.norm(np.subtract(*head.neutral[LANDMARKS[[54, 48]]]))
    apart = moves[:, [61, 62, 63]] - moves[:, [67, 66, 65]]
    return np.asarray(apart.mean(axis=1) / width, dtype=np.float32)
