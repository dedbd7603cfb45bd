"""What was measured of the generator and the filters beside it, and the ratios of both.

A method is known by its name and the level of jitter it is tuned to.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from protocols.arrays import Floats, Mask

from .metrics import Measured
from .tune_filters import KINDS, ONE_EURO

RAW: Final = "raw"
SHIPPED: Final = "One-Euro, as shipped"
NETWORK: Final = "network"

Key = tuple[str, str]
"""A method's name and the level of jitter it is tuned to, "" where it has none."""


@dataclass(frozen=True, slots=True)
class Point:
    """A method at a jitter: a dot in the picture."""

    jitter: float
    lag_ms: float
    rmse: float


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """One sequence, for the picture; n frames, real units, lead 0."""

    times_s: npt.NDArray[np.float64]
    seen: Mask
    truth: Floats
    """(n, 58)"""

    estimates: dict[str, Floats]
    """(n, 58) by method, at the middle level."""


@dataclass(slots=True)
class Judged:
    """All that was measured on one source."""

    name: str
    sequences: int
    seconds: float
    levels: dict[str, float] = field(default_factory=dict)
    """Jitter of every level, thousandths, as measured on validation data."""

    rows: dict[Key, Measured] = field(default_factory=dict)
    """By method and level, `""` for a method that has none; lead 0."""

    ahead: dict[Key, Measured] = field(default_factory=dict)
    """The same at `LEAD_S`; level "any" is least error whatever the jitter."""

    between: dict[Key, float] = field(default_factory=dict)
    """Error at twice the camera's rate, thousandths."""

    steadiness: dict[str, float] = field(default_factory=dict)
    """Of the network, by level."""

    unmatched: list[str] = field(default_factory=list)
    """Levels whose jitter the network exceeds at any steadiness."""

    tunings: dict[str, dict[str, tuple[float, ...]]] = field(default_factory=dict)
    fronts: dict[str, list[Point]] = field(default_factory=dict)
    example: Example | None = None

    def ratios(self) -> dict[str, dict[str, float]]:
        """Return the network against the filters: by number, then by level."""
        found: dict[str, dict[str, float]] = {}
        for level in self.levels:
            if (NETWORK, level) not in self.rows:
                continue
            ours, theirs = self.rows[NETWORK, level], self.rows[ONE_EURO.name, level]
            ours_ahead, hold = self.ahead[NETWORK, level], self.rows[RAW, ""]
            numbers = {
                "lag_ratio": ours.lag_ms["all"] / theirs.lag_ms["all"],
                "rmse_ratio": ours.rmse / theirs.rmse,
                "rmse_sound_ratio": ours.rmse_sound / theirs.rmse_sound,
                "rmse_moving_ratio": ours.rmse_moving / theirs.rmse_moving,
                "rmse_ratio_lead50": ours_ahead.rmse / self._best_ahead("any"),
                "rmse_ratio_lead50_equal": ours_ahead.rmse / self._best_ahead(level),
                "blink_peak": ours.blink_peak,
                "dropout_ratio": ours.rmse_gone / hold.rmse_gone,
                "dropout_ratio_half_second": ours.rmse_bridged / hold.rmse_bridged,
            }
            for name, value in numbers.items():
                found.setdefault(name, {})[level] = value
        return found

    def worst(self) -> dict[str, float]:
        """Return the worst level of every ratio."""
        # The one of which more is better. NaN must not hide: it is the worst there is.
        return {
            name: float(np.min(values) if name == "blink_peak" else np.max(values))
            for name, by_level in self.ratios().items()
            for values in [list(by_level.values())]
        }

    def headline(self) -> dict[str, float]:
        """Return the worst level of every ratio, by name and source."""
        found = {f"{k}_{self.name}": v for k, v in self.worst().items()}
        if found:
            found[f"unmatched_{self.name}"] = len(self.unmatched)
        return {k: round(v, 4) for k, v in found.items() if math.isfinite(v)}

    def _best_ahead(self, level: str) -> float:
        return min(self.ahead[kind.name, level].rmse for kind in KINDS)


@dataclass(slots=True)
class MotionReport:
    """Everything, by source."""

    judged: dict[str, Judged] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def headline(self) -> dict[str, float]:
        """Return the numbers that others quote, by name."""
        found: dict[str, float] = {}
        for each in self.judged.values():
            found |= each.headline()
        return found
