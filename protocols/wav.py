"""Sound in WAV files: what their headers say, their samples, and a new file's header.

    "RIFF" u32 size "WAVE", then chunks: 4 letters, u32 size, contents, padded to even

    "fmt "   u16 format, u16 channels, u32 rate, u32 bytes a second,
             u16 bytes a frame, u16 bits; 40 bytes and more name a format within
    "data"   frames of one sample a channel

Everything is little-endian. Formats: 1 is whole numbers of 8 (unsigned), 16, 24 or 32
bits, 3 is floats of 32 or 64 bits, and 0xFFFE names one of both in its 24th byte.
Recorders leave the size 0 or 0xFFFFFFFF when they are cut off: then the data goes on to
the end of the file. RF64 files, larger than 4 GiB, do so on purpose.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

import numpy as np

from .errors import DecodeError
from .ltc_decoder import Samples

HEADER: Final = 1 << 20
"""Bytes in which the data must begin; pictures and notes may come before."""
PCM: Final = 1
FLOAT: Final = 3
EXTENSIBLE: Final = 0xFFFE

_FORMAT: Final = struct.Struct("<HHIIHH")
_CHUNK: Final = struct.Struct("<4sI")
_KINDS: Final = {(PCM, 8), (PCM, 16), (PCM, 24), (PCM, 32), (FLOAT, 32), (FLOAT, 64)}


@dataclass(frozen=True, slots=True)
class Header:
    """The beginning of a file."""

    rate: int
    """Samples a second."""
    channels: int
    kind: tuple[int, int]
    """Format (1 or 3) and bits."""
    start: int
    """Byte at which the samples begin."""
    size: int | None
    """Bytes of samples; None up to the end of the file."""

    @property
    def frame(self) -> int:
        """Bytes of one sample of all channels."""
        return self.channels * self.kind[1] // 8


def read_header(data: bytes) -> Header:
    """Return what the beginning of a file says.

    Args:
        data: its first bytes, `HEADER` at most.

    Raises:
        DecodeError: it is no WAV file, or of a kind that is not read; nothing else is
            ever raised.
    """
    if data[:4] not in (b"RIFF", b"RF64") or data[8:12] != b"WAVE":
        raise DecodeError(f"wav: begins with {data[:12]!r}, expected RIFF and WAVE")
    at, told = 12, None
    while at + _CHUNK.size <= len(data):
        name, size = _CHUNK.unpack_from(data, at)
        at += _CHUNK.size
        if name == b"fmt ":
            told = _format(data[at : at + min(size, 64)])
        elif name == b"data":
            if told is None:
                raise DecodeError("wav: the samples come before their format")
            rate, channels, kind = told
            known = None if size in (0, 0xFFFF_FFFF) else size
            return Header(rate, channels, kind, at, known)
        at += size + (size & 1)
    raise DecodeError(f"wav: no samples begin within {min(len(data), HEADER)} bytes")


def samples(header: Header, data: bytes, channel: int) -> Samples:
    """Return (n,) samples of one channel, -1 to 1; an incomplete last one is left out.

    Args:
        header: of the file.
        data: whole frames from the file.
        channel: from 0.

    Raises:
        DecodeError: there is no such channel.
    """
    if not 0 <= channel < header.channels:
        raise DecodeError(
            f"wav: no channel {channel + 1}; the file has {header.channels}"
        )
    form, bits = header.kind
    count = len(data) // header.frame
    rows = np.frombuffer(data, np.uint8, count * header.frame)
    rows = rows.reshape(count, header.frame)
    width = bits // 8
    one = np.ascontiguousarray(rows[:, channel * width : (channel + 1) * width])
    if form == FLOAT:
        with np.errstate(all="ignore"):
            floats: Samples = one.view(f"<f{width}")[:, 0].astype(np.float32)
        return floats
    if bits == 8:
        unsigned: Samples = (one[:, 0].astype(np.float32) - 128.0) / 128.0
        return unsigned
    # The bytes become the highest ones of 32 bits.
    padded = np.zeros((count, 4), dtype=np.uint8)
    padded[:, 4 - width :] = one
    whole: Samples = (padded.view("<i4")[:, 0] / 2.0**31).astype(np.float32)
    return whole


def encode(sound: Samples, rate: int) -> bytes:
    """Return a whole file with one channel of 16 bits.

    Args:
        sound: (n,), -1 to 1.
        rate: samples a second.
    """
    return header(len(sound), rate) + pcm(sound)


def header(count: int, rate: int) -> bytes:
    """Return the 44 bytes before the samples of a file with one channel of 16 bits.

    Args:
        count: samples.
        rate: samples a second.
    """
    form = _FORMAT.pack(PCM, 1, rate, rate * 2, 2, 16)
    size = 2 * count
    return b"".join(
        (
            *(b"RIFF", (20 + len(form) + size).to_bytes(4, "little")),
            *(b"WAVEfmt ", len(form).to_bytes(4, "little"), form),
            *(b"data", size.to_bytes(4, "little")),
        )
    )


def pcm(sound: Samples) -> bytes:
    """Return samples, -1 to 1, as 16 bits each."""
    whole = np.round(np.clip(sound, -1.0, 1.0) * 32767.0).astype("<i2")
    return bytes(whole.tobytes())


def _format(data: bytes) -> tuple[int, int, tuple[int, int]]:
    if len(data) < _FORMAT.size:
        raise DecodeError(f"wav: a format of {len(data)} bytes, expected 16 or more")
    form, channels, rate, _, frame, bits = _FORMAT.unpack_from(data)
    if form == EXTENSIBLE and len(data) >= 26:
        form = int.from_bytes(data[24:26], "little")
    if (form, bits) not in _KINDS:
        raise DecodeError(
            f"wav: format {form} with {bits} bits; expected PCM of 8 to 32 bits, or "
            "floats"
        )
    if not 0 < channels <= 64 or frame != channels * bits // 8 or not rate:
        raise DecodeError(
            f"wav: {channels} channels at {rate} Hz with {frame} bytes a frame"
        )
    return rate, channels, (form, bits)
