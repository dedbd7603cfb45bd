"""Recorded takes in pieces of equal length, for evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from protocols.arrays import Mask

from .performance import RATE, Performance
from .takes import take_paths, take_performance

SECONDS: Final = 10.0
"""Length of a piece, and of a generated sequence."""
SHORTEST_S: Final = 4.0
"""A shorter rest of a take is left out."""


def recorded_pieces(data: Path, split: str) -> list[Performance]:
    """Return the recorded takes of `split` in pieces.

    Args:
        data: folder that holds arkit_takes/.
        split: valid or test.

    Raises:
        ValueError: there is no such split, or none of its takes is there.
    """
    return [
        piece
        for path in take_paths(data, split)
        for whole in take_performance(path)
        for piece in cut(whole)
    ]


def cut(whole: Performance, seconds: float = SECONDS) -> list[Performance]:
    """Return a performance in pieces; the last one lasts `SHORTEST_S` at least."""
    size = round(seconds * RATE)
    found = []
    for at in range(0, len(whole.signals), size):
        signals = whole.signals[at : at + size]
        if len(signals) >= SHORTEST_S * RATE:
            # Blinks and closures are found in the truth, for both sources alike.
            found.append(
                replace(
                    whole,
                    signals=signals,
                    expression=whole.expression[at : at + size],
                    blinks=(),
                    closures=(),
                )
            )
    return found


def moving(pieces: Sequence[Performance]) -> Mask:
    """Return (58,) which signals move in any of the pieces."""
    signals = np.concatenate([piece.signals for piece in pieces])
    return np.array(signals.std(axis=0) > 0.0)
