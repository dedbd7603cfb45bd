import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import DecodeError
from protocols.take import (
    PICTURE_FIELDS,
    Picture,
    decode_picture,
    encode_picture,
    picture_schema,
)

PICTURE = Picture(3, 1_000_000_007, 5)

# msgpack: a map of four; fixstr keys; fixint 1, fixint 3, uint32, fixint 5.
WHOLE = b"\x84\xa1v\x01\xa7picture\x03\xabcaptured_ns\xce\x3b\x9a\xca\x07\xa5index\x05"


def test_a_picture_is_these_bytes_and_back() -> None:
    assert encode_picture(PICTURE) == WHOLE
    assert decode_picture(WHOLE) == PICTURE


@given(st.integers(0, 2**63), st.integers(-(2**63), 2**63), st.integers(0, 2**63))
def test_every_picture_comes_back(picture: int, captured_ns: int, index: int) -> None:
    made = Picture(picture, captured_ns, index)
    assert decode_picture(encode_picture(made)) == made


@pytest.mark.parametrize("size", range(len(WHOLE)))
def test_half_a_picture_is_none(size: int) -> None:
    with pytest.raises(DecodeError, match="picture: "):
        decode_picture(WHOLE[:size])


@given(st.binary(max_size=100))
def test_garbage_is_no_picture(data: bytes) -> None:
    with pytest.raises(DecodeError):
        decode_picture(data)


def test_the_schema_names_every_field() -> None:
    told = msgpack.unpackb(picture_schema())
    assert told["fields"] == PICTURE_FIELDS
    assert ["v", *PICTURE_FIELDS] == list(msgpack.unpackb(WHOLE))
