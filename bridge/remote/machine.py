"""What this machine says of its battery and its heat, in the terms of a phone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Protocol

import psutil

NOMINAL: Final = 0
FAIR: Final = 1
SERIOUS: Final = 2
CRITICAL: Final = 3

NEAR_C: Final = 10.0
"""Degrees below a sensor's limit at which a machine counts as warm."""


class Reading(Protocol):
    """One sensor's temperatures in degrees Celsius. See psutil's `shwtemp`."""

    current: float
    high: float | None
    critical: float | None


def battery_level() -> float:
    """Return 0 to 1; a machine without a battery never runs empty, so it is 1."""
    found = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
    return 1.0 if found is None else max(0.0, min(found.percent / 100.0, 1.0))


def thermal_state() -> int:
    """Return 0 to 3, of the hottest sensor; 0 if this system shows none."""
    if not hasattr(psutil, "sensors_temperatures"):
        return NOMINAL
    found = psutil.sensors_temperatures()
    return hottest(one for rows in found.values() for one in rows)


def hottest(readings: Iterable[Reading]) -> int:
    """Return the highest state of some sensors; 0 without any."""
    return max(map(state_of, readings), default=NOMINAL)


def state_of(reading: Reading) -> int:
    """Return the state of one sensor, by its own limits."""
    if reading.critical and reading.current >= reading.critical:
        return CRITICAL
    if not reading.high:
        return NOMINAL
    if reading.current >= reading.high:
        return SERIOUS
    return FAIR if reading.current >= reading.high - NEAR_C else NOMINAL
