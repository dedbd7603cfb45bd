"""What rendered people do with their faces: mixtures, sparse, sweeps, take frames.

Curves that move independently of each other are harder than life. But a network that
sees only expressions learns which curves go together, not what each looks like: it then
reads a smile on one side as a whole smile. So each picture is one `Kind`:

    MIXTURE  an emotion, a viseme, lids, gaze and a gesture on top of each other
    SPARSE   a few curves at random
    SWEEP    one curve, or both of a pair, at any strength
    TAKE     a frame of a real performance, played stronger or weaker
    MIXED    each muscle of a performance from another moment
    TURN     nothing, on a turned head
    NEUTRAL  nothing

In `PARTED` of each kind's faces left and right are drawn apart from each other.
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

from .curve_tables import EMOTIONS, GESTURES, VISEMES
from .gaze import GAZE_DOWN, GAZE_IN, GAZE_OUT, GAZE_UP
from .moves import UNITS, add, close_lids, look_around, mix, move, part_sides

Numbers = npt.NDArray[np.floating[Any]]


class Kind(IntEnum):
    """Why a face looks as it does."""

    NEUTRAL = 0
    MIXTURE = 1
    SPARSE = 2
    SWEEP = 3
    TAKE = 4
    TURN = 5
    MIXED = 6


PARTED: Final = {
    **{Kind.MIXTURE: 0.55, Kind.SPARSE: 0.45, Kind.SWEEP: 0.0},
    **{Kind.TAKE: 0.45, Kind.MIXED: 0.4},
}
"""Share of the faces whose sides are parted; sweeps and sparse faces move one side of a
pair as often as both, and half the mixed faces have parted sides as they are."""

_AT: Final = INDEX


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
            add(w, EMOTIONS, rng.beta(1.4, 1.2), rng)
        if rng.random() < 0.6:
            add(w, VISEMES, rng.uniform(0.4, 1.3), rng)
        if rng.random() < 0.45:
            add(w, GESTURES, rng.beta(1.6, 1.0), rng)
        look_around(w, rng, 0.8)
        close_lids(w, rng, 0.35)
    elif kind == Kind.SPARSE:
        for unit in rng.choice(len(UNITS), rng.integers(1, 6), replace=False):
            move(w, UNITS[unit], float(rng.beta(1.1, 1.2)), rng)
        look_around(w, rng, 0.4)
    elif kind == Kind.SWEEP:
        which = int(rng.integers(len(UNITS) + 4))
        if which < len(UNITS):
            move(w, UNITS[which], float(rng.uniform(0, 1)) ** 0.7, rng)
        else:
            look_around(w, rng, 1.0)
    elif kind == Kind.MIXED:
        w += mix(takes[rng.integers(len(takes))], rng)
        w *= rng.uniform(0.7, 1.35)
        if rng.random() < 0.3:
            look_around(w, rng, 1.0)
    else:
        take = takes[rng.integers(len(takes))]
        w += take[rng.integers(len(take))]
        if rng.random() < 0.25:
            other = take[rng.integers(len(take))]
            w += rng.uniform(0, 1) * (other - w)
        w *= rng.uniform(0.7, 1.35)
        if rng.random() < 0.4:
            look_around(w, rng, 1.0)
        close_lids(w, rng, 0.15)
    if rng.random() < PARTED[kind]:
        part_sides(w, rng)
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
    sides = (
        "mouthSmileLeft",
        "mouthSmileRight",
        "mouthStretchLeft",
        "mouthStretchRight",
    )
    wide = max(get(name) for name in sides)
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
