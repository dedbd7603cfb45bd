"""Makes the sound of linear timecode (LTC, see ltc.py): for tests, and for users.

Each sample is the mean of the square wave over its time, so the changes of sign are
where they belong, also between two samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from .drop_frame import label_of, nominal
from .ltc import BITS, Word, encode
from .ltc_decoder import Samples


def words(
    count: int, first: int, rate: Fraction, *, drop: bool = False, user: int = 0
) -> list[Word]:
    """Return the words of successive frames.

    Args:
        count: how many.
        first: frames from midnight to the first one.
        rate: exact frames a second.
        drop: True for drop frame.
        user: 32 user bits.

    Raises:
        ValueError: the rate has no drop frame, or LTC cannot carry it.
    """
    base = nominal(rate)
    if base > 30:
        raise ValueError(f"ltc: {rate} frames a second, at most 30 can be sent")
    return [
        Word(label_of(first + number, base, drop=drop), user) for number in range(count)
    ]


def sound(
    sent: Sequence[Word],
    rate: Fraction,
    sample_rate: int,
    *,
    speed: float = 1.0,
    level_db: float = -12.0,
    delay: float = 0.0,
) -> Samples:
    """Return the sound of successive words.

    Args:
        sent: at least one.
        rate: exact frames a second.
        sample_rate: samples a second.
        speed: how fast the tape runs; 1.1 is ten percent too fast.
        level_db: the peak; 0 is full scale.
        delay: samples of the first change of sign, 0 to 1.
    """
    base = nominal(rate)
    halves = np.concatenate([_halves(encode(word, rate=base)) for word in sent])
    # The last bit ends with a change of sign too, or nobody can read it.
    halves = np.append(halves, [1, 0])
    # A half bit begins with a change of sign where `halves` is 1.
    signs = np.where(np.cumsum(halves) % 2, 1.0, -1.0)
    half = sample_rate / (float(rate) * speed * BITS * 2)
    ends = delay + half * np.arange(len(signs) + 1)
    area = np.concatenate([[0.0], np.cumsum(signs * half)])
    at = np.arange(int(ends[-1]) + 1, dtype=np.float64)
    mean = np.diff(np.interp(at, ends, area))
    out: Samples = (mean * 10.0 ** (level_db / 20.0)).astype(np.float32)
    return out


def _halves(bits: int) -> npt.NDArray[np.int64]:
    """Return (160,) where 1 is a change of sign at the beginning of a half bit."""
    out = np.ones(2 * BITS, dtype=np.int64)
    out[1::2] = [bits >> at & 1 for at in range(BITS)]
    return out
