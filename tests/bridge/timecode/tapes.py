"""Frames of a tape as a decoder hears them, and files with timecode as sound."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

from protocols import wav
from protocols.drop_frame import count_of, label_of, nominal, parse_label
from protocols.ltc import Word
from protocols.ltc_decoder import Heard
from protocols.ltc_signal import sound, words

NS = 1_000_000_000
HZ = 48_000


def tape(
    first: str,
    count: int,
    rate: Fraction,
    *,
    begin_ns: int = 0,
    speed: float = 1.0,
    reverse: bool = False,
) -> Iterator[tuple[Heard, int]]:
    """Yield frames and the monotonic ns at which each ends."""
    label = parse_label(first)
    start = count_of(label, nominal(rate))
    frame = float(HZ / rate) / speed
    for number in range(count):
        at = start - number if reverse else start + number
        word = Word(label_of(at, nominal(rate), drop=label.drop))
        heard = Heard(word, number * frame, (number + 1) * frame, reverse, -12.0)
        yield heard, begin_ns + round((number + 1) * frame * NS / HZ)


def wav_file(
    path: Path, first: str, seconds: float, rate: Fraction, *, speed: float = 1.0
) -> Path:
    """Write a file with timecode."""
    label = parse_label(first)
    count = round(seconds * rate)
    sent = words(count, count_of(label, nominal(rate)), rate, drop=label.drop)
    path.write_bytes(wav.encode(sound(sent, rate, HZ, speed=speed), HZ))
    return path


def told(sentences: Iterable[str]) -> list[str]:
    """Return the sentences that say something."""
    return [sentence for sentence in sentences if sentence]
