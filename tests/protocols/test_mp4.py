import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import DecodeError
from protocols.mp4 import (
    COVER_AT,
    FRAGMENT_SIZE,
    HEAD_SIZE,
    LARGEST_SIDE,
    Track,
    decode_fragment,
    decode_head,
    encode_cover,
    encode_fragment,
    encode_head,
    encode_index,
    track_of,
)

TRACK = track_of(640, 480, 30.0)


def boxes(data: bytes) -> list[tuple[str, bytes]]:
    """Return the boxes of a file or of a box, in order; they fill it to the end."""
    found, at = [], 0
    while at < len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        head = 8
        if size == 1:
            (size,), head = struct.unpack_from(">Q", data, at + 8), 16
        assert head <= size <= len(data) - at
        found.append((name.decode(), data[at + head : at + size]))
        at += size
    return found


def inside(data: bytes, *path: str) -> bytes:
    for name in path:
        (data,) = [body for found, body in boxes(data) if found == name]
    return data


def film(*pictures: bytes) -> bytes:
    data = encode_head(TRACK)
    for place, picture in enumerate(pictures):
        data += encode_fragment(TRACK, place, picture)
    return data


def ended(*pictures: bytes) -> bytes:
    data = film(*pictures)
    cover = encode_cover(len(data))
    index = encode_index(TRACK, [len(picture) for picture in pictures])
    return data[:COVER_AT] + cover + data[COVER_AT + len(cover) :] + index


def test_a_growing_file_is_a_row_of_whole_boxes() -> None:
    names = [name for name, _ in boxes(film(b"one", b"three"))]
    assert names == ["ftyp", "free", "moov", "moof", "mdat", "moof", "mdat"]
    assert "mvex" in dict(boxes(inside(film(), "moov")))
    assert len(film()) == HEAD_SIZE
    assert len(film(b"one")) == HEAD_SIZE + FRAGMENT_SIZE + 3


def test_a_file_that_has_come_to_its_end_is_an_ordinary_one() -> None:
    data = ended(b"one", b"three")
    assert [name for name, _ in boxes(data)] == ["ftyp", "mdat", "moov"]
    assert "mvex" not in dict(boxes(inside(data, "moov")))
    table = inside(data, "moov", "trak", "mdia", "minf", "stbl")
    places = struct.unpack(">IIQQ", inside(table, "co64"))
    assert places[:2] == (0, 2)
    sizes = struct.unpack(">5I", inside(table, "stsz"))
    assert sizes == (0, 0, 2, 3, 5)
    assert data[places[2] :][:3] == b"one" and data[places[3] :][:5] == b"three"


@pytest.mark.parametrize(
    ("fps", "ticks", "step"),
    [
        (30.0, 1020, 34),
        (25.0, 1000, 40),
        (29.97, 2997, 100),
        (30000 / 1001, 30000, 1001),
        (60000 / 1001, 60000, 1001),
        (0.5, 1000, 2000),
        (1000.0, 1000, 1),
    ],
)
def test_rates_are_exact(fps: float, ticks: int, step: int) -> None:
    assert track_of(640, 480, fps) == Track(640, 480, ticks, step)


@pytest.mark.parametrize(
    ("width", "height", "fps", "told"),
    [
        (0, 480, 30.0, "0 x 480"),
        (640, LARGEST_SIDE + 1, 30.0, "expected 1 to 65500"),
        (640, 480, 0.0, "0 pictures a second"),
        (640, 480, float("nan"), "nan pictures a second"),
    ],
)
def test_what_is_no_track_is_refused(
    width: int, height: int, fps: float, told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        track_of(width, height, fps)


@given(
    st.integers(1, LARGEST_SIDE),
    st.integers(1, LARGEST_SIDE),
    st.floats(0.01, 1000.0),
    st.integers(0, 1 << 40),
    st.binary(min_size=1, max_size=20),
)
def test_decoding_undoes_encoding(
    width: int, height: int, fps: float, place: int, picture: bytes
) -> None:
    track = track_of(width, height, fps)
    assert decode_head(encode_head(track)) == (track, False)
    fragment = encode_fragment(track, place, picture)
    assert decode_fragment(track, place, fragment[:FRAGMENT_SIZE]) == len(picture)
    with pytest.raises(DecodeError):
        decode_fragment(track, place + 1, fragment[:FRAGMENT_SIZE])


def test_the_end_is_known() -> None:
    assert decode_head(ended(b"one")[:HEAD_SIZE]) == (TRACK, True)


@given(
    st.binary(max_size=HEAD_SIZE + 2)
    | st.binary(min_size=HEAD_SIZE, max_size=HEAD_SIZE)
)
def test_garbage_raises_nothing_else(data: bytes) -> None:
    with pytest.raises(DecodeError):
        decode_head(data)
    with pytest.raises(DecodeError):
        decode_fragment(TRACK, 0, data)
    with pytest.raises(DecodeError):
        decode_fragment(TRACK, 0, data[:FRAGMENT_SIZE])


@given(st.integers(0, HEAD_SIZE - 1), st.integers(1, 255))
def test_a_head_with_a_wrong_byte_is_none_or_another(at: int, flip: int) -> None:
    data = bytearray(encode_head(TRACK))
    data[at] ^= flip
    try:
        track, _ = decode_head(bytes(data))
    except DecodeError:
        return
    # The cover is not looked at, but for its name.
    assert COVER_AT <= at < COVER_AT + 16 or track != TRACK
