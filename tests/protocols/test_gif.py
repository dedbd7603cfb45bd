from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols import gif
from protocols.gif import Picture


def expanded(data: bytes) -> bytes:
    """Undo `gif.compressed`, as the appendix of the specification says."""
    bits = int.from_bytes(data, "little")
    out, table, size, before = bytearray(), {}, 9, b""
    while True:
        code, bits = bits & ((1 << size) - 1), bits >> size
        if code == 257:
            return bytes(out)
        if code == 256:
            table, size, before = {k: bytes((k,)) for k in range(256)}, 9, b""
            continue
        entry = table.get(code, before + before[:1])
        out += entry
        following = len(table) + 2
        if before and following < 4096:
            table[following] = before + entry[:1]
            if following + 1 == 1 << size and size < 12:
                size += 1
        before = entry


def moving(count: int = 6) -> list[Picture]:
    """Return pictures of a square on a slope of colours; the last two are equal."""
    rows, columns = np.mgrid[:40, :60]
    ground = np.stack([4 * rows, 3 * columns, 90 + 0 * rows], axis=2)
    out = []
    for k in range(count):
        picture = ground.astype(np.uint8)
        at = 5 * min(k, count - 2)
        picture[at : at + 10, at : at + 10] = (250, 20, 30)
        out.append(picture)
    return out


def file_of(pictures: list[Picture]) -> tuple[bytes, list[Picture]]:
    """Return a file, and what its pictures look like in the palette's colours."""
    palette = gif.palette_of(pictures)
    painter = gif.Painter(palette)
    data, before, shown = gif.head(60, 40, palette), None, []
    for picture, delay in zip(pictures, gif.delays(len(pictures), 25.0), strict=True):
        indices = painter(picture)
        data += gif.frame(indices, before, delay)
        before = indices
        shown.append(palette[indices])
    return data + gif.TAIL, shown


def test_another_decoder_shows_the_same_pictures(tmp_path: Path) -> None:
    data, shown = file_of(moving())
    path = tmp_path / "moving.gif"
    path.write_bytes(data)
    clip = cv2.VideoCapture(str(path))
    for wanted in shown:
        read, picture = clip.read()
        assert read
        np.testing.assert_array_equal(picture[..., ::-1], wanted)
    assert not clip.read()[0]
    clip.release()


def test_colours_are_close_to_those_of_the_pictures() -> None:
    pictures = moving()
    _, shown = file_of(pictures)
    apart = np.abs(np.array(shown).astype(int) - np.array(pictures))
    assert apart.mean() < 4.0 and apart.max() < 24


def test_few_colours_are_exact_to_the_cell() -> None:
    picture = np.zeros((4, 4, 3), dtype=np.uint8)
    picture[:2] = (200, 100, 50)
    palette = gif.palette_of([picture])
    found = palette[gif.Painter(palette)(picture)]
    assert np.abs(found.astype(int) - picture).max() <= 2


def test_a_still_frame_is_small() -> None:
    indices = np.zeros((40, 60), dtype=np.uint8)
    assert len(gif.frame(indices, indices, 4)) < 40


def test_the_first_bytes_are_those_of_the_specification() -> None:
    data = gif.head(60, 40, np.full((255, 3), 7, dtype=np.uint8))
    assert data[:13] == b"GIF89a\x3c\x00\x28\x00\xf7\x00\x00"
    assert data[13 : 13 + 768] == b"\x07" * 765 + b"\0\0\0"
    assert data[781:] == b"!\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"


@pytest.mark.parametrize(
    ("fps", "wanted"),
    [(25.0, [4, 4, 4]), (30.0, [3, 4, 3]), (120.0, [2, 2, 2]), (10.0, [10, 10, 10])],
)
def test_delays_keep_the_rate(fps: float, wanted: list[int]) -> None:
    assert gif.delays(3, fps) == wanted
    assert sum(gif.delays(300, 30.0)) == 1000


@given(st.binary(min_size=1, max_size=3000))
def test_compressed_bytes_expand_again(data: bytes) -> None:
    assert expanded(gif.compressed(data)) == data


@pytest.mark.parametrize("size", [254, 510, 1022, 3837, 3838, 3839, 3840, 60_000])
def test_every_width_of_code_is_reached(size: int) -> None:
    data = np.random.default_rng(size).integers(0, 256, size, dtype=np.uint8).tobytes()
    assert expanded(gif.compressed(data)) == data


@pytest.mark.parametrize("size", [(0, 10), (10, 70_000)])
def test_impossible_sizes_are_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="GIF of"):
        gif.head(*size, np.zeros((255, 3), dtype=np.uint8))
