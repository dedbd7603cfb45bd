"""What one face can do at once, for all samples of a performance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from protocols.arrays import Numbers
from protocols.channels import INDEX

from .steps import RATE

_AT: Final = INDEX
_PARTS: Final = [
    _AT[f"{name}{side}"]
    for name in ("mouthLowerDown", "mouthUpperUp", "mouthStretch", "mouthShrugUpper")
    for side in (("",) if f"{name}Left" not in _AT else ("Left", "Right"))
] + [_AT["mouthFunnel"], _AT["tongueOut"]]
"""Curves that part the lips."""


def limit(weights: Numbers, closing: Numbers) -> None:
    """Change (n, 52) weights, in place, to ones that one face can show at once.

    Args:
        weights: 0 to 1, give or take; 0 to 1 afterwards, mouthClose up to jawOpen.
        closing: (n,) how far speech presses the lips shut, 0 to 1.
    """
    w = weights
    np.minimum(np.maximum(w, 0.0, out=w), 1.0, out=w)
    col = {name: w[:, at] for name, at in _AT.items() if at < w.shape[1]}
    for a, b in (("jawLeft", "jawRight"), ("mouthLeft", "mouthRight")):
        side = col[a] - col[b]
        col[a][:] = np.maximum(side, 0.0)
        col[b][:] = np.maximum(-side, 0.0)
    for s in ("Left", "Right"):
        col[f"mouthFrown{s}"] *= 1.0 - 0.7 * col[f"mouthSmile{s}"]
        col["mouthPucker"] *= 1.0 - 0.35 * col[f"mouthSmile{s}"]
        col[f"eyeWide{s}"] *= 1.0 - col[f"eyeBlink{s}"]
        col[f"browDown{s}"] *= 1.0 - 0.4 * col[f"browOuterUp{s}"]
    jaw, close = col["jawOpen"], col["mouthClose"]

    tongue = col["tongueOut"]
    np.maximum(jaw, np.minimum(0.28, 1.2 * tongue), out=jaw)
    inside = 1.0 - np.minimum(1.0, 3.0 * tongue)
    for name in ("mouthClose", "cheekPuff", "mouthPressLeft", "mouthPressRight"):
        col[name] *= inside
    col["mouthRollLower"] *= 1.0 - 0.7 * tongue

    puff = np.minimum(1.0, 3.0 * col["cheekPuff"])
    jaw *= 1.0 - 0.7 * col["cheekPuff"]
    close += (np.maximum(close, jaw) - close) * puff

    # Lips that shut for p, b or m: the jaw comes half way, the lips do the rest.
    jaw *= 1.0 - 0.45 * closing
    close += (np.maximum(close, jaw) - close) * closing
    w[:, _PARTS] *= (1.0 - closing)[:, None]
    np.minimum(close, jaw, out=close)
    parted = np.minimum(0.8, 2.5 * (jaw - close))
    for s in ("Left", "Right"):
        press = col[f"mouthPress{s}"]
        press *= 1.0 - parted
        np.maximum(press, 0.45 * closing, out=press)
    for name in ("mouthRollLower", "mouthRollUpper"):
        np.maximum(col[name], 0.2 * closing, out=col[name])


def closures_of(
    closures: Sequence[tuple[float, float]], lead_s: float, count: int
) -> tuple[tuple[float, float], ...]:
    """Return those that lie in `count` samples from `lead_s` on, in their time."""
    moved = ((start - lead_s, end - lead_s) for start, end in closures)
    return tuple((a, b) for a, b in moved if a >= 0.0 and b <= (count - 1) / RATE)
