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
    coarse_chance=0.0,
    blur_chance=0.0,
    noise_chance=0.0,
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
