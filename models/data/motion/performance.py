"""Clean motion of a whole face at 120 Hz, out of events, and as much as one wants.

Somebody is drawn (`motion_character`), then what they do: gaze, blinks, speech,
emotions, gestures, the head, each in a file of its own. Here they are put together
into the 58 signals, as far as one face can do it all at once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from engines.motion.signals import COUNT, PLACE, TURN, WEIGHTS
from models.data.rendered.gaze import GAZE_DOWN, GAZE_IN, GAZE_OUT, GAZE_UP
from protocols.arrays import Floats, Numbers
from protocols.channels import ARKIT, INDEX, opposite

from .blinks import Blink, draw_blinks, lids
from .character import draw_character, draw_spans, liveliness
from .emotion import draw_emotion
from .gaze import draw_gaze
from .gestures import draw_gestures
from .head import draw_fast, draw_place, draw_slow
from .limits import closures_of, limit
from .speech import draw_speech
from .steps import RATE, wander

__all__ = ["RATE", "Blink", "Performance", "perform"]

LEAD_S: Final = 2.0
"""So long before its first sample a performance begins, to be in the midst of it."""
LID_FOLLOWS: Final = 0.32
"""Of eyeLookDown, what the upper lid does too."""
STEADIES: Final = 0.8
"""Of the head's fast turns, what the eyes make up for."""

_LOOKS: Final = tuple(
    tuple(INDEX[f"eyeLook{way}{side}"] for way in ("Out", "In", "Down", "Up"))
    for side in ("Left", "Right")
)
_BLINKS: Final = [INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]]
_SQUINTS: Final = [INDEX["eyeSquintLeft"], INDEX["eyeSquintRight"]]
_WIDE: Final = [INDEX["eyeWideLeft"], INDEX["eyeWideRight"]]
_TONE: Final = np.array([not n.startswith(("eyeLook", "tongue")) for n in ARKIT])
_OTHER: Final = np.array([INDEX[opposite(name)] for name in ARKIT])


def _neighbours() -> Numbers:
    """Return (52, 52) 1 where the first may take the second along."""
    upper = ("brow", "eyeSquint", "eyeWide", "cheekSquint", "noseSneer")
    lower = ("jaw", "mouth", "cheek", "noseSneer")
    parts = (np.array([n.startswith(p) for n in ARKIT]) for p in (upper, lower))
    near = np.zeros((len(ARKIT), len(ARKIT)))
    for part in parts:
        near = np.maximum(near, np.outer(part, part))
    # A jaw that is open is so by itself; left and right of one kind are one muscle.
    near[:, [INDEX["jawOpen"], INDEX["jawLeft"], INDEX["jawRight"]]] = 0.0
    near[np.arange(len(ARKIT)), _OTHER] = 0.0
    np.fill_diagonal(near, 0.0)
    return near


_NEIGHBOURS: Final = _neighbours()
_DOWN: Final = 0.03
"""Radians that the eyes sink in a blink."""


@dataclass(frozen=True, slots=True, eq=False)
class Performance:
    """Clean motion, N samples at `RATE`."""

    signals: Floats
    """(N, 58) in `engines.motion.signals.SIGNALS` order: 0 to 1, radians, metres."""
    expression: Floats
    """(N, 8) in `EXPRESSIONS` order, rows sum 1: what is felt, neutral otherwise."""
    blinks: tuple[Blink, ...]
    closures: tuple[tuple[float, float], ...]
    """Seconds from and to which the lips are shut in speech."""
    sources: str
    """Where it is from."""


