"""Five exponential means of every signal, from the signal itself to a slow one.

A mixture of them contains hold, exponential smoothing and most of One-Euro, and never
leaves the range of what was seen. The network says how to mix.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from .signals import COUNT, SCALE, Signals

TIMES_S: Final = (0.0, 0.036, 0.077, 0.168, 0.400)
"""Time constants; at 30 frames a second weights of 1, 0.6, 0.35, 0.18 and 0.08."""
MEANS: Final = len(TIMES_S)

STYLES: Final = ("natural", "calm", "snappy", "toon")
"""What the network is told of style; `held` is natural, held by the clock."""

_DIFFERENCES: Final = 3 * COUNT
FEATURES: Final = COUNT + _DIFFERENCES + 9 + 2 + 2 + 1 + len(STYLES)
"""Signals, differences in the bank, 8 probabilities and how sure they are, whether a
face is there and how sure that is, step and age, steadiness, style."""

AGE_S: Final = 0.5
"""A face gone for longer is as gone as can be."""

Bank = npt.NDArray[np.float32]
"""(..., MEANS, 58) in the network's units."""
Feature = npt.NDArray[np.float32]


def advance(
    bank: Bank, values: Signals, step_s: float | npt.NDArray[np.float32]
) -> Bank:
    """Return the bank after another observation.

    Args:
        bank: (..., MEANS, 58) before.
        values: (..., 58) in the network's units (`SCALE`); the last ones again where
            no face is there.
        step_s: above 0, or (...) of them.
    """
    times = np.array(TIMES_S[1:], dtype=np.float32)
    step = np.asarray(step_s, dtype=np.float32)[..., None]
    share = (1.0 - np.exp(-step / times))[..., None].astype(np.float32)
    out = np.empty_like(bank)
    out[..., 0, :] = values
    slow = bank[..., 1:, :]
    out[..., 1:, :] = slow + share * (values[..., None, :] - slow)
    return out


def started(values: Signals) -> Bank:
    """Return the bank of (..., 58) values that have stood for ever."""
    return np.repeat(values[..., None, :], MEANS, axis=-2)


def feature(
    bank: Bank,
    expression: npt.NDArray[np.float32],
    seen: npt.NDArray[np.float32],
    timing: npt.NDArray[np.float32],
    steadiness: npt.NDArray[np.float32],
    style: npt.NDArray[np.float32],
) -> Feature:
    """Return (..., FEATURES): what the network is told of one frame.

    Args:
        bank: (..., MEANS, 58)
        expression: (..., 8) probabilities; zeros where nothing was identified.
        seen: (..., 2) 1 where a face is there, and its confidence 0 to 1.
        timing: (..., 2) step and age of the last face, seconds.
        steadiness: (..., 1) 0 to 1.
        style: (..., 4) weights of `STYLES`, sum 1.
    """
    likely = np.maximum(expression, 1e-6)
    doubt = -(expression * np.log(likely)).sum(axis=-1, keepdims=True) / np.log(8.0)
    first, second, third, fifth = (bank[..., k, :] for k in (0, 1, 2, 4))
    step, age = timing[..., :1], timing[..., 1:]
    return np.concatenate(
        [
            first,
            6.0 * (first - second),
            6.0 * (second - third),
            4.0 * (third - fifth),
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
