from dataclasses import replace

import numpy as np
import pytest

from models.data.photographs.augment import Augment
from tests.models.faces import made_up

STILL = Augment(
    turn=0.0,
    scale=1.0,
    stretch=0.0,
    shift=0.0,
    gamma=0.0,
    light_chance=0.0,
    coarse_chance=0.0,
    blur_chance=0.0,
    noise_chance=0.0,
    compress_chance=0.0,
    erase_chance=0.0,
)


@pytest.mark.parametrize("size", [48, 64])
def test_without_changes_it_is_what_evaluation_sees(size: int) -> None:
    from engines.face.crop import whole

    images = made_up(16).images
    bent = STILL(images, size, np.random.default_rng(0))
    plain = whole(images, size)
    for one, expected in zip(bent, plain, strict=True):
        # Flipped or not is a coin's toss. `whole` rounds to grey levels, this not.
        gap = min(
            np.abs(one - expected).max(), np.abs(one[:, :, ::-1] - expected).max()
        )
        assert gap < 0.05


def test_a_seed_repeats_and_faces_differ() -> None:
    images = np.repeat(made_up(1).images, 8, axis=0)
    first = Augment()(images, 64, np.random.default_rng(4))
    again = Augment()(images, 64, np.random.default_rng(4))
    np.testing.assert_array_equal(first, again)
    assert all(np.abs(first[i] - first[0]).max() > 0.1 for i in range(1, 8))
    assert first.shape == (8, 1, 64, 64)
    assert first.dtype == np.float32
    assert np.isfinite(first).all()


@pytest.mark.parametrize(
    "name", ["light", "coarse", "blur", "noise", "compress", "erase"]
)
def test_each_change_alters_faces_and_leaves_them_finite(name: str) -> None:
    images = made_up(8).images
    bending = replace(STILL, **{f"{name}_chance": 1.0})
    bent = bending(images, 64, np.random.default_rng(5))
    plain = STILL(images, 64, np.random.default_rng(5))
    assert bent.shape == plain.shape and np.isfinite(bent).all()
    # Other draws may flip a face: it must differ from both.
    for one, other in zip(bent, plain, strict=True):
        assert min(np.abs(one - o).max() for o in (other, other[:, :, ::-1])) > 0.01


def test_light_from_one_side_leaves_the_middle_as_bright() -> None:
    grey = np.full((1, 48, 48), 128, np.uint8)
    grey[0, ::2] = 120
    lit = replace(STILL, light_chance=1.0)(grey, 48, np.random.default_rng(6))[0, 0]
    around = [lit[:12].mean(), lit[36:].mean(), lit[:, :12].mean(), lit[:, 36:].mean()]
    assert max(around) - min(around) > 0.5
    assert abs(lit[18:30, 18:30].mean() - lit.mean()) < 0.2
