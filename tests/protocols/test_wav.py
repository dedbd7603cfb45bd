"""Sound files: every kind of samples, and headers that lie."""

from __future__ import annotations

import io
import struct
import wave
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols import wav
from protocols.errors import DecodeError
from protocols.ltc_decoder import Samples

RAMP = np.linspace(-1.0, 1.0, 64, dtype=np.float32)


def file_of(data: npt.NDArray[Any], rate: int = 48_000) -> bytes:
    wavfile = pytest.importorskip("scipy.io.wavfile", reason="it writes the files")
    out = io.BytesIO()
    wavfile.write(out, rate, data)
    return out.getvalue()


def read(data: bytes, channel: int = 0) -> tuple[wav.Header, Samples]:
    header = wav.read_header(data)
    return header, wav.samples(header, data[header.start :], channel)


@pytest.mark.parametrize(
    ("kind", "scale", "offset", "step"),
    [
        (np.uint8, 127, 128, 1 / 64),
        (np.int16, 32767, 0, 1e-4),
        (np.int32, 2**31 - 1, 0, 1e-6),
        (np.float32, 1, 0, 0),
        (np.float64, 1, 0, 1e-7),
    ],
)
def test_files_of_scipy_are_read(
    kind: type, scale: float, offset: int, step: float
) -> None:
    data: npt.NDArray[Any] = (RAMP.astype(np.float64) * scale + offset).astype(kind)
    header, found = read(file_of(np.stack([data * 0, data], axis=1)), 1)
    assert (header.rate, header.channels) == (48_000, 2)
    np.testing.assert_allclose(found, RAMP, atol=step)


def test_24_bits_are_read() -> None:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(3)
        file.setframerate(44_100)
        whole = np.round(RAMP.astype(np.float64) * (2**23 - 1)).astype("<i4")
        file.writeframes(whole.view(np.uint8).reshape(-1, 4)[:, :3].tobytes())
    np.testing.assert_allclose(read(out.getvalue())[1], RAMP, atol=1e-6)


def test_our_own_files_are_read_by_others() -> None:
    data = wav.encode(RAMP, 48_000)
    with wave.open(io.BytesIO(data)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getnframes()) == (
            *(1, 48_000),
            64,
        )
    np.testing.assert_allclose(read(data)[1], RAMP, atol=1e-4)


def test_a_format_may_name_another_within() -> None:
    form = struct.pack("<HHIIHHHHI", 0xFFFE, 1, 48_000, 96_000, 2, 16, 22, 16, 4)
    form += b"\x01\0" + bytes(14)
    data = b"RIFF\0\0\0\0WAVEfmt " + len(form).to_bytes(4, "little") + form
    data += b"data\x02\0\0\0\xff\x7f"
    assert read(data)[1].tolist() == pytest.approx([1.0], abs=1e-4)


def test_notes_before_the_samples_are_skipped() -> None:
    data = wav.encode(RAMP, 48_000)
    noted = data[:12] + b"bext\x03\0\0\0abc\0" + data[12:]
    assert wav.read_header(noted).start == wav.read_header(data).start + 12


@pytest.mark.parametrize("size", [0, 0xFFFF_FFFF])
def test_a_file_that_was_cut_off_goes_on_to_its_end(size: int) -> None:
    data = bytearray(wav.encode(RAMP, 48_000))
    data[40:44] = size.to_bytes(4, "little")
    assert wav.read_header(bytes(data)).size is None


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"OggS", "expected RIFF"),
        (b"RIFF\0\0\0\0WAVE", "no samples begin"),
        (b"RIFF\0\0\0\0WAVEdata\0\0\0\0", "before their format"),
        (b"RIFF\0\0\0\0WAVEfmt \x04\0\0\0abcd", "format of 4 bytes"),
    ],
)
def test_other_files_are_refused_in_a_sentence(data: bytes, told: str) -> None:
    with pytest.raises(DecodeError, match=told):
        wav.read_header(data)


@pytest.mark.parametrize(
    ("at", "value", "told"),
    [
        (20, b"\x07\0", "format 7"),
        (22, b"\0\0", "0 channels"),
        (22, b"\x41\0", "65 channels"),
        (24, b"\0\0\0\0", "at 0 Hz"),
        (32, b"\x05\0", "5 bytes a frame"),
        (34, b"\x0c\0", "12 bits"),
    ],
)
def test_a_header_that_lies_is_refused(at: int, value: bytes, told: str) -> None:
    data = bytearray(wav.encode(RAMP, 48_000))
    data[at : at + len(value)] = value
    with pytest.raises(DecodeError, match=told):
        wav.read_header(bytes(data))


def test_a_channel_that_is_not_there_is_refused() -> None:
    with pytest.raises(DecodeError, match="no channel 2; the file has 1"):
        read(wav.encode(RAMP, 48_000), 1)


def test_every_truncation_is_a_file_or_a_decode_error() -> None:
    data = wav.encode(RAMP, 48_000)
    for end in range(len(data)):
        try:
            read(data[:end])
        except DecodeError:
            continue


@given(st.binary(max_size=200))
def test_any_bytes_are_a_file_or_a_decode_error(data: bytes) -> None:
    for tried in (data, b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0" + data):
        try:
            read(tried)
        except DecodeError:
            continue


@pytest.mark.slow
def test_a_million_damaged_headers_raise_only_decode_errors() -> None:
    whole, good = wav.encode(RAMP[:4], 48_000), 0
    for number in range(1_000_000):
        data = bytearray(whole)
        data[number % 44] = number >> 5 & 0xFF
        data[number * 7 % 44] ^= number & 15
        try:
            good += len(read(bytes(data))[1]) >= 0
        except DecodeError:
            continue
    assert good
