"""What rendered people do with their faces: mixtures, sparse, sweeps, take frames.

Curves that move independently of each other are harder than life, and expressions
alone never show a curve by itself. So each picture is one `Kind`:

    MIXTURE  an emotion, a viseme, lids, gaze and a gesture on top of each other
    SPARSE   a few curves at random
    SWEEP    one curve, or both of a pair, at any strength
    TAKE     a frame of a real performance, played stronger or weaker
    TURN     nothing, on a turned head
    NEUTRAL  nothing
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from models.data.recorded.takes import Take
from protocols.arrays import Floats
from protocols.channels import ARKIT, INDEX

from .curve_tables import EMOTIONS, GESTURES, VISEMES, Recipe
from .head import GAZE_DOWN, GAZE_IN, GAZE_OUT, GAZE_UP

Numbers = npt.NDArray[np.floating[Any]]


class Kind(IntEnum):
    """Why a face looks as it does."""

    NEUTRAL = 0
    MIXTURE = 1
    SPARSE = 2
    SWEEP = 3
    TAKE = 4
    TURN = 5


_AT: Final = INDEX
_LOOKS: Final = tuple(n for n in ARKIT if n.startswith("eyeLook"))


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


def perform(kind: Kind, takes: Sequence[Floats], rng: np.random.Generator) -> Floats:
    """Return (52,) weights of one face.

    Args:
        kind: what sort.
        takes: (N, 52) each, performances from `calm_take`; for TAKE.
        rng: where chance comes from.
    """
    w = np.zeros(len(ARKIT), dtype=np.float64)
    if kind in (Kind.NEUTRAL, Kind.TURN):
        return w.astype(np.float32)
    if kind == Kind.MIXTURE:
        if rng.random() < 0.6:
            _add(w, EMOTIONS, rng.beta(1.4, 1.2), rng)
        if rng.random() < 0.6:
            _add(w, VISEMES, rng.uniform(0.4, 1.3), rng)
        if rng.random() < 0.45:
            _add(w, GESTURES, rng.beta(1.6, 1.0), rng)
        _look_around(w, rng, 0.8)
        _lids(w, rng, 0.35)
    elif kind == Kind.SPARSE:
        for unit in rng.choice(len(UNITS), rng.integers(1, 6), replace=False):
            _move(w, UNITS[unit], float(rng.beta(1.1, 1.2)), rng)
        _look_around(w, rng, 0.4)
    elif kind == Kind.SWEEP:
        which = int(rng.integers(len(UNITS) + 4))
        if which < len(UNITS):
            _move(w, UNITS[which], float(rng.uniform(0, 1)) ** 0.7, rng)
        else:
            _look_around(w, rng, 1.0)
    else:
        take = takes[rng.integers(len(takes))]
        w += take[rng.integers(len(take))]
        if rng.random() < 0.25:
            other = take[rng.integers(len(take))]
            w += rng.uniform(0, 1) * (other - w)
        w *= rng.uniform(0.7, 1.35)
        if rng.random() < 0.4:
            _look_around(w, rng, 1.0)
        _lids(w, rng, 0.15)
    if rng.random() < 0.3:
        w += np.abs(rng.normal(0, 0.04, len(w))) * (rng.random(len(w)) < 0.2)
    return plausible(w)


def plausible(weights: Numbers) -> Floats:
    """Return (52,) float32 weights, 0 to 1, that one face can show at once."""
    w = np.clip(weights, 0.0, 1.0).astype(np.float32)

    def get(name: str) -> float:
        return float(w[_AT[name]])

    def exclude(a: str, b: str, share: float = 1.0) -> None:
        weaker = a if get(a) < get(b) else b
        w[_AT[weaker]] *= 1.0 - share

    for a, b in (("jawLeft", "jawRight"), ("mouthLeft", "mouthRight")):
        exclude(a, b)
    for side in ("Left", "Right"):
        exclude(f"eyeLookIn{side}", f"eyeLookOut{side}")
        exclude(f"eyeLookUp{side}", f"eyeLookDown{side}")
        exclude(f"mouthSmile{side}", f"mouthFrown{side}", 0.7)
        w[_AT[f"eyeWide{side}"]] *= 1.0 - get(f"eyeBlink{side}")
    wide = max(get("mouthSmileLeft"), get("mouthStretchLeft"))
    w[_AT["mouthPucker"]] *= 1.0 - 0.6 * wide
    tongue = get("tongueOut")
    if tongue > 0.0:
        w[_AT["jawOpen"]] = max(get("jawOpen"), 0.10 + 0.18 * tongue)
        for name in ("mouthClose", "cheekPuff", "mouthPressLeft", "mouthPressRight"):
            w[_AT[name]] *= 1.0 - min(1.0, 3 * tongue)
        w[_AT["mouthRollLower"]] *= 1.0 - 0.7 * tongue
    puff = get("cheekPuff")
    if puff > 0.2:
        # Air stays in only behind closed lips.
        w[_AT["jawOpen"]] *= 1.0 - 0.7 * puff
        w[_AT["mouthClose"]] = max(get("mouthClose"), get("jawOpen"))
    w[_AT["mouthClose"]] = min(get("mouthClose"), get("jawOpen"))
    parted = get("jawOpen") - get("mouthClose")
    for side in ("Left", "Right"):
        w[_AT[f"mouthPress{side}"]] *= 1.0 - min(0.8, 2.5 * parted)
    return w


def calm_take(take: Take) -> Floats:
    """Return (N, 52): a take's frames with a face, its resting face as 0.

    A phone reports each actor's own rest as something above 0, and lids that close at
    about 0.9. Gaze is shifted as an angle, for each eye has two curves a direction.
    """
    seen = take.weights[take.valid]
    rest = np.percentile(seen, 10, axis=0)
    out = np.clip((seen - rest) / (1 - rest), 0, 1)
    for side in ("Left", "Right"):
        shut = _AT[f"eyeBlink{side}"]
        out[:, shut] = np.clip(out[:, shut] / 0.9, 0, 1)
        for ahead, back, gain, gain_back in (
            ("eyeLookOut", "eyeLookIn", GAZE_OUT, GAZE_IN),
            ("eyeLookDown", "eyeLookUp", GAZE_DOWN, GAZE_UP),
        ):
            i, j = _AT[ahead + side], _AT[back + side]
            angle = gain * seen[:, i] - gain_back * seen[:, j]
            angle = angle - np.median(angle)
            out[:, i] = np.clip(angle / gain, 0, 1)
            out[:, j] = np.clip(-angle / gain_back, 0, 1)
    return np.asarray(out, dtype=np.float32)


def _add(
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


def _move(
    w: Numbers, unit: tuple[int, ...], value: float, rng: np.random.Generator
) -> None:
    """Set a curve, or a pair: both alike, or one side alone."""
    if len(unit) == 1:
        w[unit[0]] = value
    elif rng.random() < 0.65:
        w[list(unit)] = value * (1 + rng.normal(0, 0.1, 2))
    else:
        w[unit[rng.integers(2)]] = value
    if unit[0] == _AT["mouthClose"]:
        w[_AT["jawOpen"]] = max(w[_AT["jawOpen"]], value * rng.uniform(1.0, 1.2))


def _look_around(w: Numbers, rng: np.random.Generator, chance: float) -> None:
    """Turn both eyes to one place, sometimes with crossed eyes and falling lids."""
    if rng.random() >= chance:
        return
    w[[_AT[name] for name in _LOOKS]] = 0.0
    yaw, pitch = rng.normal(0, 0.22), rng.normal(0, 0.18)
    squint = 0.12 * abs(rng.normal()) if rng.random() < 0.15 else 0.0
    for side, outward in (("Left", 1.0), ("Right", -1.0)):
        out = outward * yaw - squint
        w[_AT[f"eyeLookOut{side}"]] = max(0.0, out) / GAZE_OUT
        w[_AT[f"eyeLookIn{side}"]] = max(0.0, -out) / GAZE_IN
        w[_AT[f"eyeLookDown{side}"]] = max(0.0, pitch) / GAZE_DOWN
        w[_AT[f"eyeLookUp{side}"]] = max(0.0, -pitch) / GAZE_UP
    if rng.random() < 0.5:
        follow = 0.32 * w[_AT["eyeLookDownLeft"]]
        for side in ("Left", "Right"):
            at = _AT[f"eyeBlink{side}"]
            w[at] = max(w[at], follow)


def _lids(w: Numbers, rng: np.random.Generator, chance: float) -> None:
    """Close both lids by any part, or one of them."""
    if rng.random() >= chance:
        return
    shut = rng.uniform(0.85, 1.0) if rng.random() < 0.4 else rng.uniform(0.0, 1.0)
    both = shut * rng.uniform(0.9, 1.0, 2)
    if rng.random() < 0.15:
        both[rng.integers(2)] *= rng.uniform(0.0, 0.3)
    for side, value in zip(("Left", "Right"), both, strict=True):
        w[_AT[f"eyeBlink{side}"]] = max(w[_AT[f"eyeBlink{side}"]], value)
