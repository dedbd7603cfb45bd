"""Blinks: where a solver sees them, and where they are in two clips of real people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from protocols.arrays import Floats
from protocols.channels import ARKIT

Seconds = npt.NDArray[np.float64]

_LIDS: Final = (ARKIT.index("eyeBlinkLeft"), ARKIT.index("eyeBlinkRight"))


@dataclass(frozen=True, slots=True)
class Blink:
    """Both lids down, and up again."""

    start_s: float
    end_s: float
    peak: float
    """The highest mean of both lids' curves."""


def find_blinks(
    seconds: Seconds, said: Floats, shut: float = 0.5, open_: float = 0.3
) -> list[Blink]:
    """Return where the mean of both lids passes `shut`, until it is below `open_`.

    Both, for one lid alone is a wink; two thresholds, for lids that tremble around one
    would blink ten times. NaN, no face, ends a blink.

    Args:
        seconds: (n,) rising.
        said: (n, 52) in `ARKIT` order.
        shut: 0 to 1.
        open_: 0 to `shut`.
    """
    lids = said[:, _LIDS].mean(axis=1)
    found: list[Blink] = []
    begun: int | None = None
    for i, value in enumerate([*lids.tolist(), float("nan")]):
        if begun is None and value >= shut:
            begun = i
        elif begun is not None and not value >= open_:
            top = float(lids[begun:i].max())
            found.append(Blink(float(seconds[begun]), float(seconds[i - 1]), top))
            begun = None
    return found


def match_blinks(
    found: Sequence[Blink], true: Sequence[tuple[float, float]], slack_s: float = 0.1
) -> tuple[list[int], list[int]]:
    """Return which true blinks were missed, and which found ones were invented.

    A found one counts for that true one which it shares most time with. Several may
    count for the same: eyes that stay shut tremble.

    Args:
        found: by a solver.
        true: start and end of each, seconds.
        slack_s: so far apart they still meet; a curve passes its threshold after the
            lids have begun to fall.
    """
    hit: set[int] = set()
    invented = []
    for i, blink in enumerate(found):
        shared = [
            min(blink.end_s, end) - max(blink.start_s, start) for start, end in true
        ]
        best = int(np.argmax(shared)) if shared else -1
        if best >= 0 and shared[best] >= -slack_s:
            hit.add(best)
        else:
            invented.append(i)
    return [i for i in range(len(true)) if i not in hit], invented
