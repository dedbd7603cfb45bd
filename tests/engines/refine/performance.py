"""A made performance: waves, blinks, closing lips, and a tracker's jitter."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engines.motion.signals import PLACE, SIGNALS, TURN
from protocols.arrays import Floats

LIDS = [SIGNALS.index("eyeBlinkLeft"), SIGNALS.index("eyeBlinkRight")]
JAW, CLOSE = SIGNALS.index("jawOpen"), SIGNALS.index("mouthClose")


def performance(
    count: int, *, fps: float = 60.0, noise: float = 0.008, seed: int = 0
) -> tuple[npt.NDArray[np.float64], Floats]:
    """Return (n,) times and (n, 58) signals."""
    rng = np.random.default_rng(seed)
    at = np.arange(count) / fps
    phase = np.arange(58)
    out = 0.4 + 0.2 * np.sin(2.0 * at[:, None] * (1.0 + 0.1 * (phase % 7)) + phase)
    out[:, LIDS] = 0.06
    for start in np.arange(1.0, at[-1] - 0.3, 2.3).tolist():
        bump = np.clip(1.0 - np.abs((at - start - 0.15) / 0.15), 0.0, 1.0)
        out[:, LIDS] += 0.9 * (3 * bump**2 - 2 * bump**3)[:, None]
    out[:, JAW] = np.clip(0.25 * np.sin(4.0 * at) + 0.12, 0.02, 1.0)
    out[:, CLOSE] = np.where(out[:, JAW] < 0.08, 0.06, 0.0)
    out += rng.normal(0.0, noise, out.shape)
    out = np.clip(out, 0.0, 1.0)
    out[:, TURN] = 0.4 * out[:, TURN] - 0.2
    out[:, PLACE] = 0.05 * out[:, PLACE]
    return at, out.astype(np.float32)
