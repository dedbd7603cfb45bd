"""Battery and heat of this machine, in a phone's terms."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bridge.remote.machine import battery_level, hottest, state_of, thermal_state


@dataclass
class Sensor:
    current: float
    high: float | None = None
    critical: float | None = None


@pytest.mark.parametrize(
    ("sensor", "state"),
    [
        (Sensor(99.0), 0),
        (Sensor(40.0, 80.0, 100.0), 0),
        (Sensor(75.0, 80.0, 100.0), 1),
        (Sensor(85.0, 80.0, 100.0), 2),
        (Sensor(100.0, 80.0, 100.0), 3),
        (Sensor(100.0, None, 100.0), 3),
    ],
)
def test_a_sensor_is_judged_by_its_own_limits(sensor: Sensor, state: int) -> None:
    assert state_of(sensor) == state


def test_the_hottest_sensor_counts() -> None:
    assert hottest([Sensor(40.0, 80.0), Sensor(85.0, 80.0)]) == 2
    assert hottest([]) == 0


def test_this_machine_has_an_answer() -> None:
    assert 0.0 <= battery_level() <= 1.0
    assert thermal_state() in (0, 1, 2, 3)
