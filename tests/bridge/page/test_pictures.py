"""Camera pictures for pages: the rate, the size, the outlines."""

import struct
from functools import partial

import cv2
import numpy as np

from bridge.feeds.feed import Solved
from bridge.page.pictures import WIDEST, Pictures, Seen, jpeg, picture
from tests.bridge.faces import face
from tests.bridge.fakes import image, landmarks, until


def seen(index: int = 1) -> Seen:
    return Seen(
        Solved(
            *(index, 0, 0, {0: face(index)}),
            image=image(index),
            landmarks={0: landmarks()},
        ),
        1000.0 * index,
    )


def enough(shown: list[bytes], count: int) -> bool:
    return len(shown) >= count


def test_a_wide_picture_is_made_smaller_and_keeps_its_shape() -> None:
    wide = np.full((720, 1280, 3), (10, 200, 30), dtype=np.uint8)
    decoded = cv2.imdecode(np.frombuffer(jpeg(wide), np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None and decoded.shape == (360, WIDEST, 3)
    assert np.abs(decoded.mean(axis=(0, 1)) - (10, 200, 30)).max() < 4
    small = cv2.imdecode(
        np.frombuffer(jpeg(wide[:90, :160]), np.uint8), cv2.IMREAD_COLOR
    )
    assert small is not None and small.shape == (90, 160, 3)


def test_a_picture_carries_its_number_and_its_faces() -> None:
    kind, version, faces, flags, seq, ms, width, height, length = struct.unpack_from(
        "<BBBBIdHHI", picture(seen(5))
    )
    assert (kind, version, faces, flags, seq, ms) == (2, 1, 1, 0, 5, 5000.0)
    assert (width, height) == (4, 4)
    packed = jpeg(image(5).pixels)
    assert length == len(packed)
    assert picture(seen(5)).endswith(packed)


def test_pictures_come_no_faster_than_asked() -> None:
    now = [0]
    shown: list[bytes] = []
    pictures = Pictures(shown.append, 10.0, lambda: now[0])
    try:
        for index in range(1, 31):
            pictures.put(seen(index))
            # Every third is due; the thread shows it before the next one comes.
            due = (index + 2) // 3
            until(partial(enough, shown, due))
            now[0] += 33_333_333
        assert len(shown) == 10
    finally:
        pictures.close()


def test_nothing_is_shown_after_the_end() -> None:
    shown: list[bytes] = []
    pictures = Pictures(shown.append, 10.0)
    pictures.close()
    pictures.close()
    pictures.put(seen())
    assert shown == []
