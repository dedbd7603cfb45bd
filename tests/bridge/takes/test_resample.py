from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.takes.resample import named_rate, resample
from protocols.channels import INDEX, bone_slice
from protocols.export.turns import quaternions

from .steady import JAW, smooth


def test_30_fps_becomes_60_on_a_straight_line() -> None:
    take = smooth()
    twice = resample(take, Fraction(60))
    assert len(twice.captured_ns) == 61 and twice.fps == pytest.approx(60.0, rel=1e-6)
    np.testing.assert_array_equal(twice.vectors[::2], take.vectors)
    assert twice.vectors[:, JAW] == pytest.approx(np.linspace(0, 1, 61), abs=1e-6)
    turned = twice.vectors[:, INDEX["head.y"]]
    assert turned == pytest.approx(np.linspace(-0.5, 0.5, 61), abs=1e-6)
    assert [time.rate_num for time in twice.timecodes] == [60] * 61
    frames = [time.frame + time.subframe for time in twice.timecodes]
    assert np.diff(frames) == pytest.approx([1.0] * 60, abs=1e-4)
    first = take.timecodes[0]
    assert frames[0] == pytest.approx(2 * (first.frame + first.subframe), abs=1e-3)


def test_a_blend_is_tracked_where_both_its_frames_are() -> None:
    take = smooth(4)
    gap = replace(take, tracked=np.array([True, True, False, True]))
    assert resample(gap, Fraction(60)).tracked.tolist() == [
        *(True, True, True, False, False, False, True),
    ]


def test_a_doubt_is_blended_and_known_where_both_its_frames_have_one() -> None:
    doubts = np.full((4, 52), 0.25, dtype=np.float32)
    doubts[1], doubts[2] = 0.75, np.nan
    blended = resample(replace(smooth(4), doubts=doubts), Fraction(60)).doubts
    assert blended is not None
    nan = np.nan
    expected = [0.25, 0.5, 0.75, nan, nan, nan, 0.25]
    np.testing.assert_allclose(blended[:, 7], expected, atol=1e-4)
    assert resample(smooth(4), Fraction(60)).doubts is None


def test_a_gap_is_crossed_in_a_straight_line() -> None:
    take = smooth(31)
    kept = np.r_[0:10, 20:31]
    gap = replace(
        take,
        **{
            name: getattr(take, name)[kept]
            for name in ("captured_ns", "index", "vectors", "expressions", "confidence")
        },
        tracked=take.tracked[kept],
        timecodes=tuple(take.timecodes[k] for k in kept),
    )
    whole = resample(gap, Fraction(30))
    assert whole.vectors[:, JAW] == pytest.approx(take.vectors[:, JAW], abs=1e-6)


def test_bones_turn_the_short_way() -> None:
    take = smooth(2)
    take.vectors[:, bone_slice("head")] = [[0.0, 3.0, 0.0], [0.0, -3.0, 0.0]]
    middle = resample(take, Fraction(60)).vectors[1, bone_slice("head")]
    told = quaternions([0.0, np.pi, 0.0])
    assert abs(quaternions(middle) @ told) == pytest.approx(1.0, abs=1e-6)


@given(st.lists(st.integers(1, 10**9), max_size=20), st.integers(1, 240))
def test_any_steps_and_rate_stay_within_the_take(steps: list[int], rate: int) -> None:
    times = np.cumsum([0, *steps])
    count = len(times)
    take = replace(
        smooth(count), captured_ns=times, index=np.arange(count, dtype=np.int64)
    )
    out = resample(take, Fraction(rate))
    assert len(out.captured_ns) == round(take.seconds * rate) + 1
    assert out.vectors[:, JAW].min() >= 0.0 and out.vectors[:, JAW].max() <= 1.0
    assert (np.diff(out.vectors[:, JAW]) >= -1e-6).all()


@pytest.mark.parametrize(
    ("rate", "named"), [(30, 30), (29.97, 30), (59.9, 60), (15, 15), (0.2, 1)]
)
def test_a_measured_rate_is_called_by_its_name(rate: float, named: int) -> None:
    take = replace(smooth(3), captured_ns=np.array([0, 1e9 / rate, 2e9 / rate], int))
    assert named_rate(take) == named
    assert named_rate(smooth(1)) == 60
