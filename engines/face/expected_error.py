"""The error to expect of each anchored weight: the doubt of the learned solver.

It grows with the weight itself, with the error that the network expects, with what the
landmarks do not fit near the curve (a hand before the mouth moves the landmarks as no
face does), with the head's turn, and with how little is known of the neutral face:

    log doubt = c0 + c1 log sigma + c2 log misfit here + c3 log misfit anywhere
                   + c4 turn^2 + c5 (1 - share) + c6 log (weight + `SMALL`)

`doubt.npy` beside this file is ours: the (52, 7) numbers, fitted on rendered faces with
and without hands before them. `facewire-models export doubt` writes it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from protocols.arrays import Floats, Numbers
from protocols.channels import ARKIT

TERMS: Final = 7
_SHARED: Final = [0, 3, 4, 5]
"""Terms that are the same for all curves."""
SMALL: Final = 0.02
"""A weight of 0 has an error, too."""
LEAST_MISFIT: Final = 0.05
LEAST, MOST = 0.01, 0.5
"""A doubt is between these."""

REGIONS: Final = ("brow", "eye", "mouth")
MOUTH: Final = REGIONS.index("mouth")
REGION_OF: Final = np.array(
    [
        REGIONS.index("brow" if n.startswith("brow") else "eye")
        if n.startswith(("brow", "eye", "cheekSquint"))
        else REGIONS.index("mouth")
        for n in ARKIT
    ]
)
"""(52,) where each curve shows."""


def region_of(height: Numbers) -> npt.NDArray[np.intp]:
    """Return the index in `REGIONS` of places by height, canonical centimetres."""
    return np.where(height > 1.0, 0, np.where(height > -1.0, 1, 2))


_FIT: Final[npt.NDArray[np.float64]] = np.load(
    Path(__file__).with_name("doubt.npy")
).astype(np.float64)
if _FIT.shape != (len(ARKIT), TERMS):
    raise ValueError(f"doubt.npy holds {_FIT.shape}, expected {(len(ARKIT), TERMS)}")


def terms(
    weights: Floats, sigma: Floats, misfit: Numbers, turn: float, share: float
) -> Numbers:
    """Return (52, 7): what the logarithm of a doubt is a sum of.

    Args:
        weights: (52,) anchored, 0 to 1.
        sigma: (52,) error that the network expects, above 0.
        misfit: (3,) root mean square misfit of the landmarks by `REGIONS`.
        turn: radians that the head is turned away.
        share: 0 to 1, how well the neutral face is known.
    """
    out = np.ones((len(ARKIT), TERMS))
    out[:, 1] = np.log(sigma)
    misfits = np.log(np.maximum(misfit, LEAST_MISFIT))
    out[:, 2] = misfits[REGION_OF]
    out[:, 3] = misfits.mean()
    out[:, 4] = turn * turn
    out[:, 5] = 1.0 - share
    out[:, 6] = np.log(weights + SMALL)
    return out


def expected_error(
    weights: Floats,
    sigma: Floats,
    misfit: Numbers,
    turn: float,
    share: float,
    fit: npt.NDArray[np.float64] = _FIT,
) -> Floats:
    """Return (52,) float32 doubts, `LEAST` to `MOST`; arguments as for `terms`."""
    # The sum over `terms`, in fewer steps: those that all curves share come first.
    seen = np.log(np.maximum(misfit, LEAST_MISFIT))
    shared = np.array([1.0, float(seen.sum()) / len(seen), turn * turn, 1.0 - share])
    logs = fit[:, _SHARED] @ shared
    logs += fit[:, 1] * np.log(sigma)
    logs += fit[:, 2] * seen[REGION_OF]
    logs += fit[:, 6] * np.log(weights + SMALL)
    doubt: Floats = np.minimum(np.maximum(np.exp(logs), LEAST), MOST).astype(np.float32)
    return doubt
