"""The single moves that rendered expressions are made of: muscles, gaze, lids, sides.

Each function changes a face's (52,) weights in place; `expressions.perform` puts them
together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from protocols.arrays import Floats
from protocols.channels import ARKIT, INDEX

from .curve_tables import Recipe
from .gaze import GAZE_DOWN, GAZE_IN, GAZE_OUT, GAZE_UP

Numbers = npt.NDArray[np.floating[Any]]

ONE_SIDED: Final = 0.5
"""Share of the sweeps and single moves of a pair that move one side only."""

_AT: Final = INDEX
_LOOKS: Final = tuple(n for n in ARKIT if n.startswith("eyeLook"))
GAZE: Final = [_AT[name] for name in _LOOKS]
"""Indices of the eight looks."""


def _units() -> tuple[tuple[int, ...], ...]:
    """Return every curve by itself or with its partner, the gaze left out."""
    units: list[tuple[int, ...]] = []
    for name in ARKIT:
        if name in _LOOKS or (name.endswith("Right") and _partner(name) is not None):
            continue
        partner = _partner(name)
        both = (_AT[name],) if partner is None else (_AT[name], _AT[partner])
        units.append(both)
    return tuple(units)


def _partner(name: str) -> str | None:
    """Return the same muscle's curve on the other side, if it has one."""
    if name in ("jawLeft", "jawRight", "mouthLeft", "mouthRight"):
        return None
    for here, there in (("Left", "Right"), ("Right", "Left")):
        if name.endswith(here):
            return name.removesuffix(here) + there
    return None


UNITS: Final = _units()
"""Indices of one curve or of a pair, left first; looks are drawn as a gaze."""
PAIRS: Final = tuple((unit[0], unit[1]) for unit in UNITS if len(unit) == 2)
"""Left and right index of every pair but the looks."""


def add(
    w: Numbers, recipes: Sequence[Recipe], strength: float, rng: np.random.Generator
) -> None:
    """Add one of the recipes, a little differently each time."""
    recipe = recipes[rng.integers(len(recipes))]
    lean = rng.normal(0, 0.08)
    if rng.random() < 0.15:
        lean = float(rng.choice([-1.0, 1.0])) * rng.uniform(0.5, 1.0)
    for name, value in recipe.items():
        amount = value * strength * max(0.0, 1 + rng.normal(0, 0.2))
        if name in INDEX:
            w[_AT[name]] += amount
        else:
            w[_AT[f"{name}Left"]] += amount * min(1.0, 1 + lean)
            w[_AT[f"{name}Right"]] += amount * min(1.0, 1 - lean)


def move(
    w: Numbers, unit: tuple[int, ...], value: float, rng: np.random.Generator
) -> None:
    """Set a curve, or a pair: both alike, or one side alone."""
    if len(unit) == 1:
        w[unit[0]] = value
    elif rng.random() >= ONE_SIDED:
        w[list(unit)] = value * (1 + rng.normal(0, 0.1, 2))
    else:
        w[unit[rng.integers(2)]] = value
    if unit[0] == _AT["mouthClose"]:
        w[_AT["jawOpen"]] = max(w[_AT["jawOpen"]], value * rng.uniform(1.0, 1.2))


def look_around(w: Numbers, rng: np.random.Generator, chance: float) -> None:
    """Turn both eyes to one place, with crossed eyes, falling or narrowed lids or not.

    Half the looks are small, as in talk; the others go anywhere the eyes can.
    """
    if rng.random() >= chance:
        return
    w[GAZE] = 0.0
    if rng.random() < 0.5:
        yaw, pitch = rng.normal(0, 0.22), rng.normal(0, 0.18)
    else:
        yaw, pitch = rng.uniform(-0.6, 0.6), rng.uniform(-0.45, 0.55)
    squint = 0.12 * abs(rng.normal()) if rng.random() < 0.15 else 0.0
    for side, outward in (("Left", 1.0), ("Right", -1.0)):
        out = outward * yaw - squint
        w[_AT[f"eyeLookOut{side}"]] = max(0.0, out) / GAZE_OUT
        w[_AT[f"eyeLookIn{side}"]] = max(0.0, -out) / GAZE_IN
        w[_AT[f"eyeLookDown{side}"]] = max(0.0, pitch) / GAZE_DOWN
        w[_AT[f"eyeLookUp{side}"]] = max(0.0, -pitch) / GAZE_UP
    if rng.random() < 0.25:
        narrow = rng.uniform(0.2, 0.9)
        by = "eyeSquint" if rng.random() < 0.6 else "eyeBlink"
        for side in ("Left", "Right"):
            at = _AT[f"{by}{side}"]
            w[at] = max(w[at], (0.7 if by == "eyeBlink" else 1.0) * narrow)
    if rng.random() < 0.5:
        follow = 0.32 * w[_AT["eyeLookDownLeft"]]
        for side in ("Left", "Right"):
            at = _AT[f"eyeBlink{side}"]
            w[at] = max(w[at], follow)


def close_lids(w: Numbers, rng: np.random.Generator, chance: float) -> None:
    """Close both lids by any part, or one of them."""
    if rng.random() >= chance:
        return
    shut = rng.uniform(0.85, 1.0) if rng.random() < 0.4 else rng.uniform(0.0, 1.0)
    both = shut * rng.uniform(0.9, 1.0, 2)
    if rng.random() < 0.4:
        both[rng.integers(2)] *= rng.uniform(0.0, 0.5)
    for side, value in zip(("Left", "Right"), both, strict=True):
        w[_AT[f"eyeBlink{side}"]] = max(w[_AT[f"eyeBlink{side}"]], value)


def mix(take: Floats, rng: np.random.Generator) -> Numbers:
    """Return (52,) weights of a take, each muscle's from another moment.

    The looks are of one moment, mouthClose is of its jawOpen's, and in half the faces
    so are both sides of a pair.
    """
    moment = rng.integers(len(take), size=len(ARKIT))
    moment[GAZE] = moment[GAZE[0]]
    moment[_AT["mouthClose"]] = moment[_AT["jawOpen"]]
    if rng.random() < 0.5:
        for left, right in PAIRS:
            moment[right] = moment[left]
    return np.asarray(take[moment, np.arange(len(ARKIT))], dtype=np.float64)


def part_sides(w: Numbers, rng: np.random.Generator) -> None:
    """Take a part of one side from the pairs that move, and move another on one side.

    Faces that are nearly symmetrical never teach left from right.
    """
    for left, right in PAIRS:
        if max(w[left], w[right]) > 0.05 and rng.random() < 0.7:
            less = (left, right)[rng.integers(2)]
            w[less] *= 0.0 if rng.random() < 0.5 else rng.uniform(0.0, 0.8)
    for pair in rng.choice(len(PAIRS), rng.integers(0, 3), replace=False):
        at = PAIRS[pair][rng.integers(2)]
        w[at] = max(w[at], float(rng.beta(1.3, 1.2)))
