"""Known faults of solvers on real clips, counted: each is one that an audience sees.

MediaPipe's curves serve as a hint where it is good (puckers, vertical gaze) and the
landmarks where they are (lids, corners, brows).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from models.solver.metrics import correlation
from protocols.arrays import Floats, Numbers
from protocols.channels import ARKIT

from .agreement import mean_of
from .loop import Performance
from .measures import COLUMN
from .solvers import MEDIAPIPE

PUCKERED: Final = 0.5
"""MediaPipe's mouthPucker from which lips are puckered."""
GLANCES: Final = 0.03
"""Standard deviation of MediaPipe's vertical gaze from which a clip has any."""
NARROW: Final = 0.75
"""Lids open by less than this part of the clip's median are narrowed."""
LEVEL: Final = 0.15
"""MediaPipe's eyeLookUp up to which the eyes do not look up."""
ROLLED: Final = 0.25
"""A solver's eyeLookUp above which its eyes roll up."""


def mean_curve(said: Floats, name: str) -> Numbers:
    """Return (n,) the mean of a curve's left and right side in (n, 52) weights."""
    sides = [ARKIT.index(name + side) for side in ("Left", "Right")]
    mean: Numbers = said[:, sides].astype(np.float64).mean(axis=1)
    return mean


@dataclass(frozen=True, slots=True)
class Faults:
    """One solver over all clips; NaN where nothing was to be counted."""

    puckers: int
    """Pictures in which MediaPipe sees a pucker."""
    frowned: float
    """Share of them in which the solver's frown is above its pucker."""
    vertical_r: float
    """r of the vertical gaze with MediaPipe's, mean over the clips that have any."""
    narrowed: int
    """Pictures with narrowed lids and, to MediaPipe, eyes that do not look up."""
    rolled: float
    """Share of them in which the solver looks up by more than `ROLLED`."""


def count_faults(performances: Sequence[Performance], solver: str) -> Faults | None:
    """Count over all pictures in which both solvers found a face.

    Returns:
        None where MediaPipe was not among the solvers.
    """
    puckered, narrowed, vertical = [_NONE], [_NONE], []
    for each in performances:
        theirs = each.watched.said.get(MEDIAPIPE)
        if theirs is None:
            return None
        said = each.watched.said[solver]
        both = np.isfinite(said).all(axis=1) & np.isfinite(theirs).all(axis=1)
        ours, hint, actor = said[both], theirs[both], each.actor[both]
        pucker = ours[:, ARKIT.index("mouthPucker")]
        at = hint[:, ARKIT.index("mouthPucker")] > PUCKERED
        puckered.append((mean_curve(ours, "mouthFrown") > pucker)[at])
        lids = actor[:, [COLUMN["eye open R"], COLUMN["eye open L"]]].mean(axis=1)
        if len(lids):
            low = lids < NARROW * np.nanmedian(lids)
            low &= mean_curve(hint, "eyeLookUp") < LEVEL
            narrowed.append((mean_curve(ours, "eyeLookUp") > ROLLED)[low])
        up, hinted = _column(_vertical(ours)), _column(_vertical(hint))
        vertical.append(float(correlation(up, hinted, GLANCES)[0]))
    frowns, rolls = np.concatenate(puckered), np.concatenate(narrowed)
    return Faults(
        puckers=len(frowns),
        frowned=_share(frowns),
        vertical_r=mean_of(np.array(vertical)),
        narrowed=len(rolls),
        rolled=_share(rolls),
    )


PAIRS: Final = (
    ("wink", "eyeBlink", -1.0),
    ("smirk", "mouthSmile", 1.0),
    ("brow outer", "browOuterUp", 1.0),
)
"""What of the landmarks a curve's left less right should follow, and its sign."""


def side_agreement(
    performances: Sequence[Performance], solver: str
) -> dict[str, float]:
    """Return the r of left less right between landmarks and curves.

    By name of `PAIRS`, mean over the clips in which the actor's two sides clearly
    differ; NaN where there is none.
    """
    found: dict[str, list[float]] = {name: [] for name, _, _ in PAIRS}
    for each in performances:
        said = each.watched.said[solver]
        seen = np.isfinite(said).all(axis=1) & np.isfinite(each.actor).all(axis=1)
        for name, curve, sign in PAIRS:
            left, right = (
                said[seen, ARKIT.index(curve + side)] for side in ("Left", "Right")
            )
            truth = sign * _uneven(each.actor[seen], name)
            r = correlation(_column(left - right), _column(truth), UNEVEN)
            found[name].append(float(r[0]))
    return {name: mean_of(np.array(values)) for name, values in found.items()}


UNEVEN: Final = 0.011
"""Eye distances: standard deviation of left less right from which sides differ, as
`measures.MEASURES` has it for the smirk and the wink."""


def _uneven(actor: Numbers, name: str) -> Numbers:
    if name in COLUMN:
        return actor[:, COLUMN[name]]
    uneven: Numbers = actor[:, COLUMN[f"{name} L"]] - actor[:, COLUMN[f"{name} R"]]
    return uneven


def _vertical(said: Floats) -> Numbers:
    return mean_curve(said, "eyeLookUp") - mean_curve(said, "eyeLookDown")


def _column(values: Numbers | Floats) -> Floats:
    return np.asarray(values, dtype=np.float32)[:, None]


_NONE: Final[npt.NDArray[np.bool_]] = np.zeros(0, dtype=bool)


def _share(flags: npt.NDArray[np.bool_]) -> float:
    return float(flags.mean()) if len(flags) else float("nan")
