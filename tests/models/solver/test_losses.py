from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs torch")

import torch
from torch import Tensor

from models.data.rendered.head import load_head
from models.solver.losses import (
    Scales,
    Shares,
    curve_weights,
    lip_gap,
    loss,
    seal,
    sides,
)
from protocols.channels import INDEX
from tests.models.data.dataset import dataset

SMILES = [INDEX["mouthSmileLeft"], INDEX["mouthSmileRight"]]


def faces(**weights: float) -> Tensor:
    out = torch.zeros(1, 52)
    for name, value in weights.items():
        out[0, INDEX[name]] = value
    return out


def scales() -> Scales:
    lips = torch.zeros(52)
    lips[INDEX["jawOpen"]], lips[INDEX["mouthClose"]] = 0.6, -0.6
    return Scales(torch.ones(52), torch.eye(52) / 52, lips)


def test_a_wrong_pair_costs_nothing_of_sides_and_a_wrong_side_does() -> None:
    even, odd = torch.zeros(1, 52), torch.zeros(1, 52)
    even[0, SMILES] = 0.4
    odd[0, SMILES[0]] = 0.4
    assert float(sides(even, torch.ones(52))) == 0.0
    # One of 14 pairs, 0.4 apart.
    assert float(sides(odd, torch.ones(52))) == pytest.approx(0.4**2 / 14)


def test_lips_count_five_times_where_they_are_shut() -> None:
    lips = scales().lips
    shut, parted = faces(jawOpen=0.3, mouthClose=0.3), faces(jawOpen=0.3)
    assert float(seal(shut, shut, lips)) == 0.0
    said = faces(jawOpen=0.4, mouthClose=0.3)
    assert float(seal(said, shut, lips)) == pytest.approx(5 * 0.06**2, rel=1e-3)
    said = faces(jawOpen=0.4)
    assert float(seal(said, parted, lips)) == pytest.approx(0.06**2, rel=1e-3)
    # Pressed further together is shut as well.
    said = faces(jawOpen=0.2, mouthClose=0.3)
    assert float(seal(said, shut, lips)) == 0.0


def test_each_part_of_the_loss_can_be_left_out() -> None:
    truth = faces(jawOpen=0.3, mouthClose=0.3)
    answer = faces(jawOpen=0.5, mouthSmileLeft=0.4)
    sigma = torch.full((1, 52), 0.1)
    none = Shares(surface=0, points_only=0, sides=0, seal=0, doubt=0)
    curves = float(loss((answer, sigma, answer), truth, scales(), none))
    assert curves == pytest.approx((0.2**2 + 0.3**2 + 0.4**2) / 52)
    for part in ("surface", "points_only", "sides", "seal"):
        one = Shares(**{**dict.fromkeys(Shares.__slots__, 0.0), part: 1.0})
        assert float(loss((answer, sigma, answer), truth, scales(), one)) > curves


def test_a_curve_that_seldom_moves_counts_more() -> None:
    truth = np.zeros((100, 52), dtype=np.float32)
    truth[:50, 0] = 1.0
    weights = curve_weights(truth)
    assert float(weights.mean()) == pytest.approx(1.0)
    assert weights[1] > 10 * weights[0]


def test_the_lips_gap_is_that_of_an_average_head() -> None:
    gap = lip_gap(load_head(dataset("ict_facekit/ict_facekit.npz")))
    assert gap[INDEX["jawOpen"]] == pytest.approx(0.60, abs=0.02)
    assert gap[INDEX["jawOpen"]] + gap[INDEX["mouthClose"]] == pytest.approx(
        0, abs=0.06
    )
    assert abs(gap[INDEX["browDownLeft"]]) < 1e-3
