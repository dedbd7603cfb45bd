"""People's calm faces, what they do, and a neutral face that is shown them."""

import numpy as np

from engines.face.features import AT, SPREAD, TYPICAL
from engines.face.neutral import Neutral
from protocols.arrays import Floats

STEP_S = 1 / 30

RNG = np.random.default_rng(7)


def person(seed: int = 3) -> Floats:
    """Somebody's calm face, as far from the average as most people's."""
    off = np.random.default_rng(seed).normal(0.0, 0.8, len(TYPICAL)) * SPREAD
    return (TYPICAL + off).astype(np.float32)


def doing(rest: Floats, **moves: float) -> Floats:
    """Return a face with measures moved by centimetres."""
    face = rest.copy()
    for name, by in moves.items():
        face[AT[name]] += by
    return face


def smile(rest: Floats) -> Floats:
    return doing(
        rest,
        **{
            f"corner{axis}{side}": by
            for side in ("Left", "Right")
            for axis, by in (("X", 0.5), ("Y", 0.7), ("Lift", 0.6), ("Z", -0.6))
        },
    )


def shut(rest: Floats) -> Floats:
    lids = {
        f"{lid}{side}": -0.7
        for lid in ("lids", "upperLid")
        for side in ("Left", "Right")
    }
    return doing(rest, **lids)


def hold(neutral: Neutral, face: Floats, from_s: float, seconds: float) -> float:
    """Show a face with the tracker's noise on it; return the time after."""
    for i in range(round(seconds / STEP_S)):
        noise = (0.01 * RNG.standard_normal(len(face))).astype(np.float32)
        neutral.update(face + noise, from_s + i * STEP_S, True)
    return from_s + round(seconds / STEP_S) * STEP_S


def error(neutral: Neutral, rest: Floats) -> float:
    """Return the worst distance, standard deviations."""
    return float((np.abs(neutral.value - rest) / SPREAD).max())


NOBODYS = np.array([10.0, -20.0, 0.0], dtype=np.float32)
"""What the average person carries."""


def carrying() -> Neutral:
    return Neutral(TYPICAL, SPREAD, NOBODYS)


def bring(
    neutral: Neutral, face: Floats, carried: Floats, from_s: float, seconds: float
) -> float:
    """Like `hold`, with something carried along; in one array, as a caller might."""
    held = carried.copy()
    for i in range(round(seconds / STEP_S)):
        noise = (0.01 * RNG.standard_normal(len(face))).astype(np.float32)
        held[:] = carried
        neutral.update(face + noise, from_s + i * STEP_S, True, held)
        held[:] = np.nan
    return from_s + round(seconds / STEP_S) * STEP_S
