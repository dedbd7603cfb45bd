"""Takes for tests whose every frame is known: all moves are straight lines."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from bridge.takes.take import Take
from protocols.channels import CHANNELS, EXPRESSIONS, INDEX
from protocols.timecode import Timeline

JAW = INDEX["jawOpen"]


def smooth(count: int = 31, rate: int = 30, subject: str = "anna") -> Take:
    """Evenly spaced; jawOpen rises, the head turns, both in a straight line."""
    captured_ns = np.array([k * 10**9 // rate for k in range(count)]) + 5 * 10**9
    vectors = np.zeros((count, len(CHANNELS)), np.float32)
    vectors[:, JAW] = np.linspace(0.0, 1.0, count)
    vectors[:, INDEX["head.y"]] = np.linspace(-0.5, 0.5, count)
    timeline = Timeline(Fraction(rate), 10**12)
    return Take(
        subject,
        captured_ns,
        np.arange(count),
        vectors,
        np.zeros((count, len(EXPRESSIONS)), np.float32),
        np.ones(count, np.float32),
        np.ones(count, np.bool_),
        tuple(timeline.at(int(at)) for at in captured_ns),
    )
