"""A gain that a knob sets: the last matching row counts, and no other range changes."""

from __future__ import annotations

import math

import pytest

from bridge.errors import ConfigError
from bridge.shape.gains import gains_of, range_of, with_gain
from bridge.shape.profile import CurveRange, Profile, Ranges
from protocols.channels import INDEX
from tests.bridge.faces import vector

BROWS = Profile(
    name="Anna",
    curves={
        "browInnerUp": CurveRange(gain=2.0),
        "brow*": CurveRange(gain=1.5, dead_zone=0.1),
        "jawOpen": CurveRange(offset=0.1),
    },
)


def test_the_last_matching_row_has_the_range() -> None:
    assert range_of(BROWS, "browInnerUp") == CurveRange(gain=1.5, dead_zone=0.1)
    assert range_of(BROWS, "cheekPuff") == CurveRange()


def test_a_gain_acts_even_where_a_pattern_comes_later() -> None:
    made = with_gain(BROWS, "browInnerUp", 0.5)
    assert range_of(made, "browInnerUp") == CurveRange(gain=0.5, dead_zone=0.1)
    assert range_of(made, "browDownLeft") == CurveRange(gain=1.5, dead_zone=0.1)
    assert made.name == "Anna"
    shown = Ranges(made)(vector(browInnerUp=0.55, browDownLeft=0.55))
    assert shown[INDEX["browInnerUp"]] == pytest.approx(0.25)
    assert shown[INDEX["browDownLeft"]] == pytest.approx(0.75)


def test_only_gains_other_than_one_are_named() -> None:
    assert gains_of(Profile()) == {}
    assert gains_of(BROWS) == {
        "browDownLeft": 1.5,
        "browDownRight": 1.5,
        "browInnerUp": 1.5,
        "browOuterUpLeft": 1.5,
        "browOuterUpRight": 1.5,
    }
    assert gains_of(with_gain(Profile(), "jawOpen", 1.0)) == {}


@pytest.mark.parametrize("gain", [-0.1, 10.1, math.nan, math.inf])
def test_a_gain_out_of_range_is_refused(gain: float) -> None:
    with pytest.raises(ConfigError, match=r"gain: got .*, expected 0 to 10"):
        with_gain(Profile(), "jawOpen", gain)


def test_a_curve_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError, match="'brow\\*' is no curve"):
        with_gain(Profile(), "brow*", 1.0)
