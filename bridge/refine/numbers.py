"""Measures a refinement: one flat row of numbers for each face."""

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
"""Frames that are processed together, to limit the memory."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of one face.

    Amplitudes are in the network's units: 1 is the whole range of a curve, a rotation
    of 40 degrees, or 10 cm.
    """

    subject: str
    frames: int
    seconds: float
    fps: float
    refined: bool
    reason: str
    """The refiner's reason: why it refined the take or left it as it was."""
    jitter_before: float
    """Mean of |third difference| in healthy frames."""
    jitter_after: float
    healthy_change: float
    """Root mean square of the change in healthy frames."""
    changed_energy_percent: float
    """Sum of squared changes over the sum of squared motion about its mean."""
    gaps_to_100_ms: int
    gaps_to_250_ms: int
    gaps_to_500_ms: int
    gaps_left: int
    """Gaps that are longer, or at either end of the take: they need an animator."""
    repeats: int
    """Frames that repeat the previous picture."""
    pops: int
    """Jumps of a signal that last one or two frames."""
    frames_made_up: int
    """Frames that were filled in short gaps and repeats."""
    frames_locked: int
    blinks_before: int
    blinks_after: int
    closures_before: int
    closures_after: int
    guarded: int
    """Sections of a channel that were corrected or reverted to keep an event."""


def numbers_of(face: RefinedFace) -> Numbers:
    """Return the numbers of one refined face."""
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
    """Return (58,) root mean square change of each signal, in the network's units."""
    was, now = face.signals, face.refined.signals
    total = np.zeros(len(SCALE))
    for k in range(0, len(was), PIECE):
        away = (now[k : k + PIECE] - was[k : k + PIECE]) * SCALE
        total += np.nan_to_num(np.square(away, dtype=np.float64)).sum(axis=0)
    return np.asarray(np.sqrt(total / len(was)), np.float32)


def _changed_energy(was: Floats, now: Floats) -> float:
    """Return the changed energy in percent; 0 for a face that never moved."""
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
