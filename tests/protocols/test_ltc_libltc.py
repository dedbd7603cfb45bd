"""Timecode as sound, exchanged with libltc, which is installed on many stages.

Debian's package is libltc11. `FACEWIRE_LIBLTC` names the library elsewhere.
"""

from __future__ import annotations

import ctypes
import os
from ctypes.util import find_library
from fractions import Fraction

import numpy as np
import pytest

from protocols.drop_frame import Label, count_of, nominal
from protocols.ltc import Word, decode, from_bytes
from protocols.ltc_decoder import LtcDecoder
from protocols.ltc_signal import sound, words

HZ = 48_000
STANDARDS = {Fraction(25): 1, Fraction(30000, 1001): 0, Fraction(30): 0}
"""libltc's numbers of the television standards; film is 3."""


class Smpte(ctypes.Structure):
    _fields_ = (
        ("timezone", ctypes.c_char * 6),
        *((name, ctypes.c_ubyte) for name in ("years", "months", "days")),
        *((name, ctypes.c_ubyte) for name in ("hours", "mins", "secs", "frame")),
    )


class FrameExt(ctypes.Structure):
    _fields_ = (
        ("ltc", ctypes.c_ubyte * 10),
        ("off_start", ctypes.c_longlong),
        ("off_end", ctypes.c_longlong),
        ("reverse", ctypes.c_int),
        ("biphase_tics", ctypes.c_float * 80),
        ("sample_min", ctypes.c_ubyte),
        ("sample_max", ctypes.c_ubyte),
        ("volume", ctypes.c_double),
    )


@pytest.fixture(scope="module")
def libltc() -> ctypes.CDLL:
    where = os.environ.get("FACEWIRE_LIBLTC") or find_library("ltc")
    if where is None:
        pytest.skip("libltc is not installed")
    made = ctypes.CDLL(where)
    made.ltc_encoder_create.restype = ctypes.c_void_p
    made.ltc_encoder_create.argtypes = [
        *(ctypes.c_double, ctypes.c_double, ctypes.c_int, ctypes.c_int)
    ]
    made.ltc_decoder_create.restype = ctypes.c_void_p
    for name in ("encoder_set_timecode", "encoder_encode_frame", "encoder_copy_buffer"):
        getattr(made, f"ltc_{name}").argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    made.ltc_encoder_encode_frame.argtypes = [ctypes.c_void_p]
    made.ltc_encoder_inc_timecode.argtypes = [ctypes.c_void_p]
    made.ltc_encoder_get_frame.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    made.ltc_encoder_set_frame.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    made.ltc_decoder_write.argtypes = [
        *(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_longlong)
    ]
    made.ltc_decoder_read.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    return made


def by_libltc(libltc: ctypes.CDLL, first: Label, rate: Fraction, count: int) -> bytes:
    """Return libltc's sound of successive frames, 8 bits a sample."""
    standard = STANDARDS.get(rate, 3)
    encoder = libltc.ltc_encoder_create(HZ, float(rate), standard, 0)
    begin = Smpte(
        hours=first.hours, mins=first.minutes, secs=first.seconds, frame=first.frames
    )
    libltc.ltc_encoder_set_timecode(encoder, ctypes.byref(begin))
    if first.drop:
        bits = (ctypes.c_ubyte * 10)()
        libltc.ltc_encoder_get_frame(encoder, bits)
        bits[1] |= 4
        libltc.ltc_encoder_set_frame(encoder, bits)
    out = b""
    for _ in range(count):
        libltc.ltc_encoder_encode_frame(encoder)
        buffer = (ctypes.c_ubyte * HZ)()
        size = libltc.ltc_encoder_copy_buffer(encoder, buffer)
        out += bytes(buffer[:size])
        libltc.ltc_encoder_inc_timecode(encoder)
    return out


@pytest.mark.parametrize(
    ("rate", "drop"),
    [
        (Fraction(24), False),
        (Fraction(25), False),
        (Fraction(30000, 1001), True),
        (Fraction(30), False),
    ],
)
def test_the_sound_of_libltc_is_read(
    libltc: ctypes.CDLL, rate: Fraction, drop: bool
) -> None:
    first = Label(1, 0, 59, 20, drop)
    data = by_libltc(libltc, first, rate, 60)
    samples = (np.frombuffer(data, np.uint8).astype(np.float32) - 128) / 127
    heard = LtcDecoder(HZ).feed(np.append(samples, np.zeros(100, np.float32)))
    found = [each.word.label for each in heard]
    counts = [count_of(label, nominal(rate)) for label in found]
    start = count_of(first, nominal(rate))
    assert counts[-1] - start in (58, 59)
    assert counts == list(range(counts[0], counts[-1] + 1))
    assert len(counts) >= 58


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("speed", [0.95, 1.0, 1.05])
def test_libltc_reads_our_sound(
    libltc: ctypes.CDLL, speed: float, reverse: bool
) -> None:
    sent = words(60, 107_000, Fraction(30000, 1001), drop=True, user=0x1234_5678)
    samples = sound(sent, Fraction(30000, 1001), HZ, speed=speed, level_db=-6.0)
    samples = samples[::-1] if reverse else samples
    data = (samples * 127 + 128).astype(np.uint8).tobytes()
    decoder = libltc.ltc_decoder_create(HZ // 30, 128)
    libltc.ltc_decoder_write(decoder, data, len(data), 0)
    frame, found = FrameExt(), []
    while libltc.ltc_decoder_read(decoder, ctypes.byref(frame)) > 0:
        # libltc leaves the sync word of a tape that runs backwards turned.
        found.append(decode(from_bytes(bytes(frame.ltc)[:8] + b"\xfc\xbf")))
        assert bool(frame.reverse) is reverse
    assert len(found) >= 56
    wanted: list[Word] = sent[::-1] if reverse else sent
    at = [word.label for word in wanted].index(found[0].label)
    for ours, theirs in zip(wanted[at:], found, strict=False):
        assert (theirs.label, theirs.user) == (ours.label, ours.user)
