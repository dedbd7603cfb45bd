"""A performance and a mesh for tests, small enough to look at."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from protocols.channels import ARKIT, BONES, CHANNELS, INDEX
from protocols.export.performance import Performance, Rig, clean


def still(count: int = 1, rate: int = 60) -> Performance:
    """The rest pose, without a position."""
    return Performance(
        "anna",
        Fraction(rate),
        np.arange(count) / rate,
        np.zeros((count, len(CHANNELS)), np.float32),
        np.ones(count, np.bool_),
    )


def moving(count: int = 12, seed: int = 1) -> Performance:
    """Everything moves; the third and fourth frame and the last show no face."""
    rng = np.random.default_rng(seed)
    vectors = rng.normal(0.0, 0.3, (count, len(CHANNELS))).astype(np.float32)
    vectors[:, INDEX["headPosition.z"]] -= 0.6
    tracked = np.ones(count, np.bool_)
    tracked[[2, 3, -1]] = False
    steps = rng.uniform(0.5, 1.5, count) / 60
    seconds = np.cumsum(steps) - steps[0]
    return Performance('ännä "x"\\\n', Fraction(60), seconds, clean(vectors), tracked)


def pyramid() -> Rig:
    """Four points; jawOpen moves one, every other morph by its number along x."""
    points = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)
    morphs = np.zeros((len(ARKIT), 4, 3), np.float32)
    morphs[:, 0, 0] = np.arange(len(ARKIT))
    morphs[INDEX["jawOpen"]] = [[0, 0, 0], [0, -0.5, 0], [0, 0, 0], [0, 0, 0]]
    return Rig(
        points,
        np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]], np.uint16),
        morphs,
        np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [128, 128, 128]], np.uint8),
        np.array(
            [BONES.index(b) for b in ("head", "head", "leftEye", "rightEye")], "u1"
        ),
    )
