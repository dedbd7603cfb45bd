"""Live Link Face packets that are cut, wrong or at a limit."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import DecodeError
from protocols.livelink import MAX_PACKET, decode

from .golden import golden

IPHONE = golden("livelink_iphone.bin")

BUILT = golden("livelink_built.bin")


@pytest.mark.parametrize("whole", [IPHONE, BUILT], ids=["phone", "b"])
def test_every_truncation_is_an_error_or_the_form_without_face(whole: bytes) -> None:
    header = len(whole) - 245
    for cut in range(len(whole)):
        if cut == header:
            assert decode(whole[:cut]).values is None
        else:
            with pytest.raises(DecodeError):
                decode(whole[:cut])


def changed(at: int, new: bytes) -> bytes:
    return BUILT[:at] + new + BUILT[at + len(new) :]


@pytest.mark.parametrize(
    ("data", "fact"),
    [
        (b"", "version , expected 06"),
        (changed(0, b"\x05"), "version 05, expected 06"),
        (changed(1, b"\xff\xff\xff\xff"), "device of -1 bytes"),
        (changed(1, b"\x7f\xff\xff\xff"), "device of 2147483647 bytes"),
        (changed(5, b"\xff"), "device is not UTF-8"),
        (changed(13, b"\xc3\x28"), "subject is not UTF-8"),
        (changed(21, b"\x7f\xc0\x00\x00"), "subframe nan"),
        (changed(21, b"\xbf\x80\x00\x00"), "subframe -1.0"),
        (changed(21, b"\x40\x00\x00\x00"), "subframe 2.0"),
        (changed(25, b"\0\0\0\0"), "rate 0/1"),
        (changed(29, b"\xff\xff\xff\xff"), "rate 60/-1"),
        (changed(33, b"\x3c"), "60 values, expected 61"),
        (changed(34 + 17 * 4, b"\x7f\x80\x00\x00"), "JawOpen is not finite"),
        (BUILT + b"\0", "245 bytes of values, expected 244"),
        (BUILT + b"\0" * MAX_PACKET, "at most 1286"),
        (
            b"\x06\0\0\x01\x01" + b"a" * 257 + BUILT[9:],
            "device of 257 characters, at most 256",
        ),
    ],
)
def test_what_is_wrong_is_said(data: bytes, fact: str) -> None:
    with pytest.raises(DecodeError) as raised:
        decode(data)
    assert fact in str(raised.value)


def test_senders_that_divide_30_by_60_are_read() -> None:
    assert decode(changed(29, b"\0\0\0\0")).time.rate_den == 1


@pytest.mark.parametrize(
    ("sent", "frame", "subframe"),
    [
        (1.0, 3601, 0.0),
        (1.0002, 3601, 0.0002),
        (1.75, 3601, 0.75),
        (-0.25, 3599, 0.75),
        (-1e-45, 3600, 0.0),
        (-0.0, 3600, 0.0),
    ],
)
def test_a_fraction_beyond_a_frame_is_carried_over(
    sent: float, frame: int, subframe: float
) -> None:
    time = decode(changed(21, struct.pack(">f", sent))).time
    assert time.frame == frame
    assert time.subframe == pytest.approx(subframe, abs=1e-6)


@given(st.floats(-1.0, 2.0, exclude_min=True, exclude_max=True, width=32))
def test_any_fraction_is_read_as_one_of_0_to_1(sent: float) -> None:
    time = decode(changed(21, struct.pack(">f", sent))).time
    assert 0.0 <= time.subframe < 1.0
    assert time.frame + time.subframe == pytest.approx(3600 + sent, abs=1e-6)


@given(st.binary(max_size=400))
@pytest.mark.parametrize("start", [b"", BUILT[:1], BUILT[:17], BUILT[:34]])
def test_garbage_never_raises_anything_else(start: bytes, data: bytes) -> None:
    try:
        str(decode(start + data).time)
    except DecodeError as error:
        assert str(error).startswith("livelink: ")
