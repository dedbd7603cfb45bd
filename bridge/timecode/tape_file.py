"""Writes WAV files with timecode (LTC)."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from pathlib import Path
from typing import Final

from bridge.errors import ConfigError, TakeError
from protocols import wav
from protocols.drop_frame import count_of, nominal, parse_label
from protocols.ltc_signal import sound, words

from .report import exact

PIECE_S: Final = 60
"""Seconds of sound that are made at once."""


def write_tape(
    path: Path,
    *,
    start: str,
    rate: Fraction,
    seconds: float,
    level_db: float = -12.0,
    sample_rate: int = 48_000,
) -> int:
    """Write a new file; return how many frames it has.

    Args:
        path: the file, which must not exist.
        start: the first label; with `;` it is drop frame.
        rate: exact frames a second.
        seconds: length of the file.
        level_db: its peak; 0 is full scale.
        sample_rate: samples a second.

    Raises:
        ConfigError: the label is no label at this rate, or the file is too large.
        TakeError: the file exists or cannot be written.
    """
    try:
        label = exact(rate, parse_label(start))
        first = count_of(label, nominal(rate))
    except ValueError as error:
        raise ConfigError(f"--start {start}: {error}") from None
    count = max(round(seconds * rate), 1)
    size = round(count * sample_rate / rate) * 2
    if size >= 2**32 - 1024:
        raise ConfigError(f"{path}: {size} bytes, and a WAV file has 4 GiB at most")

    def place(frame: int) -> Fraction:
        """Return the sample at which a frame begins."""
        return frame * sample_rate / rate

    try:
        with path.open("xb") as file:
            # The header needs the size, which is known when all is written.
            file.write(wav.header(0, sample_rate))
            written = 0
            piece = max(round(PIECE_S * rate), 1)
            for at in range(0, count, piece):
                many = min(piece, count - at)
                sent = words(many, first + at, rate, drop=label.drop)
                begin, end = place(at), place(at + many)
                samples = sound(
                    *(sent, rate, sample_rate),
                    level_db=level_db,
                    delay=float(begin % 1),
                )
                # The sample in which a piece begins is the last one of the piece
                # before, whose end knows both.
                last = None if at + many == count else ceil(end) - floor(begin)
                samples = samples[ceil(begin) - floor(begin) : last]
                file.write(wav.pcm(samples))
                written += len(samples)
            file.seek(0)
            file.write(wav.header(written, sample_rate))
    except FileExistsError:
        raise TakeError(f"{path}: exists already and is not overwritten") from None
    except OSError as error:
        raise TakeError(f"{path}: cannot be written ({error.strerror})") from None
    return count
