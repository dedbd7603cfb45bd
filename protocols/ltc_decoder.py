"""Reads linear timecode (LTC, see ltc.py) from sound, in either direction.

    samples ─► mean of a few ─► changes of sign ─► intervals ─► bits ─► words

A change of sign counts when the signal has crossed zero by a share of its own size, so
noise and silence between frames make none, and the level does not matter. Intervals
are whole or half bits; the length of a bit is followed from one to the next, so speed
may drift. An interval that is neither starts the search for a word anew.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from .errors import DecodeError
from .ltc import BITS, SYNC, SYNC_REVERSED, Word, decode

Samples = npt.NDArray[np.float32]
"""(n,) of one channel, -1 to 1."""

SLOWEST_FPS: Final = 24 * 0.8
FASTEST_FPS: Final = 30 * 1.2
"""Speeds that are followed: 24 to 30 frames a second, and a fifth beyond."""
LOWEST_HZ: Final = 16_000
"""Samples a second at least, so that half a bit has three."""
HIGHEST_HZ: Final = 768_000

CROSSED: Final = 0.35
"""Share of the signal's size by which it must have crossed zero."""
QUIETEST: Final = 10 ** (-66 / 20)
"""Below this peak (-66 dB) there is only noise."""
FOLLOW: Final = 0.08
"""Share by which the length of a bit follows each measured one."""
NEITHER: Final = (0.3, 1.35)
"""Intervals outside these shares of a bit are no part of one."""
BLOCKS: Final = 4
"""The signal's size is taken from so many blocks of a bit's length."""

_REVERSED: Final = [int(f"{byte:08b}"[::-1], 2) for byte in range(256)]


@dataclass(frozen=True, slots=True)
class Heard:
    """One frame of timecode in the sound."""

    word: Word
    start: float
    """Sample at which its first bit begins, counted from the first sample ever."""
    end: float
    """Sample at which its last bit ends."""
    reverse: bool = False
    """True if the tape runs backwards: the next frame has the number before."""
    level_db: float = 0.0
    """Its peak; 0 is full scale."""

    def fps(self, sample_rate: float) -> float:
        """Return the frames a second at which it was played."""
        return sample_rate / (self.end - self.start)


