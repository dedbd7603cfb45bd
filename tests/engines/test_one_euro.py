import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.one_euro import (
    DEFAULTS,
    DERIVATIVE_CUTOFF_HZ,
    GROUPS,
    OneEuro,
    Tuning,
    group_of,
)
from protocols.channels import CHANNELS, INDEX
from tests.bridge.faces import vector


def scalar_one_euro(
    values: list[float], times: list[float], tuning: Tuning
) -> list[float]:
    """The paper's algorithm, one number at a time, to compare with."""

    def alpha(cutoff: float, step: float) -> float:
        return 1.0 / (1.0 + 1.0 / (2.0 * math.pi * cutoff * step))

    out, speed = [values[0]], 0.0
    for i in range(1, len(values)):
        step = times[i] - times[i - 1]
        raw = (values[i] - out[-1]) / step
        speed += alpha(DERIVATIVE_CUTOFF_HZ, step) * (raw - speed)
        a = alpha(tuning.min_cutoff_hz + tuning.beta * abs(speed), step)
        out.append(out[-1] + a * (values[i] - out[-1]))
    return out


@pytest.mark.parametrize("name", ["jawOpen", "eyeBlinkLeft", "head.y"])
def test_the_vector_filter_is_the_papers_filter(name: str) -> None:
    random = np.random.default_rng(7)
    times = np.cumsum(random.uniform(0.01, 0.05, 80)).tolist()
    values = (
        0.5 + 0.4 * np.sin(np.arange(80) / 5) + random.normal(0, 0.02, 80)
    ).astype(np.float32)
    smooth = OneEuro()
    got = [
        float(smooth(vector(**{name.replace(".", "__"): float(v)}), t)[INDEX[name]])
        for v, t in zip(values, times, strict=True)
    ]
    want = scalar_one_euro(values.tolist(), times, DEFAULTS[group_of(name)])
    assert got == pytest.approx(want, abs=1e-4)


def test_every_channel_has_a_group_and_every_group_a_channel() -> None:
    assert {group_of(name) for name in CHANNELS} == set(GROUPS) == set(DEFAULTS)
    assert group_of("eyeBlinkLeft") == "lids"
    assert group_of("eyeLookInLeft") == group_of("leftEye.x") == "gaze"
    assert group_of("jaw.x") == "mouth"
    assert group_of("spine.y") == "body"


def test_noise_at_rest_shrinks_and_a_blink_keeps_its_height() -> None:
    random = np.random.default_rng(1)
    smooth, at = OneEuro(), INDEX["eyeBlinkLeft"]
    still = [
        float(smooth(vector(eyeBlinkLeft=0.1 + n), i / 30)[at])
        for i, n in enumerate(random.normal(0, 0.02, 300))
    ]
    assert np.std(np.diff(still)) < 0.5 * 0.02 * math.sqrt(2)
    closing = [0.1, 0.4, 0.9, 1.0, 1.0, 0.7, 0.4, 0.2, 0.1]
    peak = max(
        float(smooth(vector(eyeBlinkLeft=v), 10 + i / 30)[at])
        for i, v in enumerate(closing)
    )
    assert peak > 0.9


def test_a_long_gap_and_a_reset_start_anew() -> None:
    smooth, at = OneEuro(), INDEX["jawOpen"]
    smooth(vector(jawOpen=0.0), 0.0)
    assert smooth(vector(jawOpen=1.0), 0.03)[at] < 1.0
    assert smooth(vector(jawOpen=0.3), 5.0)[at] == np.float32(0.3)
    smooth.reset()
    assert smooth(vector(jawOpen=0.8), 5.01)[at] == np.float32(0.8)


def test_time_that_stands_still_or_runs_back_repeats_the_output() -> None:
    smooth = OneEuro()
    smooth(vector(jawOpen=0.2), 1.0)
    last = smooth(vector(jawOpen=0.4), 1.03)
    assert smooth(vector(jawOpen=1.0), 1.03) is last
    assert smooth(vector(jawOpen=1.0), 0.5) is last


@given(
    st.lists(st.floats(0, 1, width=32), min_size=2, max_size=40),
    st.floats(1 / 240, 0.1),
)
def test_the_output_stays_within_what_came_in(values: list[float], step: float) -> None:
    smooth, at = OneEuro(), INDEX["mouthPucker"]
    for i, value in enumerate(values):
        out = float(smooth(vector(mouthPucker=value), i * step)[at])
        assert min(values) - 1e-5 <= out <= max(values) + 1e-5
