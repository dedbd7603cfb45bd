"""Locked ranges of a take: refinement does not change them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from bridge.errors import ConfigError, TakeError
from bridge.takes.take import Take
from protocols.arrays import Mask
from protocols.wording import counted


@dataclass(frozen=True, slots=True)
class Locks:
    """The ranges that an animator has locked."""

    seconds: tuple[tuple[float, float], ...] = ()
    """Start and end of each range, both included, from the take's first frame."""
    frames: tuple[tuple[int, int], ...] = ()
    """First and last frame of each range, counted from 0."""

    def mask(self, take: Take) -> Mask:
        """Return (n,) True in the locked frames.

        Raises:
            TakeError: a range contains no frame of the take.
        """
        since = (take.captured_ns - take.captured_ns[0]) / 1e9
        at = np.arange(len(since))
        out = np.zeros(len(since), np.bool_)
        for text, here in (
            *((f"{a:g}-{b:g} s", (since >= a) & (since <= b)) for a, b in self.seconds),
            *((f"frames {a}-{b}", (at >= a) & (at <= b)) for a, b in self.frames),
        ):
            if not here.any():
                raise TakeError(
                    f"take of {take.subject!r}: no frame to lock at {text}; the take "
                    f"has {counted(len(since), 'frame')} in {take.seconds:.2f} s"
                )
            out |= here
        return out

    def texts(self) -> list[str]:
        """Return every range as text."""
        return [f"{a:g}-{b:g} s" for a, b in self.seconds] + [
            f"frames {a}-{b}" for a, b in self.frames
        ]


def parse_locks(seconds: list[str], frames: list[str]) -> Locks:
    """Return the locks of `--lock` and `--lock-frames`, or raise ConfigError."""
    return Locks(
        tuple(_range("--lock", text, "1.5-2.25, in seconds") for text in seconds),
        tuple(
            (int(a), int(b))
            for a, b in (
                _range("--lock-frames", text, "120-180", whole=True) for text in frames
            )
        ),
    )


def _range(
    flag: str, text: str, example: str, *, whole: bool = False
) -> tuple[float, float]:
    start, _, end = text.partition("-")
    try:
        found = (int(start), int(end)) if whole else (float(start), float(end))
    except ValueError:
        found = (0.0, -1.0)
    if not 0.0 <= found[0] <= found[1] < math.inf:
        raise ConfigError(
            f"{flag} {text}: expected START-END with START not after END, as in "
            f"{example}"
        )
    return found
