import logging

import numpy as np
import pytest

from bridge.capture.black import AFTER_NS, LOOK_NS, BlackHint, is_black
from bridge.capture.source import Image, Pixels


def noise(highest: int) -> Pixels:
    rng = np.random.default_rng(1)
    return rng.integers(0, highest, (480, 640, 3), dtype=np.uint8)


BLACK = noise(8)
LIT = noise(256)


class Seen:
    """Shows pictures to the hint, 25 a second."""

    def __init__(self, *, live: bool = True) -> None:
        self.hint = BlackHint("camera:0", live=live)
        self.tracked = 0
        self._index = 0

    def show(self, pixels: Pixels, seconds: float, *, face: bool = False) -> None:
        for _ in range(round(seconds * 25)):
            self.tracked += face
            at_ns = self._index * 40_000_000
            self.hint.see(Image(self._index, at_ns, at_ns, pixels), self.tracked)
            self._index += 1


@pytest.mark.parametrize(
    ("pixels", "black"),
    [
        (np.zeros((4, 4, 3), np.uint8), True),
        (np.zeros((1, 1, 3), np.uint8), True),
        (BLACK, True),
        (noise(17), True),
        (LIT, False),
        (np.full((480, 640, 3), 40, np.uint8), False),  # a dark room
    ],
)
def test_black_is_black_but_for_noise(pixels: Pixels, black: bool) -> None:
    assert is_black(pixels) is black


def test_a_face_by_candlelight_is_not_black() -> None:
    pixels = np.zeros((480, 640, 3), np.uint8)
    pixels[200:280, 280:360] = 30
    assert not is_black(pixels)


def test_it_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    seen = Seen()
    with caplog.at_level(logging.WARNING):
        seen.show(BLACK, 1.9)
        assert caplog.records == []
        seen.show(BLACK, 10.0)
        seen.hint.end()
    assert [record.getMessage() for record in caplog.records] == [
        "camera:0: no face is found, because the picture is black; check that the lens "
        "is not covered and that no other program uses the camera"
    ]
    assert AFTER_NS > LOOK_NS


def test_a_picture_with_something_in_it_is_no_reason(
    caplog: pytest.LogCaptureFixture,
) -> None:
    seen = Seen()
    with caplog.at_level(logging.WARNING):
        for _ in range(4):
            seen.show(LIT, 1.0)
            seen.show(BLACK, 1.5)
        seen.show(BLACK, 60.0, face=True)  # whatever the tracker sees in it
        seen.hint.end()
    assert caplog.records == []


def test_a_short_black_clip_says_it_at_its_end(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        for live in (True, False):
            seen = Seen(live=live)
            seen.show(BLACK, 0.5)
            seen.hint.end()
    assert [record.getMessage() for record in caplog.records] == [
        "camera:0: no face is found, because the picture is black; check that it is "
        "the right file"
    ]
