"""Blinks of whole clips: which a solver misses, and which it invents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from models.data.blinks import Blink, find_blinks, match_blinks
from models.solver.footage import CLIPS
from protocols.arrays import Floats
from protocols.channels import ARKIT

from .loop import Performance
from .measures import COLUMN

CLOSED: Final = 0.2
"""Of an eye's usual opening, what FaceMesh leaves of it behind closed lids."""

_LIDS: Final = (
    ("eyeBlinkLeft", "eye open L"),
    ("eyeBlinkRight", "eye open R"),
)


@dataclass(frozen=True, slots=True)
class Blinks:
    """One solver over all clips."""

    true: int
    missed: int
    invented: int


def count_blinks(performances: Sequence[Performance], solver: str) -> Blinks:
    """Count blinks over all clips.

    Where a clip's blinks were looked up frame by frame (`footage.CLIPS`), those are the
    truth. In all others it is the landmarks' opening of both eyes.
    """
    true = missed = invented = 0
    for each in performances:
        seconds = each.watched.seconds
        found = find_blinks(seconds, each.watched.said[solver])
        known = CLIPS.get(each.path.name)
        if known is None:
            whole = _spans(find_blinks(seconds, seen_lids(each)))
            half = _spans(find_blinks(seconds, seen_lids(each), shut=0.35, open_=0.25))
        else:
            whole, half = (
                [
                    (
                        float(seconds[min(lids.first, len(seconds) - 1)]),
                        float(seconds[min(lids.last, len(seconds) - 1)]),
                    )
                    for lids in known.lids
                    if lids.whole is kind
                ]
                for kind in (True, False)
            )
        absent, beside = match_blinks(found, whole)
        # Lids that turn back half way count for nothing: found or not, both are right.
        spare = match_blinks([found[i] for i in beside], half)[1]
        true += len(whole)
        missed += len(absent)
        invented += len(spare)
    return Blinks(true, missed, invented)


def seen_lids(performance: Performance) -> Floats:
    """Return (n, 52) with only the two eyeBlink curves, as the landmarks show them.

    0 at an eye's median opening in the clip, 1 at `CLOSED` of it.
    """
    lids = np.zeros((len(performance.actor), len(ARKIT)), dtype=np.float32)
    for curve, name in _LIDS:
        opening = performance.actor[:, COLUMN[name]]
        seen = opening[np.isfinite(opening)]
        usual = float(np.median(seen)) if len(seen) else 1.0
        shut = (1.0 - opening / max(usual, 1e-3)) / (1.0 - CLOSED)
        lids[:, ARKIT.index(curve)] = np.clip(shut, 0.0, 1.0)
    return lids


def _spans(blinks: Sequence[Blink]) -> list[tuple[float, float]]:
    return [(blink.start_s, blink.end_s) for blink in blinks]
