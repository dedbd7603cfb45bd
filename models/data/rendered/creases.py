"""Expression lines: where skin folds, and which curves fold it.

Painted, not modelled: ICT-FaceKit's shapes are too coarse for furrows, and without
them a frown at webcam size is a shift of two pixels.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from protocols.arrays import Floats
from protocols.channels import ARKIT

FOREHEAD, GLABELLA, NASOLABIAL, CROWS_FEET = range(4)

_DRIVERS: Final = {
    FOREHEAD: (("browInnerUp", 0.5), ("browOuterUp*", 0.5)),
    GLABELLA: (("browDown*", 0.9), ("noseSneer*", 0.2)),
    NASOLABIAL: (("mouthSmile*", 0.8), ("noseSneer*", 0.7), ("mouthUpperUp*", 0.3)),
    CROWS_FEET: (("cheekSquint*", 0.6), ("eyeSquint*", 0.3), ("mouthSmile*", 0.3)),
}
"""Shares of each fold; * stands for the side."""


def crease_strengths(weights: Floats) -> Floats:
    """Return (4, 2), 0 to 1: each fold on the right and on the left side."""
    out = np.zeros((len(_DRIVERS), 2), dtype=np.float32)
    for fold, drivers in _DRIVERS.items():
        for side, name in enumerate(("Right", "Left")):
            out[fold, side] = sum(
                share * weights[ARKIT.index(curve.replace("*", name))]
                for curve, share in drivers
            )
    return np.clip(out, 0, 1)


def crease_cover(p: Floats) -> Floats:
    """Return (S, S, 4), 0 to 1: how much each fold darkens points on the neutral head.

    `p` is (S, S, 3) metres.
    """
    x, y = np.abs(p[..., 0]), p[..., 1]
    front = p[..., 2] > 0.03
    out = np.zeros((*p.shape[:2], 4), dtype=np.float32)
    for level, wave in ((0.074, 0.0012), (0.083, 0.0016), (0.092, 0.0010)):
        line = level - 1.2 * x**2 + wave * np.sin(95 * p[..., 0] + 300 * level)
        out[..., FOREHEAD] += _groove(y - line, 0.0013) * _window(x / 0.046)
    for at in (0.0085, 0.0125):
        line = at + 0.12 * (y - 0.050)
        out[..., GLABELLA] += _groove(x - line, 0.0013) * _window((y - 0.055) / 0.012)
    curve = 0.0195 + 0.52 * (-y) - 3.0 * np.clip(-y - 0.012, 0, 1) ** 2
    out[..., NASOLABIAL] = _groove(x - curve, 0.0026) * _window((y + 0.012) / 0.021)
    for slope in (-0.45, 0.0, 0.4):
        line = 0.033 + slope * (x - 0.046)
        out[..., CROWS_FEET] += _groove(y - line, 0.0011) * _window((x - 0.055) / 0.008)
    return np.asarray(np.clip(out, 0, 1) * front[..., None], dtype=np.float32)


def _groove(distance: Floats, width: float) -> Floats:
    return np.asarray(np.exp(-((distance / width) ** 2)), dtype=np.float32)


def _window(x: Floats) -> Floats:
    """Return 1 within +-1 or so, easing to 0."""
    return np.asarray(np.exp(-(x**4)), dtype=np.float32)
