from __future__ import annotations

import struct

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.drawing.picture_size import picture_size

PICTURE = np.random.default_rng(0).integers(0, 255, (21, 34, 3), dtype=np.uint8)


def encoded(suffix: str, *options: int) -> bytes:
    done, content = cv2.imencode(suffix, PICTURE, options)
    assert done
    return content.tobytes()


@pytest.mark.parametrize(
    "content",
    [
        encoded(".png"),
        encoded(".jpg"),
        encoded(".jpg", cv2.IMWRITE_JPEG_PROGRESSIVE, 1),
        encoded(".webp", cv2.IMWRITE_WEBP_QUALITY, 80),
        encoded(".webp", cv2.IMWRITE_WEBP_QUALITY, 101),
    ],
    ids=["png", "jpeg", "progressive", "webp", "lossless"],
)
def test_sizes_are_those_of_the_decoder_and_cut_files_have_none(content: bytes) -> None:
    assert picture_size(content) == (34, 21)
    for length in range(26):
        assert picture_size(content[:length]) in (None, (34, 21))


def test_an_extended_webp_says_it_first() -> None:
    head = b"RIFF\x00\x00\x00\x00WEBPVP8X" + struct.pack("<I", 10) + bytes(4)
    size = (33).to_bytes(3, "little") + (20).to_bytes(3, "little")
    assert picture_size(head + size) == (34, 21)


@given(
    st.binary(max_size=64), st.sampled_from([b"", b"\xff\xd8", b"\x89PNG\r\n\x1a\n"])
)
def test_garbage_has_a_size_or_none(garbage: bytes, head: bytes) -> None:
    found = picture_size(head + garbage)
    assert found is None or min(found) >= 0
