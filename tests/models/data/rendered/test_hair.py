from __future__ import annotations

import numpy as np
import pytest

from models.data.rendered.appearance import Look
from models.data.rendered.hair import STRANDS, hair_cover, lash_pattern, strand_pattern


@pytest.mark.parametrize(
    ("place", "point", "covered"),
    [
        ("crown", (0.0, 0.145, -0.01), True),
        ("back", (0.0, 0.05, -0.09), True),
        ("above the ear", (0.078, 0.07, 0.01), True),
        ("forehead", (0.0, 0.085, 0.10), False),
        ("temple", (0.06, 0.06, 0.07), False),
        ("ear", (0.088, 0.02, -0.01), False),
        ("cheek", (0.05, -0.01, 0.08), False),
        ("neck", (0.0, -0.10, -0.05), False),
    ],
)
def test_hair_grows_where_hair_grows(
    place: str, point: tuple[float, float, float], covered: bool
) -> None:
    inside = hair_cover(np.array([point], dtype=np.float32))[0]
    assert (inside > 0.002) is np.bool_(covered), place


def test_strands_reach_every_height_alike_and_come_from_the_seed() -> None:
    first, again = (strand_pattern(np.random.default_rng(4)) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert first.shape == (96, STRANDS)
    shares = np.histogram(first, bins=10, range=(0, 1))[0] / first.size
    np.testing.assert_allclose(shares, 0.1, atol=0.001)


def test_lashes_thin_out_toward_their_tips_and_the_lower_lid_has_none() -> None:
    pattern = lash_pattern(Look())
    strip = pattern[6:77]  # the first of six
    assert strip[:8].mean() > 0.9
    assert 0 < strip[35:45].mean() < 0.6
    assert strip[-10:].mean() < 0.05
    assert not pattern[256:].any()
