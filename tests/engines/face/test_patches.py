import math
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.face.patches import (
    EYE,
    FLOOR,
    MOUTH,
    SIZE,
    cut_patches,
    pictures,
    standardise,
)
from engines.face.preprocess import Alignment
from protocols.rotation import Quaternion, from_yaw_pitch_roll, to_matrix
from tests.bridge.solve.puppet import face

RNG = np.random.default_rng(11)
AHEAD: Quaternion = (0.0, 0.0, 0.0, 1.0)
TURNED = from_yaw_pitch_roll(0.4, -0.2, 0.1)

MIDDLES = ((3.2, 0.4, 1.0), (-3.2, 0.4, 1.0), (0.0, -8.0, 2.6))
"""Of the windows: left eye, right eye, mouth; canonical centimetres."""
LEAN = math.radians(15.0)
ACROSS = (
    (5.0 * math.cos(LEAN), 0.0, -5.0 * math.sin(LEAN)),
    (5.0 * math.cos(LEAN), 0.0, 5.0 * math.sin(LEAN)),
    (11.0, 0.0, 0.0),
)
"""From the left to the right edge of each window."""
SIDES = (EYE, EYE, MOUTH)

Grey = npt.NDArray[np.uint8]


def at(
    turn: Quaternion = AHEAD,
    scale: float = 12.0,
    origin: tuple[float, float] = (320.0, 200.0),
) -> Alignment:
    """Return a face of that size at that place in the picture."""
    return Alignment(face().astype(np.float32), to_matrix(turn), scale, origin, 0.3)


def place(alignment: Alignment, point: tuple[float, ...]) -> tuple[float, float]:
    """Return where a canonical point lies in the picture, pixels."""
    x, y = alignment.scale * (alignment.rotation[:2] @ np.array(point))
    return alignment.origin[0] + x, alignment.origin[1] - y


def smooth(height: int = 480, width: int = 640) -> Grey:
    noise = RNG.normal(128.0, 400.0, (height, width))
    blurred = cv2.GaussianBlur(noise, (0, 0), 5.0)
    return np.clip(blurred, 0, 255).astype(np.uint8)


def split(flat: npt.NDArray[Any]) -> list[npt.NDArray[Any]]:
    parts = np.split(flat, [EYE * EYE, 2 * EYE * EYE])
    return [p.reshape(s, s) for p, s in zip(parts, SIDES, strict=True)]


@pytest.mark.parametrize("turn", [AHEAD, TURNED])
def test_a_patch_shows_its_window_wherever_the_head_is(turn: Quaternion) -> None:
    """Beside plain sampling: the mean of 2 x 2 bilinear samples a pixel."""
    picture, alignment = smooth(), at(turn)
    patches = split(cut_patches(picture, alignment))
    for patch, side, middle, across in zip(
        patches, SIDES, MIDDLES, ACROSS, strict=True
    ):
        down = np.array([0.0, -np.linalg.norm(across), 0.0])
        shares = (np.arange(2 * side) + 0.5) / (2 * side) - 0.5
        x = np.zeros((2 * side, 2 * side), dtype=np.float32)
        y = x.copy()
        for row, v in enumerate(shares):
            for column, u in enumerate(shares):
                point = np.array(middle) + u * np.array(across) + v * down
                # Pixel centres lie at halves.
                x[row, column], y[row, column] = np.subtract(
                    place(alignment, tuple(point)), 0.5
                )
        drawn = cv2.remap(picture.astype(np.float32), x, y, cv2.INTER_LINEAR)
        wanted = drawn.reshape(side, 2, side, 2).mean(axis=(1, 3))
        # OpenCV samples bytes at 1/32 of a pixel.
        assert np.abs(patch - wanted).max() < 3.0
        assert np.abs(patch - wanted).mean() < 0.6


