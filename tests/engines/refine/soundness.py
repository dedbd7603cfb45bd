"""What no refinement may do, whatever the network and the take."""

import numpy as np

from engines.motion.signals import SCALE, WEIGHTS
from engines.refine.chunks import chunks_of, refine_chunk
from engines.refine.defects import TIGHT, WIDE
from engines.refine.events import blinks, closures
from engines.refine.frames import frames_of
from engines.refine.grid import distance
from engines.refine.refiner import Refined
from protocols.arrays import Floats, Mask

from .networks import FakeRefinerEngine, nothing
from .performance import CLOSE, JAW, LIDS


def assert_sound(
    signals: Floats, out: Refined, seen: Mask, recorded: Floats | None = None
) -> None:
    """Assert that nothing was lost, invented, or moved beyond what is allowed.

    What was recorded says which frames are missing, if it is not the signals.
    """
    recorded = signals if recorded is None else recorded
    assert np.isfinite(out.signals).all()
    weights = out.signals[:, WEIGHTS]
    assert weights.min() >= min(signals[:, WEIGHTS].min(), 0.0)
    assert weights.max() <= max(signals[:, WEIGHTS].max(), 1.0)
    times = np.arange(len(signals)) / 60.0
    frames = frames_of(times, recorded, seen, ~seen & False)
    engine = FakeRefinerEngine(nothing)
    parts = [
        refine_chunk(engine, frames, start, part) for start, part in chunks_of(frames)
    ]
    pop = np.concatenate([mended.pop for mended in parts])
    near = distance(frames.missing) <= 8
    wide = near[:, None] | np.stack([distance(k) <= 8 for k in pop.T], axis=1)
    limit = np.where(wide, WIDE, TIGHT) / SCALE
    held = seen & ~frames.missing
    away = np.abs(out.signals - signals)
    assert (away[held] <= limit[held] + 1e-5).all()
    # What nobody saw has no events: straight lines there.
    unseen = frames.gap[:, None] | pop
    for find, value in ((blinks, lids_of), (closures, lips_of)):
        was, now = (find(value(straight(v, unseen))) for v in (signals, out.signals))
        assert len(was) == len(now)
        for before, after in zip(was, now, strict=True):
            assert before.first <= after.last and before.last >= after.first


def straight(signals: Floats, unseen: Mask) -> Floats:
    out = signals.copy()
    at = np.arange(len(signals))
    for k in (*LIDS, JAW, CLOSE):
        known = ~unseen[:, k]
        if known.any():
            out[:, k] = np.interp(at, at[known], signals[known, k])
    return out


def lids_of(signals: Floats) -> Floats:
    out: Floats = signals[:, LIDS].mean(axis=1)
    return out


def lips_of(signals: Floats) -> Floats:
    return signals[:, JAW] - signals[:, CLOSE]
