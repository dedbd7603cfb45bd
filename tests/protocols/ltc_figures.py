"""Prints how much of the timecode of a tape is read: all rates, speeds, levels, noise.

    python -m tests.protocols.ltc_figures [SECONDS]

Each line is the sum over both directions. Noise is white; its level is below the RMS
of the timecode. A frame is wrong if its number was not sent. The last line is the time
that one second of sound takes.
"""

from __future__ import annotations

import sys
import time
from fractions import Fraction

import numpy as np

from protocols.drop_frame import Label, count_of, nominal
from protocols.ltc_decoder import LtcDecoder
from protocols.ltc_signal import sound, words

HZ = 48_000
RATES = (
    (Fraction(24), False),
    (Fraction(25), False),
    (Fraction(30000, 1001), True),
    (Fraction(30), False),
)
SPEEDS = (0.9, 1.0, 1.1)
LEVELS_DB = (0.0, -20.0, -40.0)
NOISE_DB = (None, 20.0, 12.0, 10.0, 8.0)


def tried(
    rate: Fraction, drop: bool, speed: float, level_db: float, noise_db: float | None
) -> tuple[int, int, int, float]:
    """Return frames sent, read and wrong in both directions, and seconds of work."""
    rng = np.random.default_rng(22)
    first = count_of(Label(9, 59, 58, 0, drop), nominal(rate))
    sent = words(round(SECONDS * rate), first, rate, drop=drop)
    labels = {word.label for word in sent}
    read = wrong = 0
    seconds = 0.0
    for reverse in (False, True):
        samples = sound(sent, rate, HZ, speed=speed, level_db=level_db, delay=0.37)
        if reverse:
            samples = samples[::-1].copy()
        if noise_db is not None:
            size = 10 ** ((level_db - noise_db) / 20)
            samples += rng.normal(0, size, len(samples)).astype(np.float32)
        decoder = LtcDecoder(HZ)
        begin = time.process_time()
        heard = []
        for at in range(0, len(samples), 960):
            heard += decoder.feed(samples[at : at + 960])
        heard += decoder.finish()
        seconds += time.process_time() - begin
        good = sum(h.word.label in labels and h.reverse is reverse for h in heard)
        read, wrong = read + good, wrong + len(heard) - good
    return 2 * len(sent), read, wrong, seconds


SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0


def main() -> None:
    """Print the table."""
    print("rate        speed  level   noise      read          wrong")  # noqa: T201
    played = worked = 0.0
    for rate, drop in RATES:
        for speed in SPEEDS:
            for level_db in LEVELS_DB:
                for noise_db in NOISE_DB:
                    found = tried(rate, drop, speed, level_db, noise_db)
                    sent, read, wrong, seconds = found
                    played += 2 * SECONDS / speed
                    worked += seconds
                    noise = "none" if noise_db is None else f"-{noise_db:.0f} dB"
                    print(  # noqa: T201
                        f"{rate!s:<11} {speed:<5} {level_db:>4.0f} dB  {noise:<8} "
                        f"{read:>5} of {sent:<5} {wrong:>5}"
                    )
    print(f"{1e3 * worked / played:.1f} ms a second of sound")  # noqa: T201


if __name__ == "__main__":
    main()
