"""Faces that look like a rendered set to the solver, and cost nothing."""

from __future__ import annotations

import numpy as np

from engines.face.canonical_face import CANONICAL, COUNT
from engines.face.mirror import CURVES, POINTS, SIGN
from engines.face.patches import SIZE
from models.data.rendered.dataset import CALM, FaceSet
from models.data.rendered.expressions import Kind


def made_up(people: int, each: int = 8, seed: int = 0) -> FaceSet:
    """Return people whose landmarks move with their curves, sides alike."""
    basis_rng = np.random.default_rng(1)
    basis = basis_rng.normal(0, 0.25, (52, COUNT, 3))
    basis = 0.5 * (basis + basis[CURVES][:, POINTS] * SIGN)
    rng = np.random.default_rng((seed, 2))
    n = people * each
    identity = np.repeat(np.arange(people), each).astype(np.int32)
    weights = rng.beta(0.4, 1.2, (n, 52)).astype(np.float32)
    calm = np.tile(np.arange(each) < CALM, people)
    weights[calm] = 0.0
    who = rng.normal(0, 0.1, (people, COUNT, 3))[identity]
    local = CANONICAL + who + np.einsum("nk,kpc->npc", weights, basis)
    points = (local * (10.0, -10.0, -10.0) + (128.0, 100.0, 0.0)).astype(np.float32)
    kind = np.where(calm, Kind.NEUTRAL, Kind.SPARSE).astype(np.uint8)
    return FaceSet(
        points,
        weights,
        np.zeros((n, 3), dtype=np.float32),
        identity,
        kind,
        rng.integers(0, 255, (n, SIZE), dtype=np.uint8),
        (b"",) * n,
    )