@pytest.mark.parametrize("turn", [AHEAD, TURNED])
@pytest.mark.parametrize("which", range(3))
def test_what_is_drawn_on_the_face_is_where_it_belongs(
    turn: Quaternion, which: int
) -> None:
    picture, alignment = np.zeros((480, 640), dtype=np.uint8), at(turn, 16.0)
    x, y = place(alignment, MIDDLES[which])
    centre = (round(16 * x), round(16 * y))
    cv2.circle(picture, centre, 5 * 16, (255.0,), -1, shift=4)
    patches = split(cut_patches(picture, alignment))
    for number, (patch, side) in enumerate(zip(patches, SIDES, strict=True)):
        if number == which:
            rows, columns = np.nonzero(patch > 128)
            assert abs(rows.mean() - (side - 1) / 2) < 1.0
            assert abs(columns.mean() - (side - 1) / 2) < 1.0
        else:
            assert patch.max() < 128


def test_colour_is_seen_as_grey() -> None:
    grey = smooth()
    colour = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR).astype(np.uint8)
    apart = cut_patches(colour, at()).astype(int) - cut_patches(grey, at())
    assert np.abs(apart).max() <= 1


def test_a_large_face_gives_the_patches_of_a_small_one() -> None:
    small = smooth()
    large = np.repeat(np.repeat(small, 5, axis=0), 5, axis=1)
    one = cut_patches(small, at())
    other = cut_patches(large, at(scale=60.0, origin=(1600.0, 1000.0)))
    assert np.abs(one.astype(int) - other).mean() < 1.0


@given(
    st.tuples(st.integers(1, 40), st.integers(1, 40)),
    st.floats(0.01, 400),
    st.floats(-1e6, 1e6),
    st.floats(-1e6, 1e6),
    st.tuples(st.floats(-3, 3), st.floats(-1.5, 1.5), st.floats(-3, 3)),
    st.booleans(),
)
def test_any_face_in_any_picture_has_patches(
    size: tuple[int, int],
    scale: float,
    x: float,
    y: float,
    turn: tuple[float, float, float],
    colour: bool,
) -> None:
    shape = (*size, 3) if colour else size
    picture = np.full(shape, 77, dtype=np.uint8)
    alignment = at(from_yaw_pitch_roll(*turn), scale, (x, y))
    patches = cut_patches(picture, alignment)
    assert patches.shape == (SIZE,) and patches.dtype == np.uint8
    # Beyond the edge the picture goes on as it is there.
    assert np.abs(patches.astype(int) - 77).max() <= 1
    assert np.abs(standardise(patches)).max() < 1.0


def test_standard_patches_have_no_mean_and_near_unit_deviation() -> None:
    patches = cut_patches(smooth(), at())
    standard = standardise(patches)
    assert standard.dtype == np.float32
    for part, grey in zip(split(standard), split(patches), strict=True):
        assert abs(float(part.mean())) < 1e-4
        wanted = grey.std() / (grey.std() + FLOOR)
        assert float(part.std()) == pytest.approx(wanted, rel=1e-4)


def test_a_blank_patch_stays_blank_and_light_does_not_matter() -> None:
    assert not standardise(np.full(SIZE, 200, dtype=np.uint8)).any()
    patches = cut_patches(smooth(), at()) // np.uint8(2)
    np.testing.assert_allclose(
        standardise(patches), standardise(patches + np.uint8(60)), atol=1e-5
    )
    brighter = standardise(patches * np.uint8(2))
    correlation = np.corrcoef(standardise(patches), brighter)[0, 1]
    assert correlation > 0.99


def test_many_are_standardised_like_one() -> None:
    many = np.stack([cut_patches(smooth(), at()) for _ in range(6)])
    whole = standardise(many.reshape(2, 3, SIZE))
    assert whole.shape == (2, 3, SIZE)
    for row, one in zip(whole.reshape(6, SIZE), many, strict=True):
        np.testing.assert_array_equal(row, standardise(one))
    eyes, mouth = pictures(whole)
    assert eyes.shape == (2, 3, 2, EYE, EYE) and mouth.shape == (2, 3, MOUTH, MOUTH)
    left, right, lips = split(whole[1, 2])
    np.testing.assert_array_equal(eyes[1, 2, 0], left)
    np.testing.assert_array_equal(eyes[1, 2, 1], right)
    np.testing.assert_array_equal(mouth[1, 2], lips)
