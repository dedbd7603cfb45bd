from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="the batches of training need torch")

from engines.face import mirror
from engines.face.canonical_face import CANONICAL, COUNT
from engines.face.face_basis import bends, load_basis
from engines.face.features import NAMES, POINTS
from models.data.rendered.solver_batches import Prepared
from models.solver.basis import FLOOR_CM, IRISES, looked_at, make_basis
from protocols.arrays import Numbers
from protocols.channels import ARKIT

CURVES = len(ARKIT)
NOISE_CM = 0.05


def made_moves() -> Numbers:
    """Return (52, 478, 3) moves, both sides alike."""
    moves = np.random.default_rng(1).normal(0.0, 0.3, (CURVES, COUNT, 3))
    return np.asarray(
        0.5 * (moves + (moves[:, mirror.POINTS] * mirror.SIGN)[mirror.CURVES])
    )


def made_data(moves: Numbers, pitch: float = 0.0, n: int = 400) -> Prepared:
    """Return faces that move as told, with noise; a nod lifts every point."""
    rng = np.random.default_rng(2)
    people = 100
    person = np.arange(n) % people
    rest = CANONICAL + rng.normal(0.0, 0.2, (people, COUNT, 3))
    weights = rng.uniform(0.0, 1.0, (n, CURVES)) * (rng.random((n, CURVES)) < 0.1)
    turn = rng.uniform(-0.2, 0.2, (n, 3))
    turn[:20, 1] = 1.0  # turned away
    points = rest[person] + np.einsum("nk,kpc->npc", weights, moves)
    points += rng.normal(0.0, NOISE_CM, points.shape)
    points[:, :, 1] += pitch * turn[:, :1]
    points[:20] += 100.0
    return Prepared(
        points.astype(np.float32),
        turn.astype(np.float32),
        np.zeros((n, 1), dtype=np.uint8),
        weights.astype(np.float32),
        np.zeros(n, dtype=np.uint8),
        person,
        rest.astype(np.float32),
        np.zeros((people, 1), dtype=np.float16),
    )


def test_landmarks_of_measures_are_looked_at_on_both_sides_without_irises() -> None:
    points = looked_at()
    assert (np.diff(points) > 0).all()
    assert not set(points.tolist()) & set(IRISES)
    assert set(POINTS.tolist()) - set(IRISES) <= set(points.tolist())
    assert {int(mirror.POINTS[i]) for i in points} == set(points.tolist())


def test_what_was_made_is_read_and_is_what_the_data_hold(tmp_path: Path) -> None:
    moves = made_moves()
    arrays = make_basis(moves, made_data(moves, pitch=0.5))
    path = tmp_path / "face_basis.npz"
    np.savez_compressed(path, **arrays)
    basis = load_basis(path)
    points = looked_at()
    np.testing.assert_array_equal(basis.points, points)
    np.testing.assert_allclose(
        basis.moves, moves[:, points].reshape(CURVES, -1), atol=1e-6
    )
    assert basis.measures.shape == (CURVES, len(NAMES))
    # Faces that are turned away say nothing of the noise, or it would be metres.
    expected = np.hypot(NOISE_CM, FLOOR_CM)
    assert basis.noise.mean() == pytest.approx(expected, rel=0.1)
    # A nod lifts all points as the data say, and does nothing else.
    nod = (bends((0.1, 0.0, 0.0)) @ basis.turned).reshape(-1, 3)
    assert nod[:, 1].mean() == pytest.approx(0.05, rel=0.3)
    assert np.abs(nod[:, [0, 2]].mean(axis=0)).max() < 0.01
    # People differ by more than one person's noise.
    assert np.trace(basis.known.gram) > 1.1 * np.trace(basis.unknown.gram)
    for evidence in (basis.known, basis.unknown):
        np.testing.assert_allclose(
            evidence.gain @ basis.moves.T, evidence.gram, rtol=1e-3, atol=1e-2
        )


def test_both_sides_are_alike() -> None:
    moves = made_moves()
    arrays = make_basis(moves, made_data(moves))
    partner = {int(p): i for i, p in enumerate(looked_at())}
    order = [partner[int(mirror.POINTS[p])] for p in looked_at()]
    noise = arrays["noise"].reshape(-1, 3)
    np.testing.assert_allclose(noise[order], noise, rtol=1e-3)
    gram = arrays["known_gram"]
    np.testing.assert_allclose(
        gram[mirror.CURVES][:, mirror.CURVES], gram, rtol=0.01, atol=0.5
    )
