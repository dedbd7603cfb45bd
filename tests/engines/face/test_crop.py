import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.face.crop import _ANCHORS, cut, face_input, standardise, whole


def picture(width: int = 320, height: int = 240) -> npt.NDArray[np.uint8]:
    """A smooth grey scene."""
    y, x = np.mgrid[:height, :width]
    scene = 90 + 40 * np.sin(x / 23) + 40 * np.cos(y / 17)
    out: npt.NDArray[np.uint8] = scene.astype(np.uint8)
    return out


def points(
    side: float, x: float, y: float, angle: float = 0.0
) -> npt.NDArray[np.float32]:
    """Landmarks of a face whose FER2013 box has this side, middle and turn."""
    found = np.zeros((478, 3), np.float32)
    c, s = np.cos(angle), np.sin(angle)
    for i, place in _ANCHORS.items():
        u, v = (np.array(place) - 0.5) * side
        found[i] = (x + c * u - s * v, y + s * u + c * v, 7.0)
    return found


def test_a_face_that_is_already_a_crop_comes_back() -> None:
    # 48 x 48 of the scene, enlarged without loss: every pixel becomes 4 x 4.
    small = picture()[:48, :48]
    large = np.kron(small, np.ones((4, 4), np.uint8))
    found = cut(large, points(192.0, 96.0, 96.0))
    inner = np.abs(found.astype(int) - small)[1:-1, 1:-1]
    assert inner.max() <= 3


def test_it_is_half_a_pixel_exact() -> None:
    """A dot at a known place must come out there, not a pixel beside it."""
    scene = np.zeros((240, 320), np.uint8)
    scene[100:104, 200:204] = 255  # centre (202, 102)
    found = cut(scene, points(96.0, 202.0 - 12.0, 102.0 + 6.0)).astype(float)
    v, u = np.mgrid[:48, :48] + 0.5
    where = (found * u).sum() / found.sum(), (found * v).sum() / found.sum()
    # 12 px right and 6 px above the middle of 96 px, so at 0.625 and 0.4375.
    assert where == pytest.approx((0.625 * 48, 0.4375 * 48), abs=0.1)


@given(st.floats(-0.6, 0.6))
def test_a_turned_head_comes_out_level(angle: float) -> None:
    scene = np.zeros((300, 300), np.uint8)
    face = points(150.0, 150.0, 150.0, angle)
    for eye in (33, 263):
        x, y = face[eye, :2].round().astype(int)
        scene[y - 3 : y + 4, x - 3 : x + 4] = 255
    found = cut(scene, face).astype(float)
    rows = np.arange(48)[:, None]
    heights = [
        (found[:, half] * rows).sum() / found[:, half].sum()
        for half in (slice(0, 24), slice(24, 48))
    ]
    assert heights[0] == pytest.approx(heights[1], abs=0.5)


def test_the_mouth_does_not_move_the_crop() -> None:
    shut = points(120.0, 150.0, 120.0)
    wide = shut.copy()
    wide[[13, 14, 17, 61, 291, 152, 199], 1] += 40.0
    np.testing.assert_array_equal(cut(picture(), shut), cut(picture(), wide))


def test_colour_and_grey_agree() -> None:
    grey = picture()
    colour = np.repeat(grey[..., None], 3, axis=2)
    face = points(130.0, 160.0, 120.0, 0.2)
    np.testing.assert_allclose(
        cut(grey, face).astype(int), cut(colour, face).astype(int), atol=1
    )


def test_a_large_face_is_averaged_not_sampled() -> None:
    """A pattern finer than the crop must become even grey."""
    scene = np.zeros((1600, 1600), np.uint8)
    scene[::2] = 255
    found = cut(scene, points(1440.0, 800.0, 800.0))
    assert np.ptp(found.astype(int)[2:-2]) <= 20
    assert found.mean() == pytest.approx(127, abs=6)


@given(
    st.floats(8, 900), st.floats(-900, 1200), st.floats(-900, 1200), st.floats(-3, 3)
)
def test_any_place_gives_a_finite_face(
    side: float, x: float, y: float, angle: float
) -> None:
    found = face_input(picture(), points(side, x, y, angle))
    assert found.shape == (1, 1, 64, 64)
    assert found.dtype == np.float32
    assert np.isfinite(found).all()


@pytest.mark.parametrize("bad", [0.0, np.nan, np.inf, 1e30])
def test_points_that_are_no_face_are_refused(bad: float) -> None:
    with (
        np.errstate(invalid="ignore", over="ignore"),
        pytest.raises(ValueError, match="landmarks spread"),
    ):
        cut(picture(), np.full((478, 3), bad, np.float32))


def test_light_does_not_change_the_input() -> None:
    faces = np.random.default_rng(0).integers(60, 200, (2, 48, 48)).astype(np.float32)
    np.testing.assert_allclose(
        standardise(faces), standardise(faces * 0.9 + 20), atol=0.15
    )


def test_a_blank_image_stays_blank() -> None:
    assert not whole(np.full((1, 48, 48), 77, np.uint8)).any()


def test_whole_of_nothing() -> None:
    assert whole(np.empty((0, 48, 48), np.uint8)).shape == (0, 1, 64, 64)
