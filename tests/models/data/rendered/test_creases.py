from __future__ import annotations

import numpy as np

from models.data.rendered.creases import (
    FOREHEAD,
    GLABELLA,
    crease_cover,
    crease_strengths,
)
from protocols.channels import ARKIT


def test_a_curve_of_one_side_folds_that_side() -> None:
    weights = np.zeros(52, dtype=np.float32)
    assert not crease_strengths(weights).any()
    weights[ARKIT.index("browDownLeft")] = 1
    right, left = crease_strengths(weights)[GLABELLA]
    assert left > 0.5
    assert right == 0


def test_no_strength_passes_one() -> None:
    assert crease_strengths(np.ones(52, dtype=np.float32)).max() == 1


def test_furrows_lie_on_the_forehead_and_are_alike_on_both_sides() -> None:
    x, y = np.meshgrid(np.linspace(-0.07, 0.07, 141), np.linspace(-0.1, 0.12, 221))
    points = np.stack([x, y, np.full_like(x, 0.1)], axis=-1).astype(np.float32)
    cover = crease_cover(points)
    heights = y[cover[..., FOREHEAD] > 0.5]
    assert heights.min() > 0.065
    np.testing.assert_allclose(
        cover[..., GLABELLA], cover[:, ::-1, GLABELLA], atol=0.01
    )
