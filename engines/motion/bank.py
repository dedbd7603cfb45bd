"""Seven means of every signal, from the signal itself to one over many seconds.

A mixture of the quick ones contains hold, exponential smoothing and most of One-Euro,
and never leaves the range of what was seen. The slow ones say what a face comes back
to, which is the better guess the longer nobody sees it. The network says how to mix.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from .signals import SCALE, Signals

TIMES_S: Final = (0.0, 0.036, 0.077, 0.168, 0.400)
"""Time constants of the quick means; at 30 frames a second weights of 1, 0.6, 0.35,
0.18 and 0.08. They go on with what was last seen where no face is."""
SLOW_S: Final = (2.0, 8.0)
"""Of the slow ones, which are means of seen frames alone. As long as less than that was
seen, they are plain averages of it."""
QUICK: Final = len(TIMES_S)
MEANS: Final = QUICK + len(SLOW_S)

STYLES: Final = ("natural", "calm", "snappy", "toon")
"""What the network is told of style; `held` is natural, held by the clock."""

MOMENT: Final = 9 + 2 + 2 + 1 + len(STYLES)
"""Numbers in a `moment`: 8 probabilities and how sure they are, whether a face is there
and how sure that is, step and age, steadiness, style."""

AGE_S: Final = 0.5
"""A face gone for longer is as gone as can be."""

Bank = npt.NDArray[np.float32]
"""(..., MEANS, 58) in the network's units."""
Moment = npt.NDArray[np.float32]
Times = float | npt.NDArray[np.float32]

_ROWS_S: Final = np.array(TIMES_S[1:] + SLOW_S, dtype=np.float32)


def advance(
    bank: Bank, values: Signals, step_s: Times, seen: Times = 1.0, lasted_s: Times = 1e9
) -> Bank:
    """Return the bank after another observation.

    Args:
        bank: (..., MEANS, 58) before.
        values: (..., 58) in the network's units (`SCALE`); the last ones again where
            no face is there.
        step_s: above 0, or (...) of them.
        seen: 1 where a face is there, 0 where none is.
        lasted_s: how long faces were seen so far, this step included.
    """
    step = np.asarray(step_s, dtype=np.float32)[..., None]
    share = 1.0 - np.exp(-step / _ROWS_S)
    lasted = np.maximum(np.asarray(lasted_s, dtype=np.float32)[..., None], step)
    slow = np.maximum(share[..., QUICK - 1 :], step / lasted)
    share[..., QUICK - 1 :] = slow * np.asarray(seen, dtype=np.float32)[..., None]
    out = np.empty_like(bank)
    out[..., 0, :] = values
    before = bank[..., 1:, :]
    out[..., 1:, :] = before + share[..., None] * (values[..., None, :] - before)
    return out


def started(values: Signals) -> Bank:
    """Return the bank of (..., 58) values that have stood for ever."""
    return np.repeat(values[..., None, :], MEANS, axis=-2)


def restarted(bank: Bank, values: Signals) -> Bank:
    """Return the bank of a face that is back: the slow means are what they were."""
    out = bank.copy()
    out[..., :QUICK, :] = values[..., None, :]
    return out


def moment(
    expression: npt.NDArray[np.float32],
    seen: npt.NDArray[np.float32],
    timing: npt.NDArray[np.float32],
    steadiness: npt.NDArray[np.float32],
    style: npt.NDArray[np.float32],
) -> Moment:
    """Return (..., MOMENT): what the network is told of one frame beside the bank.

    Args:
        expression: (..., 8) probabilities; zeros where nothing was identified.
        seen: (..., 2) 1 where a face is there, and its confidence 0 to 1.
        timing: (..., 2) step and age of the last face, seconds.
        steadiness: (..., 1) 0 to 1.
        style: (..., 4) weights of `STYLES`, sum 1.
    """
    likely = np.maximum(expression, 1e-6)
    doubt = -(expression * np.log(likely)).sum(axis=-1, keepdims=True) / np.log(8.0)
    step, age = timing[..., :1], timing[..., 1:]
    return np.concatenate(
        [
            expression,
            doubt,
            seen,
            30.0 * np.minimum(step, 0.2) - 1.0,
            np.minimum(age, AGE_S) / AGE_S,
            steadiness,
            style,
        ],
        axis=-1,
        dtype=np.float32,
    )


def to_units(signals: Signals) -> Signals:
    """Return (..., 58) signals in the network's units."""
    out: Signals = signals * SCALE
    return out


def from_units(values: Signals) -> Signals:
    """Return (..., 58) signals of values in the network's units."""
    out: Signals = values / SCALE
    return out
