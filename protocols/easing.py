"""Curves from 0 to 1 that start and end level, for numbers and for arrays."""

from __future__ import annotations

from typing import Any, overload

import numpy as np

from protocols.arrays import Floats, Numbers


@overload
def smoothstep(x: float) -> float: ...
@overload
def smoothstep(x: Floats) -> Floats: ...
@overload
def smoothstep(x: Numbers) -> Numbers: ...
def smoothstep(x: Any) -> Any:
    """Return 3x^2 - 2x^3: 0 to 1 for x from 0 to 1; x is clamped to that range."""
    x = _clamped(x)
    return x * x * (3.0 - 2.0 * x)


@overload
def least_jerk(x: float) -> float: ...
@overload
def least_jerk(x: Floats) -> Floats: ...
@overload
def least_jerk(x: Numbers) -> Numbers: ...
def least_jerk(x: Any) -> Any:
    """Return 10x^3 - 15x^4 + 6x^5, as limbs move: 0 to 1 for x from 0 to 1, clamped."""
    x = _clamped(x)
    return x * x * x * (10.0 + x * (6.0 * x - 15.0))


def _clamped(x: Any) -> Any:
    if isinstance(x, int | float):
        # A plain number takes a tenth of the time that numpy needs for it.
        return min(max(x, 0.0), 1.0)
    return np.minimum(np.maximum(x, 0.0), 1.0)