def perform(seconds: float, rng: np.random.Generator) -> Performance:
    """Return what somebody, drawn anew, does for so long."""
    count = round((seconds + LEAD_S) * RATE)
    cut = round(LEAD_S * RATE)
    who = draw_character(rng)
    spans = draw_spans(count / RATE, who, rng)
    lively = liveliness(count, spans)
    gaze = draw_gaze(count, who, spans, rng)
    speech = draw_speech(count, who, spans, rng)
    emotion = draw_emotion(count, who, spans, rng)
    gestures = draw_gestures(count, who, spans, speech.stresses, rng)
    blinks = draw_blinks(count / RATE, who, spans, gaze.blinks, rng)
    shut = lids(count, blinks)

    # The face.
    weights = _union(_union(emotion.weights, gestures), speech.weights)
    weights = _together(weights, rng)
    _breathe_life(weights, lively, rng)
    fast = draw_fast(count, who, spans, lively, speech.stresses, rng)
    fast[:, 0] += 0.05 * emotion.bounce
    _look(weights, gaze.direction - gaze.head, gaze.vergence, fast, shut)
    weights[:, _SQUINTS] += 0.08 * shut
    weights[:, _BLINKS] = _union(weights[:, _BLINKS], shut)
    limit(weights, speech.closing)

    # The head.
    slow, shift = draw_slow(count, who, spans, rng)
    turn = fast + slow
    turn[:, 1] += gaze.head[:, 0]
    turn[:, 0] += gaze.head[:, 1]
    signals = np.empty((count - cut, COUNT), dtype=np.float32)
    signals[:, WEIGHTS] = weights[cut:]
    signals[:, TURN] = turn[cut:]
    signals[:, PLACE] = draw_place(turn, shift, lively, rng)[cut:]

    expression = emotion.felt[cut:]
    sure = np.maximum(1.0, expression.sum(axis=1, keepdims=True))
    expression = expression / sure
    # Rounded, the others may sum to a hair more than 1.
    expression[:, 0] = np.maximum(1.0 - expression.sum(axis=1), 0.0)
    return Performance(
        signals=signals,
        expression=np.asarray(expression, dtype=np.float32),
        blinks=_seen_blinks(signals, blinks),
        closures=closures_of(speech.closures, LEAD_S, len(signals)),
        sources="generated",
    )


def _union(a: Numbers, b: Numbers) -> Numbers:
    """Return both at once, below 1: what one leaves open the other takes its part of.

    Both are 0 to 1, give or take what `limit` takes off.
    """
    out: Numbers = a + b - np.minimum(a, 1.0) * np.minimum(b, 1.0)
    return out


def _together(weights: Numbers, rng: np.random.Generator) -> Numbers:
    """Let curves take their neighbours along, both sides alike.

    No muscle moves alone, and those who report curves never tell them quite apart: in
    real takes a third of all curves move at any time.
    """
    count = len(ARKIT)
    mix = rng.normal(0.04, 0.12, (count, count)) * (rng.random((count, count)) < 0.3)
    mix = 0.5 * (mix + mix[np.ix_(_OTHER, _OTHER)]) * _NEIGHBOURS
    out: Numbers = weights + weights @ mix
    return out


def _breathe_life(weights: Numbers, lively: Numbers, rng: np.random.Generator) -> None:
    """Let what is held tremble slowly, and faces at rest not be quite at rest."""
    count = len(weights)
    held = wander(count, 4, 0.6, rng, 0.08) * (0.06 * lively[:, None])
    which = rng.integers(0, 4, len(ARKIT))
    weights *= 1.0 + held[:, which]
    tone = wander(count, 6, 1.5, rng, 0.2) * lively[:, None]
    load = np.abs(rng.normal(0.0, 0.012, (6, len(ARKIT)))) * _TONE
    load *= rng.random((6, len(ARKIT))) < 0.3
    weights += np.maximum(tone, 0.0) @ load


def _look(
    weights: Numbers, eyes: Numbers, vergence: Numbers, fast: Numbers, shut: Numbers
) -> None:
    """Write the looks of both eyes, and the lids that follow them."""
    yaw = eyes[:, 0] - STEADIES * fast[:, 1]
    pitch = eyes[:, 1] - STEADIES * fast[:, 0] + _DOWN * shut[:, 0]
    for k, outward in enumerate((1.0, -1.0)):
        out = outward * yaw - vergence
        for at, angle, most in zip(
            _LOOKS[k],
            (out, -out, pitch, -pitch),
            (GAZE_OUT, GAZE_IN, GAZE_DOWN, GAZE_UP),
            strict=True,
        ):
            weights[:, at] = np.minimum(np.maximum(angle / most, 0.0), 1.0)
        follows = LID_FOLLOWS * weights[:, _LOOKS[k][2]]
        blink = weights[:, _BLINKS[k]]
        np.maximum(blink, follows, out=blink)
        weights[:, _WIDE[k]] += 0.12 * weights[:, _LOOKS[k][3]]


def _seen_blinks(signals: Floats, blinks: tuple[Blink, ...]) -> tuple[Blink, ...]:
    """Return the blinks that are whole inside, in its time, with what was reached."""
    found = []
    for blink in blinks:
        start, end = blink.start_s - LEAD_S, blink.end_s - LEAD_S
        first, last = math.ceil(start * RATE), math.ceil(end * RATE)
        if first < 0 or last > len(signals):
            continue
        before = signals[first, _BLINKS].max()
        depth = signals[first:last, _BLINKS].max(axis=0)
        # Eyes that are shut already do not blink.
        if before > 0.5 or depth.max() - before < 0.2:
            continue
        sides = (float(depth[0]), float(depth[1]))
        found.append(Blink(start, blink.peak_s - LEAD_S, end, sides, blink.stay_s))
    return tuple(found)
