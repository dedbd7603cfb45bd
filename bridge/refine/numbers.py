"""What a refinement did, in numbers: flat, one row a face."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from engines.motion.signals import SCALE, SIGNALS
from engines.refine.events import blinks, closures
from protocols.arrays import Floats

from .face import RefinedFace

_LIDS: Final = [SIGNALS.index("eyeBlinkLeft"), SIGNALS.index("eyeBlinkRight")]
_JAW, _CLOSE = SIGNALS.index("jawOpen"), SIGNALS.index("mouthClose")

PIECE: Final = 4096
"""Frames that are looked at together: bounds the memory."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Of one face. Amplitudes are the network's units: 1 is a curve's whole range, a
    turn of 40 degrees, or 10 cm."""

    subject: str
    frames: int
    seconds: float
    fps: float
    refined: bool
    reason: str
    """Why it was not refined, or that nothing was damaged."""
    jitter_before: float
    """Mean of |third difference| where nothing is wrong."""
    jitter_after: float
    healthy_change: float
    """Root mean square of what was changed where nothing is wrong."""
    changed_energy_percent: float
    """Square of all changes, over the square of the motion about its mean."""
    gaps_to_100_ms: int
    gaps_to_250_ms: int
    gaps_to_500_ms: int
    gaps_left: int
    """Longer, or at an end: they need an animator."""
    repeats: int
    """Frames that showed the picture before once more."""
    pops: int
    """Leaps of a signal for a frame or two."""
    frames_made_up: int
    """In short gaps and repeats."""
    frames_locked: int
    blinks_before: int
    blinks_after: int
    closures_before: int
    closures_after: int
    guarded: int
    """Stretches of a channel that were taken back to keep an event."""


def numbers_of(face: RefinedFace) -> Numbers:
    """Return the numbers of one face."""
    refined, take = face.refined, face.before
    verdict, spans = refined.verdict, refined.spans
    short = [
        float(take.captured_ns[span.last] - take.captured_ns[span.first]) / 1e9
        + (1.0 / take.fps if take.fps else 0.0)
        for span in spans
        if span.kind == "gap"
    ]
    made = [span for span in spans if span.kind in ("gap", "repeat")]
    was, now = face.signals, refined.signals
    return Numbers(
        subject=take.subject,
        frames=len(was),
        seconds=take.seconds,
        fps=take.fps,
        refined=verdict.refined,
        reason=verdict.reason,
        jitter_before=verdict.jitter_before,
        jitter_after=verdict.jitter_after,
        healthy_change=verdict.healthy_rms,
        changed_energy_percent=_changed_energy(was, now),
        gaps_to_100_ms=sum(s <= 0.105 for s in short),
        gaps_to_250_ms=sum(0.105 < s <= 0.255 for s in short),
        gaps_to_500_ms=sum(s > 0.255 for s in short),
        gaps_left=sum(span.kind == "lost" for span in spans),
        repeats=sum(
            span.last - span.first + 1 for span in spans if span.kind == "repeat"
        ),
        pops=sum(len(span.channels) for span in spans if span.kind == "pop"),
        frames_made_up=sum(
            span.last - span.first + 1 for span in made if span.done == "repaired"
        ),
        frames_locked=int(face.locked.sum()),
        blinks_before=len(blinks(_lids(was))),
        blinks_after=len(blinks(_lids(now))),
        closures_before=len(closures(was[:, _JAW] - was[:, _CLOSE])),
        closures_after=len(closures(now[:, _JAW] - now[:, _CLOSE])),
        guarded=len(refined.guarded),
    )


def changes(face: RefinedFace) -> Floats:
    """Return (58,) how much each signal was changed: root mean square, as above."""
    was, now = face.signals, face.refined.signals
    total = np.zeros(len(SCALE))
    for k in range(0, len(was), PIECE):
        away = (now[k : k + PIECE] - was[k : k + PIECE]) * SCALE
        total += np.nan_to_num(np.square(away, dtype=np.float64)).sum(axis=0)
    return np.asarray(np.sqrt(total / len(was)), np.float32)


def _changed_energy(was: Floats, now: Floats) -> float:
    """Return percent; 0 of a face that never moved."""
    middle = np.nan_to_num(was).mean(axis=0, dtype=np.float64).astype(np.float32)
    changed = moved = 0.0
    for k in range(0, len(was), PIECE):
        before = np.nan_to_num(was[k : k + PIECE])
        away = (np.nan_to_num(now[k : k + PIECE]) - before) * SCALE
        motion = (before - middle) * SCALE
        changed += float(np.square(away, dtype=np.float64).sum())
        moved += float(np.square(motion, dtype=np.float64).sum())
    return 100.0 * changed / moved if moved > 0.0 else 0.0


def _lids(signals: Floats) -> Floats:
    out: Floats = signals[:, _LIDS].mean(axis=1)
    return out
