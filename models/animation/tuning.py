"""Chooses how keys are set and joined, on performances that are judged later by nobody.

Of clips, the setting counts whose curves are nearest to the solved ones: how far keys
lie apart is bounded by what a keyframer does, and more keys always come nearer. Of
stills, the curve with the least jerk counts, because all hold the same expression.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from engines.motion.signals import SCALE
from protocols.arrays import Numbers

from .fluency import fluency
from .heads import Head
from .keyframes import TENSIONS, Keying, keyed
from .methods import FPS, SECONDS, Keyed, keyed_still
from .performances import Acted

USUAL_S: Final = 0.5
"""A keyframer's density: two poses a second."""
DENSITIES_S: Final = (0.25, 0.5, 1.0)
"""Up to four poses a second, each of 52 curves."""
LINEAR, SPLINE = "linear keys", "spline keys"

CURVES: Final = {
    LINEAR: (Keying(curve="linear"),),
    SPLINE: (
        *(Keying(curve="cardinal", tension=tension) for tension in TENSIONS),
        Keying(curve="clamped"),
    ),
}
"""By method, what may be chosen."""


@dataclass(frozen=True, slots=True)
class Tuned:
    """What was chosen, and what it was chosen from."""

    clips: tuple[Keyed, ...]
    stills: tuple[Keyed, ...]
    tried: tuple[tuple[str, float], ...] = ()
    """Each setting in words, and its error on clips (thousandths of a large movement)
    or its jerk on stills."""


UNTUNED: Final = Tuned(
    clips=(
        Keyed(LINEAR, Keying(USUAL_S, "at poses", "linear")),
        Keyed(SPLINE, Keying(USUAL_S, "at poses", "clamped")),
    ),
    stills=(
        Keyed(LINEAR, Keying(curve="linear")),
        Keyed(SPLINE, Keying(curve="clamped")),
    ),
)
"""Without performances to choose on."""


def tune(clips: Sequence[Acted], stills: Sequence[Acted], head: Head) -> Tuned:
    """Return the keyframers that are judged.

    Of each kind there is one with the usual density and, if another density is better
    on the clips, one with that.

    Args:
        clips: to choose the keys of clips on; without any, `UNTUNED`'s are kept.
        stills: likewise of stills.
        head: on which jerk is measured.
    """
    tried: list[tuple[str, float]] = []
    chosen: list[Keyed] = []
    for name, options in CURVES.items() if clips else ():
        best: dict[float, tuple[float, Keying]] = {}
        for every_s in DENSITIES_S:
            for option in options:
                for placed in ("evenly", "at poses"):
                    keying = replace(option, every_s=every_s, placed=placed)
                    error = _error(clips, keying)
                    tried.append((f"clips, {keying.told}", error))
                    if every_s not in best or error < best[every_s][0]:
                        best[every_s] = (error, keying)
        densities = {USUAL_S: best[USUAL_S], **_least(best)}
        chosen += [
            Keyed(f"{name}, {1 / every_s:g} a second", keying)
            for every_s, (_, keying) in densities.items()
        ]
    still: list[Keyed] = []
    for name, options in CURVES.items() if stills else ():
        jerks = [_jerk(stills, option, head) for option in options]
        tried += [(f"stills, {o.told}", j) for o, j in zip(options, jerks, strict=True)]
        still.append(Keyed(name, options[int(np.argmin(jerks))]))
    return Tuned(
        tuple(chosen) or UNTUNED.clips, tuple(still) or UNTUNED.stills, tuple(tried)
    )


def _least(
    best: dict[float, tuple[float, Keying]],
) -> dict[float, tuple[float, Keying]]:
    every_s = min(best, key=lambda each: best[each][0])
    return {every_s: best[every_s]}


def _error(clips: Sequence[Acted], keying: Keying) -> float:
    """Return the root mean square error of curves, thousandths."""
    squares: list[Numbers] = []
    for clip in clips:
        made = keyed(clip.signals.astype(np.float64), clip.times, keying)
        away = (made - clip.signals) * SCALE
        squares.append(away[np.isfinite(away).all(axis=1)].reshape(-1) ** 2)
    return 1e3 * math.sqrt(float(np.concatenate(squares).mean()))


def _jerk(stills: Sequence[Acted], keying: Keying, head: Head) -> float:
    times = np.arange(round(SECONDS * FPS) + 1) / FPS
    found = [
        fluency(
            head.places(
                head.postures(keyed_still(each.signals[0], times, keying), times)
            ),
            times,
            head.lids,
        ).jerk
        for each in stills
    ]
    return float(np.nanmean(found)) if np.isfinite(found).any() else math.inf
