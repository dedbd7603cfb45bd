"""Range of motion: somebody goes through poses that no feeling and no word asks for.

Those who calibrate a face for a character raise curves one by one and in odd company,
hold them, and let go. Of that, `motion.perform` does little. Levels and times are drawn
wide on purpose: what is to be learned is to hold what is held.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from engines.motion.signals import WEIGHTS
from protocols.arrays import Numbers
from protocols.channels import ARKIT, INDEX, opposite

from .performance import RATE, Performance, perform
from .steps import glide, wander

LEFT_OF_FACE: Final = 0.4
"""Of what the face does besides, at most."""
_OTHER: Final = np.array([INDEX[opposite(name)] for name in ARKIT])
_EYES: Final = np.array([n.startswith(("eyeLook", "eyeBlink")) for n in ARKIT])
_POSED: Final = np.flatnonzero([not n.startswith("eyeLook") for n in ARKIT])
_LIDS: Final = [INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]]


def pose(seconds: float, rng: np.random.Generator) -> Performance:
    """Return poses for so long, with the eyes, blinks and head of `perform`."""
    base = perform(seconds, rng)
    weights = base.signals[:, WEIGHTS].astype(np.float64)
    weights[:, ~_EYES] *= rng.uniform(0.0, LEFT_OF_FACE)
    poses = _poses(len(weights), rng)
    # What is posed is added to, and lids stay as shut as a blink shuts them.
    there = np.minimum(weights, 1.0)
    weights = poses + there - poses * there
    weights[:, _LIDS] = np.maximum(poses, there)[:, _LIDS]
    signals = base.signals.copy()
    signals[:, WEIGHTS] = np.clip(weights, 0.0, 1.0)
    return replace(
        base, signals=signals, blinks=(), closures=(), sources="generated poses"
    )


def _poses(count: int, rng: np.random.Generator) -> Numbers:
    """Return (count, 52) weights."""
    out = np.zeros((count, len(ARKIT)))
    pace = float(rng.lognormal(0.0, 0.4))
    at = float(rng.uniform(-1.0, 0.5))
    used = np.zeros(0, dtype=np.intp)
    while at < count / RATE:
        rests = len(used) > 0 and rng.random() < 0.5
        rise = pace * float(rng.uniform(0.12, 0.6))
        goal = np.zeros(len(ARKIT)) if rests else _drawn(rng)
        touched = np.union1d(used, np.flatnonzero(goal))
        for curve in touched:
            own = float(rng.uniform(0.8, 1.25)) * rise
            glide(out[:, curve], max(at, 0.0), own, float(goal[curve]))
        used = np.flatnonzero(goal)
        at += rise + pace * float(rng.lognormal(-0.4, 0.7))
    if rng.random() < 0.5:
        # A pose is held, but not like a stone.
        out *= 1.0 + 0.06 * wander(count, 1, 0.6, rng, 0.08)
    found: Numbers = np.clip(out, 0.0, 1.0)
    return found


def _drawn(rng: np.random.Generator) -> Numbers:
    """Return (52,) levels of one pose: one to seven curves, mostly with their twins."""
    goal = np.zeros(len(ARKIT))
    chosen = rng.choice(_POSED, int(rng.integers(1, 8)), replace=False)
    for curve in chosen:
        level = float(rng.uniform(0.15, 1.0))
        goal[curve] = level
        if rng.random() < 0.8:
            goal[_OTHER[curve]] = level * float(rng.uniform(0.85, 1.0))
    return goal
