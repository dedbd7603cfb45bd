"""The methods that are compared: each makes a performance of what an actor did.

    method          clip                                   still
    ours            the motion generator, as the daemon    performed, then the generator
    linear, spline  keys of the same solved frames         rest, ramp, hold, ramp, rest

All get the same solved frames, and give (F, 85) vectors for the same retargeting.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from engines.character.perform import Directions, perform
from engines.motion.body import Body
from engines.motion.generator import MotionGenerator
from engines.motion.performer import Performer
from engines.motion.signals import TURN, WEIGHTS
from engines.motion.style import Style
from protocols.arrays import Floats, Numbers
from protocols.channels import CHANNELS, WEIGHTS_SLICE, bone_slice, unit
from protocols.frame import NO_EXPRESSION

from .keyframes import Keying, between, keyed

OURS: Final = "ours"
SOLVED: Final = "as solved"
"""The solved frames as they are: what the generator gets, and what keys are set of."""
SECONDS: Final = 6.0
"""Length of what is made of a still."""
FPS: Final = 30.0
HELD_S: Final = (2.0, 4.5)
"""From and to when every method holds a still's expression."""
RAMP_S: Final = 0.55
"""How long keyframed ramps last: as `perform` takes on average."""
RAMPS: Final = (0.6, 0.6 + RAMP_S, SECONDS - 0.4 - RAMP_S, SECONDS - 0.4)
"""When the ramps of keyframes begin and end."""

Generators = Callable[[], MotionGenerator]
"""Returns a generator without a face. They may share an engine."""


@dataclass(frozen=True, slots=True)
class Keyed:
    """A keyframer: a name in tables, and how keys are set."""

    name: str
    keying: Keying


def vector_of(signals: Floats) -> Floats:
    """Return (85,) with the weights and the head's turn of (58,) signals."""
    out = np.zeros(len(CHANNELS), dtype=np.float32)
    out[WEIGHTS_SLICE], out[bone_slice("head")] = signals[WEIGHTS], signals[TURN]
    return out


def generated(
    signals: Floats, times: Numbers, generators: Generators, style: Style = "natural"
) -> Floats:
    """Return (F, 85): what the daemon would send for solved frames.

    Args:
        signals: (F, 58); rows with NaN show no face.
        times: (F,) seconds, rising.
        generators: gives one for this performance.
        style: of the performance.
    """
    performer = Performer(generators(), style=style)
    return _performed(performer, [vector_of(row) for row in signals], times)


def performed_still(
    signals: Floats, directions: Directions, generators: Generators, style: Style
) -> tuple[Numbers, Floats]:
    """Return (F,) seconds and (F, 85): a still's expression, performed.

    Args:
        signals: (58,) of the still.
        directions: length, rate, intensity and seed.
        generators: as for `generated`.
        style: of the performance.
    """
    script = perform(vector_of(signals), NO_EXPRESSION, directions)
    performer = Performer(generators(), style=style, seed=directions.seed)
    return script.times, _performed(performer, list(script.vectors), script.times)


def keyed_clip(signals: Floats, times: Numbers, keying: Keying) -> Floats:
    """Return (F, 85) of keys set in a clip's solved frames."""
    return dressed(keyed(signals.astype(np.float64), times, keying), times)


def keyed_still(signals: Floats, times: Numbers, keying: Keying) -> Floats:
    """Return (F, 85): from rest to a still's expression, held, and back.

    Args:
        signals: (58,) of the still.
        times: (F,) seconds.
        keying: its curve and tension count.
    """
    face = signals.astype(np.float64)
    keys = np.array([0 * face, 0 * face, face, face, 0 * face, 0 * face])
    at_s = np.array([0.0, *RAMPS, SECONDS])
    return dressed(between(at_s, keys, times, keying), times)


def held_frames(signals: Floats, times: Numbers) -> Floats:
    """Return (F, 85) of solved frames; a frame without a face repeats the last one."""
    seen = np.isfinite(signals).all(axis=1)
    rows = np.maximum.accumulate(np.where(seen, np.arange(len(seen)), 0))
    rows = np.maximum(rows, int(seen.argmax()))
    return dressed(signals[rows].astype(np.float64), times)


def dressed(values: Numbers, times: Numbers) -> Floats:
    """Return (F, 85): (F, 58) signals with the bones that follow from them.

    The body does what the head asks for, and neither breathes nor sways.
    """
    body = Body(alive=False)
    rows = values.astype(np.float32)
    rows[:, WEIGHTS] = unit(rows[:, WEIGHTS])
    return np.array([body(row, at_s) for row, at_s in zip(rows, times, strict=True)])


def _performed(performer: Performer, vectors: list[Floats], times: Numbers) -> Floats:
    out = []
    for vector, at_s in zip(vectors, times.tolist(), strict=True):
        # A frame that is not finite counts as one without a face.
        performer.observe(vector, at_s)
        out.append(performer.show(at_s))
    return np.array(out, dtype=np.float32)
