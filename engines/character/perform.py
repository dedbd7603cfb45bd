"""Performs a single expression: what an actor would do who is asked for that face.

    rest ──► onset ──► held: it breathes, blinks, looks about, grows and fades a little

The result is a script: frames as a solver would give them for an actor in front of a
camera. The motion generator then moves the character by it, as by any face, with its
timing, its style, and the breath of the body.

Everything depends on the seed and on nothing else. Another seed gives another take:
other delays between brows, eyes and mouth, other blinks, other glances.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from engines.motion.body import drift
from engines.motion.idle import Idle
from engines.motion.signals import TURN
from engines.motion.style import SIZED
from protocols.arrays import Floats, Numbers
from protocols.channels import (
    ARKIT,
    CHANNELS,
    EXPRESSIONS,
    INDEX,
    WEIGHTS_SLICE,
    Vector,
    bone_slice,
    unit,
)
from protocols.easing import least_jerk

WAIT_S: Final = (0.4, 0.8)
"""The character is at rest for so long, shortest and longest."""
ONSET_S: Final = (0.4, 0.7)
"""The expression comes within this time. Spontaneous smiles take about half a second
(Cohn and Schmidt 2004)."""
LATER_S: Final = 0.12
"""The parts of a face begin up to this long after the first."""
HEAD_S: Final = 1.4
"""The head takes this many times as long as the face."""
OVERSHOOT: Final = (0.04, 0.12)
"""Share by which the expression exceeds its place just after the onset."""
SETTLE_S: Final = 0.4
"""Time constant with which it falls to its place."""
FADE: Final = 0.06
"""Share by which a held expression grows and fades."""
ACCENT: Final = 0.12
"""Share by which it grows for a moment, now and then."""
ACCENT_EVERY_S: Final = (2.0, 4.0)
GLANCE: Final = (0.07, 0.04)
"""Standard deviation of a glance to the side and up, weights: 2 degrees, 1 degree."""
GLANCE_EVERY_S: Final = (0.7, 2.2)
SACCADE_S: Final = 0.05
NOD: Final = 0.035
"""Radians that the head gives with the onset."""
SWAY: Final = 0.8
"""The sway of the head, as a share of that of an idle character."""

_BROWS, _EYES, _MOUTH = range(3)


def _region(name: str) -> int:
    if name.startswith("brow"):
        return _BROWS
    return _EYES if name.startswith(("eye", "cheekSquint", "nose")) else _MOUTH


_REGIONS: Final = np.array([_region(name) for name in ARKIT])
_BLINKS: Final = [INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]]
_WIDE: Final = [INDEX["eyeWideLeft"], INDEX["eyeWideRight"]]
_SIDE: Final = tuple(
    (INDEX[f"eyeLook{plus}{eye}"], INDEX[f"eyeLook{minus}{eye}"])
    for eye, plus, minus in (("Left", "Out", "In"), ("Right", "In", "Out"))
)
"""Curves of a look to the character's left and right, for each eye."""
_UP: Final = tuple(
    (INDEX[f"eyeLookUp{eye}"], INDEX[f"eyeLookDown{eye}"]) for eye in ("Left", "Right")
)
_NEUTRAL: Final = EXPRESSIONS.index("neutral")


@dataclass(frozen=True, slots=True)
class Directions:
    """How an expression is performed."""

    seconds: float = 6.0
    """Length of the take."""
    fps: float = 30.0
    """Frames per second of the script."""
    intensity: float = 1.0
    """Factor on the expression; lids and gaze keep their size."""
    seed: int = 0
    """0 or more."""


@dataclass(frozen=True, slots=True, eq=False)
class Script:
    """F frames of an actor who performs one expression."""

    times: Numbers
    """(F,) seconds from 0."""
    vectors: Floats
    """(F, 85) in `CHANNELS` order; only weights and the head's rotation are set."""
    expressions: Floats
    """(F, 8) probabilities in `EXPRESSIONS` order."""


def perform(
    vector: Vector, expression: Vector, directions: Directions | None = None
) -> Script:
    """Return the script of a take in which a face comes from rest to an expression.

    Args:
        vector: (85,) the expression: weights, and the rotations of head and neck.
        expression: (8,) its probabilities; zeros if unknown.
        directions: how; the usual length without them.
    """
    how = directions or Directions()
    chance = np.random.default_rng(how.seed)
    count = max(2, round(how.seconds * how.fps) + 1)
    times = np.arange(count) / how.fps
    begin_s = _between(chance, WAIT_S)
    long_s = _between(chance, ONSET_S)
    onset, parts = _parts(times, begin_s, long_s, chance)
    weights = amplified(vector[WEIGHTS_SLICE], how.intensity)
    shown = (weights * parts[:, _REGIONS]).astype(np.float32)
    # Held lids and a held gaze do not grow and fade.
    shown[:, ~SIZED] = (weights * onset[:, _REGIONS])[:, ~SIZED]
    idle = Idle(how.seed)
    _glance(shown, times, chance)
    _blink(shown, np.array([idle.blink(at_s) for at_s in times.tolist()]))
    out = np.zeros((count, len(CHANNELS)), dtype=np.float32)
    out[:, WEIGHTS_SLICE] = unit(shown)
    sway = np.array([idle(at_s)[TURN] for at_s in times.tolist()])
    head = vector[bone_slice("head")] + vector[bone_slice("neck")]
    turned = least_jerk((times - begin_s) / (HEAD_S * long_s))[:, None]
    nod = _nod(times, begin_s, HEAD_S * long_s, vector[WEIGHTS_SLICE], chance)
    out[:, bone_slice("head")] = turned * head + nod + SWAY * sway
    return Script(times, out, _likely(onset.mean(axis=1), expression))


