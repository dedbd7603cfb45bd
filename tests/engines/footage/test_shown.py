import cv2
import numpy as np
import pytest

from engines.footage.opencv import Pixels
from engines.footage.shown import AsShown, quarter_turn, squared, turned
from protocols.container.contents import Turn

CORNERS: Pixels = np.zeros((2, 3, 3), np.uint8)
CORNERS[0, 0] = 1  # left above
CORNERS[0, 2] = 2  # right above
CORNERS[1, 2] = 3  # right below
CORNERS[1, 0] = 4  # left below


def corners(pixels: Pixels) -> list[int]:
    """Return the corners, clockwise from left above."""
    return [int(pixels[y, x, 0]) for y, x in ((0, 0), (0, -1), (-1, -1), (-1, 0))]


@pytest.mark.parametrize(
    ("turn", "expected", "shape"),
    [
        (Turn(0), [1, 2, 3, 4], (2, 3, 3)),
        (Turn(90), [4, 1, 2, 3], (3, 2, 3)),
        (Turn(180), [3, 4, 1, 2], (2, 3, 3)),
        (Turn(270), [2, 3, 4, 1], (3, 2, 3)),
        (Turn(0, True), [2, 1, 4, 3], (2, 3, 3)),
        (Turn(180, True), [4, 3, 2, 1], (2, 3, 3)),  # upside down
        (Turn(90, True), [3, 2, 1, 4], (3, 2, 3)),
    ],
)
def test_turned(turn: Turn, expected: list[int], shape: tuple[int, ...]) -> None:
    found = turned(CORNERS, turn)
    assert corners(found) == expected
    assert found.shape == shape


@pytest.mark.parametrize(
    ("wide", "high", "shape"),
    [
        (1, 1, (180, 240)),
        (4, 3, (180, 320)),
        (64, 45, (180, 341)),  # wide PAL
        (1, 2, (360, 240)),
        (0, 1, (180, 240)),  # unknown
        (0, 0, (180, 240)),
        (-1, -1, (180, 240)),
        (1000, 1, (180, 240)),  # no format has that
        (2025, 2024, (180, 240)),
    ],
)
def test_pixels_become_square(wide: int, high: int, shape: tuple[int, int]) -> None:
    found = squared(np.zeros((180, 240, 3), np.uint8), wide, high)
    assert found.shape == (*shape, 3)


@pytest.mark.parametrize(
    ("degrees", "turn"),
    [
        (0.0, Turn(0)),
        (90.0, Turn(90)),
        (-90.0, Turn(270)),
        (269.9, Turn(270)),
        (720.0, Turn(0)),
        (45.0, None),
        (float("nan"), None),
        (float("inf"), None),
        (1e30, None),
    ],
)
def test_an_angle_as_opencv_tells_it(degrees: float, turn: Turn | None) -> None:
    assert quarter_turn(degrees) == turn


class Anamorphic:
    """A capture with pixels of 2 to 1 whose build of OpenCV turns by itself."""

    def __init__(self, picture: Pixels | None) -> None:
        self.picture = picture
        self.turns = 1.0
        self.released = False

    def grab(self) -> bool:
        return self.picture is not None

    def retrieve(self) -> tuple[bool, Pixels | None]:
        return self.picture is not None, self.picture

    def get(self, prop: int, /) -> float:
        shape = {cv2.CAP_PROP_SAR_NUM: 2.0, cv2.CAP_PROP_SAR_DEN: 1.0}
        return shape.get(prop, 7.0)

    def set(self, prop: int, value: float, /) -> bool:
        if prop == cv2.CAP_PROP_ORIENTATION_AUTO:
            self.turns = value
        return True

    def release(self) -> None:
        self.released = True


def test_a_capture_as_shown_is_squared_before_it_is_turned() -> None:
    capture = Anamorphic(CORNERS)
    shown = AsShown(capture, Turn(90))
    assert capture.turns == 0.0
    assert shown.grab()
    good, pixels = shown.retrieve()
    assert good and pixels.shape == (6, 2, 3)
    assert corners(pixels) == [4, 1, 2, 3]
    assert shown.get(cv2.CAP_PROP_FPS) == 7.0
    shown.release()
    assert capture.released


def test_no_picture_is_none_as_shown_either() -> None:
    assert AsShown(Anamorphic(None)).retrieve() == (False, None)
    empty = np.zeros((0, 0, 3), np.uint8)
    assert AsShown(Anamorphic(empty)).retrieve() == (False, None)
