from __future__ import annotations

import numpy as np

from engines.canonical_face import CANONICAL
from engines.face.patches import SIZE, pictures
from engines.preprocess import align
from models.data.second_look import shake, unmirrored_patches, unmirrored_points


def test_a_second_look_is_the_same_picture_nearly() -> None:
    y, x = np.mgrid[:128, :128]
    scene = np.stack([x, y, (x + y) // 2], axis=2).astype(np.uint8)
    rng = np.random.default_rng(0)
    for _ in range(10):
        seen = shake(scene, rng)
        assert seen.shape == scene.shape
        off = seen.astype(float) - scene
        assert 0.1 < np.abs(off).mean() < 6.0


def test_what_is_seen_in_a_mirror_is_turned_back() -> None:
    rng = np.random.default_rng(1)
    face = CANONICAL + rng.normal(0, 0.1, CANONICAL.shape)
    pixels = (face * (10.0, -10.0, -10.0) + (150.0, 100.0, 0.0)).astype(np.float32)
    mirrored = unmirrored_points(pixels, 256)
    twice = unmirrored_points(mirrored, 256)
    np.testing.assert_allclose(twice, pixels, atol=1e-4)
    found = align(mirrored)
    assert found is not None


def test_patches_are_turned_back_and_eyes_change_places() -> None:
    flat = np.random.default_rng(2).integers(0, 255, SIZE).astype(np.uint8)
    turned = unmirrored_patches(flat)
    eyes, mouth = pictures(flat.astype(np.float32))
    other_eyes, other_mouth = pictures(turned.astype(np.float32))
    np.testing.assert_array_equal(other_eyes[0], eyes[1][:, ::-1])
    np.testing.assert_array_equal(other_mouth, mouth[:, ::-1])
    np.testing.assert_array_equal(unmirrored_patches(turned), flat)