def amplified(weights: Floats, intensity: float) -> Floats:
    """Return (..., 52) weights times a factor, at most 1; lids and gaze stay."""
    out = np.array(weights, dtype=np.float32)
    out[..., SIZED] = unit(out[..., SIZED] * np.float32(intensity))
    return out


def _parts(
    times: Numbers, begin_s: float, long_s: float, chance: np.random.Generator
) -> tuple[Numbers, Numbers]:
    """Return (F, 3) twice: how far brows, eyes and mouth are from rest to the
    expression, and the share of it that they show."""
    later = chance.uniform(0.0, LATER_S, 3)
    later -= later.min()
    longer = chance.uniform(0.85, 1.2, 3)
    over = chance.uniform(*OVERSHOOT)
    phases = chance.uniform(0.0, 2.0 * math.pi, 3)
    since = times[:, None] - begin_s - later
    onset = least_jerk(since / (long_s * longer))
    past = np.maximum(since - long_s * longer, 0.0)
    held = np.array(
        [[drift(2.5 * at_s, phase) for phase in phases] for at_s in times.tolist()]
    )
    settled = over * np.exp(-past / SETTLE_S) + FADE * held * (1 - np.exp(-past))
    accents = _accents(times, begin_s + 2.0 * long_s, chance)[:, None]
    return onset, onset * (1.0 + settled + accents)


def _accents(times: Numbers, from_s: float, chance: np.random.Generator) -> Numbers:
    """Return (F,): moments at which the expression grows."""
    out = np.zeros(len(times))
    at_s = from_s + _between(chance, ACCENT_EVERY_S)
    while at_s < times[-1]:
        size = ACCENT * chance.uniform(0.4, 1.0)
        out += size * np.exp(-(((times - at_s) / 0.3) ** 2))
        at_s += _between(chance, ACCENT_EVERY_S)
    return out


def _glance(shown: Floats, times: Numbers, chance: np.random.Generator) -> None:
    """Add glances to (F, 52) weights: the eyes jump, rest, and come back."""
    looks, at_s, place = np.zeros((len(times), 2)), 0.0, np.zeros(2)
    while at_s < times[-1]:
        # Every second glance goes back to where the expression looks.
        aim = np.zeros(2) if place.any() else chance.normal(0.0, GLANCE)
        moved = least_jerk((times - at_s) / SACCADE_S)[:, None] * (aim - place)
        looks, place = looks + moved, aim
        at_s += _between(chance, GLANCE_EVERY_S)
    for axis, pairs in enumerate((_SIDE, _UP)):
        for plus, minus in pairs:
            look = shown[:, plus] - shown[:, minus] + looks[:, axis]
            shown[:, plus], shown[:, minus] = np.maximum(look, 0), np.maximum(-look, 0)


def _blink(shown: Floats, blink: Numbers) -> None:
    """Add blinks to (F, 52) weights; a blink takes away the wide eye."""
    for at in _BLINKS:
        shown[:, at] += (1.0 - shown[:, at]) * blink
    for at in _WIDE:
        shown[:, at] *= 1.0 - blink


def _nod(
    times: Numbers,
    begin_s: float,
    long_s: float,
    weights: Floats,
    chance: np.random.Generator,
) -> Numbers:
    """Return (F, 3) radians: what the head gives with the onset."""
    # Raised brows lift the head, anything else lowers it a little.
    up = weights[INDEX["browInnerUp"]] + weights[_WIDE].mean()
    way = -1.0 if up > 0.5 else 1.0
    size = (
        NOD
        * chance.uniform(0.5, 1.0)
        * np.array([way, chance.uniform(-0.5, 0.5), chance.uniform(-0.5, 0.5)])
    )
    bump = np.exp(-(((times - begin_s - 0.6 * long_s) / (0.5 * long_s)) ** 2))
    # A share of it stays.
    stays = 0.4 * least_jerk((times - begin_s) / long_s)
    out: Numbers = np.maximum(bump, stays)[:, None] * size
    return out


def _likely(part: Numbers, expression: Vector) -> Floats:
    """Return (F, 8): from neutral to the expression's probabilities."""
    rest = np.zeros(len(EXPRESSIONS), dtype=np.float32)
    if not expression.any():
        return np.tile(rest, (len(part), 1))
    rest[_NEUTRAL] = 1.0
    return (rest + part[:, None] * (expression - rest)).astype(np.float32)


def _between(chance: np.random.Generator, ends: tuple[float, float]) -> float:
    return float(chance.uniform(*ends))
