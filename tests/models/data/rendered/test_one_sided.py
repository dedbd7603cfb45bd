from __future__ import annotations

import numpy as np

from models.data.rendered.one_sided import SHIFTED, measure_moves, shift_sides
from protocols.arrays import Floats
from protocols.channels import INDEX

SMILES = [INDEX["mouthSmileLeft"], INDEX["mouthSmileRight"]]


def made_up_moves(rng: np.random.Generator) -> Floats:
    return rng.normal(0, 0.2, (52, 478, 3)).astype(np.float32)


def test_moves_are_measured_from_faces_that_turn() -> None:
    rng = np.random.default_rng(0)
    moves = made_up_moves(rng)
    weights = rng.uniform(0, 1, (4000, 52)).astype(np.float32)
    turn = rng.normal(0, 0.2, (4000, 3)).astype(np.float32)
    drift = rng.normal(0, 0.5, (3, 478, 3)).astype(np.float32)
    moved = np.tensordot(weights, moves, axes=1) + np.tensordot(turn, drift, axes=1)
    found = measure_moves(moved.astype(np.float32), turn, weights)
    np.testing.assert_allclose(found, moves, atol=0.02)


def test_points_move_by_what_the_weights_change() -> None:
    rng = np.random.default_rng(1)
    moves = made_up_moves(rng)
    moves[:, :, 1:] = 0
    points = np.zeros((300, 478, 3), dtype=np.float32)
    weights = np.zeros((300, 52), dtype=np.float32)
    weights[:, SMILES] = 0.8
    before = weights.copy()
    out = shift_sides(points, weights, moves, rng)
    np.testing.assert_array_equal(weights, before)
    changed = (out != before).any(axis=1)
    assert 0.2 < changed.mean() < 0.45
    assert not points[~changed].any()
    assert points[changed].any(axis=(1, 2)).all()
    allowed = {at for pair in SHIFTED for at in pair}
    assert set(np.flatnonzero((out != before).any(axis=0)).tolist()) <= allowed
    apart = np.abs(out[:, SMILES[0]] - out[:, SMILES[1]])
    assert (apart[changed] > 0.2).mean() > 0.3
    assert out.min() >= 0 and out.max() <= 1
    # Where only one curve changed, the points follow it by about as much.
    for i in np.flatnonzero(((out != before).sum(axis=1)) == 1).tolist():
        at = int(np.flatnonzero(out[i] != before[i])[0])
        expected = (out[i, at] - before[i, at]) * moves[at]
        ratio = (points[i] * expected).sum() / (expected**2).sum()
        assert 0.3 < ratio < 1.7
