"""Rendered faces made ready for the solver, and disturbed as life disturbs them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engines.face.canonical_face import CANONICAL, COUNT
from engines.face.patches import SIZE, pictures, standardise
from engines.face.preprocess import align
from models.data.ahead import ahead
from protocols.arrays import Floats
from protocols.rotation import matrix_to_vector

from .dataset import CALM, FaceSet
from .expressions import Kind
from .one_sided import measure_moves, shift_sides
from .patch_noise import blot, shift

Rng = np.random.Generator

POINT_NOISE: Final = 0.006
"""Centimetres, of each point; the tracker's own noise is in the renders."""

KNOWN, PARTLY, POINTS_ONLY, NOBODY = 0.5, 0.2, 0.1, 0.2
"""How often the rest of a person is known from calm frames; only partly, as while it is
being found; by its points alone, as from a profile; not at all."""


class Inputs(NamedTuple):
    """A batch of faces, each once; the contract `SOLVER` has both views of one."""

    landmarks: Tensor
    """(n, 478, 3) canonical centimetres."""
    moved: Tensor
    """(n, 478, 3) the same less those at rest; 0 where the rest is not known."""
    turn: Tensor
    """(n, 3) radians."""
    eyes: Tensor
    """(n, 2, 2, 48, 48) now and at rest, left eye before right; standardised."""
    mouth: Tensor
    """(n, 2, 64, 64)"""


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """Faces that were found, aligned, with each person's rest."""

    points: Floats
    """(N, 478, 3) canonical centimetres."""
    turn: Floats
    """(N, 3) radians."""
    patches: npt.NDArray[np.uint8]
    """(N, SIZE)"""
    weights: Floats
    """(N, 52)"""
    kind: npt.NDArray[np.uint8]
    """(N,)"""
    person: npt.NDArray[np.int64]
    """(N,) index into the next two."""
    rest_points: Floats
    """(P, 478, 3) mean of the calm frames."""
    rest_patches: npt.NDArray[np.float16]
    """(P, SIZE) mean of the calm frames, standardised."""
    moves: Floats | None = None
    """(52, 478, 3) from `measure_moves`: one-sided faces are made with it; None makes
    none."""

    def __len__(self) -> int:
        return len(self.person)

    def movements(self, most: int = 40_000) -> tuple[Floats, Floats]:
        """Return (n, 478, 3) points of some faces less their rest, and less the
        canonical face; centimetres."""
        some = slice(0, len(self), -(-len(self) // most))
        points = self.points[some]
        moved = points - self.rest_points[self.person[some]]
        return moved, points - CANONICAL.astype(np.float32)


def with_sides(data: Prepared, most: int = 40_000) -> Prepared:
    """Return the same faces, to be disturbed by one-sided movements as well."""
    some = slice(0, len(data), -(-len(data) // most))
    moved, _ = data.movements(most)
    return replace(
        data, moves=measure_moves(moved, data.turn[some], data.weights[some])
    )


def prepare(faces: FaceSet) -> Prepared:
    """Align every face and find its person's rest.

    Faces that the tracker did not find are left out, and people of whom it found no
    calm frame.
    """
    n = len(faces)
    points = np.zeros((n, COUNT, 3), dtype=np.float32)
    turn = np.zeros((n, 3), dtype=np.float32)
    found = np.isfinite(faces.points[:, 0, 0])
    for i in np.flatnonzero(found).tolist():
        alignment = align(faces.points[i])
        if alignment is None:
            found[i] = False
        else:
            points[i] = alignment.points
            turn[i] = matrix_to_vector(alignment.rotation)
    starts = np.flatnonzero(np.diff(faces.identity, prepend=-1))
    person = np.full(n, -1, dtype=np.int64)
    rests: list[Floats] = []
    skins: list[npt.NDArray[np.float16]] = []
    for start, end in zip(starts, [*starts[1:], n], strict=True):
        calm = np.arange(start, min(start + CALM, end))
        calm = calm[found[calm] & (faces.kind[calm] == Kind.NEUTRAL)]
        if len(calm):
            person[start:end] = len(rests)
            rests.append(points[calm].mean(axis=0))
            skin = standardise(faces.patches[calm]).mean(axis=0)
            skins.append(skin.astype(np.float16))
    keep = found & (person >= 0)
    return Prepared(
        points[keep],
        turn[keep],
        faces.patches[keep],
        faces.weights[keep],
        faces.kind[keep],
        person[keep],
        np.array(rests, dtype=np.float32).reshape(-1, COUNT, 3),
        np.array(skins, dtype=np.float16).reshape(-1, SIZE),
    )


def calm_inputs(data: Prepared, at: npt.NDArray[np.int64], known: bool) -> Inputs:
    """Return a batch as it is, with everybody's rest known or nobody's."""
    points, rest, patches, skin = _gather(data, at)
    if not known:
        skin[:] = 0.0
    moved = np.float32(known) * (points - rest)
    return _inputs(points, moved, data.turn[at], patches, skin)


def disturbed_points(
    data: Prepared, at: npt.NDArray[np.int64], rng: Rng
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return points and moved (n, 478, 3) of a batch with noise and other rests, (n, 1)
    how much is known of what the rest looks like, and (n, 52) the true weights."""
    who = data.person[at]
    points, rest = data.points[at].copy(), data.rest_points[who].copy()
    weights = data.weights[at]
    if data.moves is not None:
        weights = shift_sides(points, weights, data.moves, rng)
    n = len(at)
    # Somebody else's proportions, now and at rest: real faces are none of ours.
    people = len(data.rest_points)
    a, b = data.rest_points[rng.integers(people, size=(2, n))]
    other = rng.uniform(0, 0.7, (n, 1, 1)).astype(np.float32) * (a - b)
    for each in (points, rest):
        each += other
        each += POINT_NOISE * rng.standard_normal(each.shape, dtype=np.float32)
    mode = rng.random(n)
    partly = (mode >= KNOWN) & (mode < KNOWN + PARTLY)
    share = np.where(partly, rng.uniform(0.2, 1.0, n), 1.0).astype(np.float32)
    share[mode >= 1.0 - NOBODY] = 0.0
    # As far as it is not known, the average face stands for it.
    rest += (1.0 - share[:, None, None]) * (CANONICAL.astype(np.float32) - rest)
    points_only = (mode >= KNOWN + PARTLY) & (mode < KNOWN + PARTLY + POINTS_ONLY)
    seen = np.where(points_only, 0.0, share).astype(np.float32)[:, None]
    return points, share[:, None, None] * (points - rest), seen, weights


def disturbed_inputs(
    data: Prepared, at: npt.NDArray[np.int64], rng: Rng
) -> tuple[Inputs, Tensor]:
    """Return a batch with noise, other rests and other light, and its true weights."""
    points, moved, seen, weights = disturbed_points(data, at, rng)
    n = len(at)
    patches = standardise(data.patches[at])
    skin = seen * data.rest_patches[data.person[at]].astype(np.float32)
    patches *= np.exp(rng.normal(0, 0.15, (n, 1))).astype(np.float32)
    noisy = rng.random(n) < 0.3
    level = rng.uniform(0, 0.25, (int(noisy.sum()), 1)).astype(np.float32)
    patches[noisy] += level * rng.standard_normal((len(level), SIZE), dtype=np.float32)
    inputs = _inputs(points, moved, data.turn[at], patches, skin)
    eyes, mouth = shift(inputs.eyes, rng), shift(inputs.mouth, rng)
    inputs = inputs._replace(eyes=blot(eyes, rng), mouth=blot(mouth, rng))
    return inputs, torch.from_numpy(weights)


def point_batches(
    data: Prepared, size: int, seed: tuple[int, ...]
) -> Iterator[tuple[Tensor, Tensor, Tensor, Tensor]]:
    """Yield landmarks, moved, turn and weights of every face once, disturbed."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(data))
    for k in range(0, len(order) - size + 1, size):
        at = order[k : k + size]
        points, moved, _, weights = disturbed_points(data, at, rng)
        arrays = (points, moved, data.turn[at], weights)
        landmarks, moves, turn, truth = (torch.from_numpy(a) for a in arrays)
        yield landmarks, moves, turn, truth


def batches(
    data: Prepared, size: int, seed: tuple[int, ...], rank: int = 0, world: int = 1
) -> Iterator[tuple[Inputs, Tensor]]:
    """Yield faces in a random order; what does not fill a batch is left out.

    Args:
        data: the faces.
        size: faces a batch, over all processes.
        seed: of order and disturbance.
        rank: this process.
        world: processes; each gets its share of every batch.
    """
    order = np.random.default_rng(seed).permutation(len(data))
    rng = np.random.default_rng((*seed, rank, 1))

    def work() -> Iterator[tuple[Inputs, Tensor]]:
        for k in range(0, len(order) - size + 1, size):
            yield disturbed_inputs(data, order[k : k + size][rank::world], rng)

    return ahead(work())


def _gather(
    data: Prepared, at: npt.NDArray[np.int64]
) -> tuple[Floats, Floats, Floats, Floats]:
    who = data.person[at]
    return (
        data.points[at].copy(),
        data.rest_points[who].copy(),
        standardise(data.patches[at]),
        data.rest_patches[who].astype(np.float32),
    )


def _inputs(
    points: Floats, moved: Floats, turn: Floats, patches: Floats, skin: Floats
) -> Inputs:
    eyes, mouth = pictures(np.stack([patches, skin], axis=1))
    arrays = (points, moved, turn, eyes, mouth)
    return Inputs(*(torch.from_numpy(np.ascontiguousarray(a)) for a in arrays))
