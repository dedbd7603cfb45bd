"""Signals and vectors for the generator's tests."""

from __future__ import annotations

import numpy as np

from engines.motion.generator import MotionGenerator
from engines.motion.signals import COUNT, SIGNALS, Signals
from engines.runtime.engine import Engine
from engines.runtime.graphs import MOTION
from engines.runtime.onnx_runtime import OnnxRuntimeEngine

from .graph import mean_of

PARTING = (
    *("mouthFunnel", "mouthLowerDownLeft", "mouthLowerDownRight"),
    *("mouthUpperUpLeft", "mouthUpperUpRight"),
)
"""Curves that part the lips whatever the jaw does."""


def signals(**values: float) -> Signals:
    """Return signals at rest but for some; `turn__y=0.1` sets `turn.y`."""
    out = np.zeros(COUNT, dtype=np.float32)
    for name, value in values.items():
        out[SIGNALS.index(name.replace("__", "."))] = value
    return out


def with_lips(of: Signals, *, closed: bool) -> Signals:
    """Return signals whose lips are as a solver gives them: sealed, or well apart."""
    out = of.copy()
    jaw, close = SIGNALS.index("jawOpen"), SIGNALS.index("mouthClose")
    out[jaw] = 0.3 + 0.7 * of[jaw]
    out[close] = out[jaw] if closed else 0.0
    if closed:
        out[[SIGNALS.index(name) for name in PARTING]] = 0.0
    return out


def value(of: Signals, name: str) -> float:
    return float(of[SIGNALS.index(name)])


def engine(content: bytes | None = None) -> Engine:
    return OnnxRuntimeEngine(MOTION, mean_of() if content is None else content)


def generator(content: bytes | None = None) -> MotionGenerator:
    return MotionGenerator(engine(content))
