"""The filter bank: seven means of every signal, from the signal itself to one over
seconds.

A mixture of the fast means can act as a hold, as exponential smoothing and as most of a
One-Euro filter, and never leaves the range of observed values. The slow means show the
pose that a face returns to, which is the better guess the longer no face is seen. The
network decides how to mix them.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from .signals import SCALE, Signals

TIMES_S: Final = (0.0, 0.036, 0.077, 0.168, 0.400)
"""Time constants of the fast means. At 30 frames per second they give weights of 1,
0.6, 0.35, 0.18 and 0.08. While no face is seen they continue with the last seen
values."""
SLOW_S: Final = (2.0, 8.0)
"""Time constants of the slow means, which only use frames with a face. Until faces have
been seen for that long, they are plain averages."""
QUICK: Final = len(TIMES_S)
MEANS: Final = QUICK + len(SLOW_S)

STYLES: Final = ("natural", "calm", "snappy", "toon")
"""Styles as the network knows them; `held` is natural, held for each pose."""

MOMENT: Final = 9 + 2 + 2 + 1 + len(STYLES)
"""Size of a `moment`: 8 probabilities and their certainty, whether a face is seen and
its confidence, step and age, steadiness, style."""

AGE_S: Final = 0.5
"""The age input stops growing after this time without a face."""

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
        values: (..., 58) in the network's units (`SCALE`); the last seen values again
            if there is no face.
        step_s: above 0, or (...) of them.
        seen: 1 if a face is seen, else 0.
        lasted_s: total time with faces so far, this step included.
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
    """Return the bank for (..., 58) values that have always been constant."""
    return np.repeat(values[..., None, :], MEANS, axis=-2)


def restarted(bank: Bank, values: Signals) -> Bank:
    """Return the bank for a face that returns: fast means start again, slow ones
    stay."""
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
    """Return (..., MOMENT): the network's input for one frame, beside the bank.

    Args:
        expression: (..., 8) probabilities; zeros if no expression was identified.
        seen: (..., 2) 1 if a face is seen, and its confidence 0 to 1.
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
