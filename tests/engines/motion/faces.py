"""Signals and vectors for the generator's tests."""

from __future__ import annotations

import numpy as np

from engines.motion.generator import MotionGenerator
from engines.motion.signals import COUNT, SIGNALS, Signals
from engines.runtime.engine import Engine
from engines.runtime.graphs import MOTION
from engines.runtime.onnx_runtime import OnnxRuntimeEngine

from .graph import mean_of


def signals(**values: float) -> Signals:
    """Return signals at rest but for some; `turn__y=0.1` sets `turn.y`."""
    out = np.zeros(COUNT, dtype=np.float32)
    for name, value in values.items():
        out[SIGNALS.index(name.replace("__", "."))] = value
    return out


def value(of: Signals, name: str) -> float:
    return float(of[SIGNALS.index(name)])


def engine(content: bytes | None = None) -> Engine:
    return OnnxRuntimeEngine(MOTION, mean_of() if content is None else content)


def generator(content: bytes | None = None) -> MotionGenerator:
    return MotionGenerator(engine(content))