class LtcDecoder:
    """Reads one channel of sound, block by block. Not thread-safe."""

    def __init__(self, sample_rate: int) -> None:
        """Start to listen.

        Args:
            sample_rate: samples a second.

        Raises:
            ValueError: the rate is outside `LOWEST_HZ` to `HIGHEST_HZ`.
        """
        if not LOWEST_HZ <= sample_rate <= HIGHEST_HZ:
            raise ValueError(
                f"ltc: {sample_rate} samples a second, expected {LOWEST_HZ} to "
                f"{HIGHEST_HZ}"
            )
        self.broken = 0
        """Words whose sync was right, but whose numbers were not."""
        shortest = sample_rate / (BITS * FASTEST_FPS)
        self._longest = sample_rate / (BITS * SLOWEST_FPS)
        self._shortest = shortest
        # Between the longest half bit and the shortest whole one.
        self._guess = math.sqrt(self._longest / 2 * shortest)
        self._mean = max(round(0.3 * shortest), 1)
        self._block = max(round(self._longest), 8)
        self._history: Samples = np.zeros(0, dtype=np.float32)
        self._peaks: deque[tuple[float, float]] = deque(maxlen=BLOCKS)
        self._taken = 0
        self._sign = 0
        self._crossed_at = -math.inf
        self._bit = 0.0
        self._half: float | None = None
        self._bits = 0
        self._count = 0
        self._edges: deque[float] = deque(maxlen=BITS + 1)

    def feed(self, samples: Samples) -> list[Heard]:
        """Return the frames that end in these samples, in order.

        Args:
            samples: (n,) the next ones; not finite ones count as silence.
        """
        clean = np.nan_to_num(samples.astype(np.float32, copy=False), copy=True)
        whole = np.concatenate([self._history, np.clip(clean, -4.0, 4.0)])
        blocks = max(len(whole) - self._mean + 1, 0) // self._block
        used = blocks * self._block
        self._history = whole[used:]
        if not blocks:
            return []
        smooth = _running_mean(whole[: used + self._mean - 1], self._mean)
        found: list[Heard] = []
        for at, size in self._crossings(smooth.reshape(blocks, self._block)):
            found += self._cross(at, size)
        self._taken += used
        return found

    def finish(self) -> list[Heard]:
        """Return the frames that end in the last samples; nothing comes after them."""
        return self.feed(np.zeros(self._block + self._mean, dtype=np.float32))

    def _crossings(self, blocks: Samples) -> Iterator[tuple[float, float]]:
        """Yield the place of each change of sign, in samples, and the signal's size."""
        highs, lows = blocks.max(axis=1).tolist(), blocks.min(axis=1).tolist()
        middles, sizes = np.empty(len(blocks)), np.empty(len(blocks))
        for number, peaks in enumerate(zip(highs, lows, strict=True)):
            self._peaks.append(peaks)
            high = max(peak for peak, _ in self._peaks)
            low = min(peak for _, peak in self._peaks)
            middles[number], sizes[number] = (high + low) / 2, (high - low) / 2
        limits = np.maximum(sizes, QUIETEST) * CROSSED
        level = (blocks - middles[:, None]).ravel()
        limit = np.repeat(limits, self._block)
        signs = np.zeros(len(level), dtype=np.int8)
        signs[level > limit] = 1
        signs[level < -limit] = -1
        places = np.flatnonzero(signs)
        if not len(places):
            return
        told = signs[places]
        before = np.concatenate([[self._sign], told[:-1]])
        # The first sign ever, after silence, begins the first bit.
        changed = told != before
        self._sign = int(told[-1])
        start = self._taken + (self._mean - 1) / 2
        for place in places[changed].tolist():
            # Zero was a little before, by the slope between the last two samples.
            now = float(level[place])
            was = float(level[place - 1]) if place else 0.0
            back = (
                now / (now - was) if (now > 0.0) == (now > was) and now != was else 0.0
            )
            size = float(sizes[place // self._block])
            yield start + place - min(back, self._mean / 2), size

    def _cross(self, at: float, size: float) -> list[Heard]:
        """Take a change of sign; return the frame that it completes, if any."""
        interval, self._crossed_at = at - self._crossed_at, at
        bit = self._bit or (interval if interval > self._guess else 2 * interval)
        share = interval / bit
        if not (NEITHER[0] <= share <= NEITHER[1] and self._followed(bit)):
            self._lose(at)
            return []
        if share < 0.75:
            if self._half is None:
                self._half, self._bit = interval, bit
                return []
            measured, one = self._half + interval, 1
        else:
            if self._half is not None:
                # The half before belonged to another bit: the words begin here.
                self._lose(at - interval)
            measured, one = interval, 0
        self._half = None
        self._bit = bit + FOLLOW * (measured - bit)
        self._bits = self._bits >> 1 | one << BITS - 1
        self._count += 1
        self._edges.append(at)
        return self._word(size)

    def _followed(self, bit: float) -> bool:
        return self._shortest <= bit <= self._longest

    def _lose(self, at: float) -> None:
        """Start to look for a word anew, at the beginning of a bit."""
        self._bit, self._half, self._count = 0.0, None, 0
        self._edges.clear()
        self._edges.append(at)

    def _word(self, size: float) -> list[Heard]:
        if self._count < BITS or len(self._edges) <= BITS:
            return []
        bits, reverse = self._bits, False
        if bits >> 64 != SYNC:
            if bits & 0xFFFF != SYNC_REVERSED:
                return []
            bits, reverse = _turned(bits), True
        try:
            word = decode(bits)
        except DecodeError:
            self.broken += 1
            return []
        db = 20.0 * math.log10(max(size, 1e-9))
        return [Heard(word, self._edges[0], self._edges[-1], reverse, db)]


def _running_mean(samples: Samples, count: int) -> Samples:
    """Return (n - count + 1,) means of `count` samples each."""
    if count == 1:
        return samples
    total = np.cumsum(np.concatenate([[0.0], samples]), dtype=np.float64)
    mean: Samples = ((total[count:] - total[:-count]) / count).astype(np.float32)
    return mean


def _turned(bits: int) -> int:
    """Return 80 bits in reverse order."""
    return int.from_bytes(
        bytes(_REVERSED[byte] for byte in bits.to_bytes(BITS // 8, "little")), "big"
    )
