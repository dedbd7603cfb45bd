from __future__ import annotations

import numpy as np
import pytest

from engines.character.perform import Directions, Script, amplified, perform
from protocols.arrays import Floats
from protocols.channels import (
    CHANNELS,
    EXPRESSIONS,
    INDEX,
    WEIGHTS_SLICE,
    Vector,
    bone_slice,
)

SMILE, SHUT = INDEX["mouthSmileLeft"], INDEX["eyeBlinkLeft"]


def face(**curves: float) -> Vector:
    out = np.zeros(len(CHANNELS), dtype=np.float32)
    for name, value in curves.items():
        out[INDEX[name]] = value
    out[bone_slice("head")] = (0.0, 0.2, 0.0)
    out[bone_slice("neck")] = (0.0, 0.1, 0.0)
    return out


def joy() -> Vector:
    out = np.zeros(len(EXPRESSIONS), dtype=np.float32)
    out[EXPRESSIONS.index("happiness")] = 1.0
    return out


def smile(**options: float) -> Script:
    directions = Directions(**options)  # type: ignore[arg-type]
    return perform(face(mouthSmileLeft=0.6, eyeWideLeft=0.5), joy(), directions)


def curve(script: Script, at: int) -> Floats:
    return script.vectors[:, at]


def test_the_face_begins_at_rest_and_comes_to_the_expression() -> None:
    script = smile()
    before = script.times < 0.4
    assert not curve(script, SMILE)[before].any()
    held = curve(script, SMILE)[script.times > 2.5]
    assert held.min() > 0.5 and held.max() < 0.75
    assert held.mean() == pytest.approx(0.6, abs=0.04)
    assert script.vectors.shape == (181, len(CHANNELS))


def test_the_onset_is_smooth() -> None:
    steps = np.diff(curve(smile(), SMILE)) * 30.0
    assert steps.max() < 3.5
    assert np.abs(np.diff(steps)).max() < 1.0


def test_a_held_expression_is_never_frozen() -> None:
    held = curve(smile(seconds=20.0), SMILE)[100:]
    windows = held[: len(held) // 30 * 30].reshape(-1, 30)
    assert (np.ptp(windows, axis=1) > 0.002).all()


@pytest.mark.parametrize("seed", range(8))
def test_it_blinks_and_a_blink_takes_the_wide_eye(seed: int) -> None:
    script = smile(seconds=12.0, seed=seed)
    shut = curve(script, SHUT)
    closes = np.flatnonzero((shut[1:] > 0.5) & (shut[:-1] <= 0.5))
    assert 2 <= len(closes) <= 8
    assert curve(script, INDEX["eyeWideLeft"])[shut > 0.9].max() < 0.06


def test_closed_eyes_stay_closed() -> None:
    script = perform(face(eyeBlinkLeft=0.95), joy())
    assert curve(script, SHUT)[90:].min() > 0.94


def test_both_eyes_glance_the_same_way() -> None:
    script = smile(seconds=20.0)
    weights = script.vectors
    left = weights[:, INDEX["eyeLookOutLeft"]] - weights[:, INDEX["eyeLookInLeft"]]
    right = weights[:, INDEX["eyeLookInRight"]] - weights[:, INDEX["eyeLookOutRight"]]
    np.testing.assert_allclose(left, right, atol=1e-6)
    assert 0.03 < np.abs(left).max() < 0.4


def test_the_gaze_of_the_expression_is_kept() -> None:
    script = perform(face(eyeLookUpLeft=0.6, eyeLookUpRight=0.6), joy())
    up = curve(script, INDEX["eyeLookUpLeft"])[90:]
    assert up.mean() == pytest.approx(0.6, abs=0.05)


def test_the_head_turns_where_the_expression_looks() -> None:
    script = smile(seconds=20.0)
    turn = script.vectors[:, bone_slice("head")]
    assert np.abs(turn[0]).max() < 0.06
    assert turn[120:, 1].mean() == pytest.approx(0.3, abs=0.04)
    assert np.abs(np.diff(turn, axis=0)).max() * 30.0 < 1.5
    assert not script.vectors[:, bone_slice("neck")].any()


def test_the_probabilities_come_with_the_face() -> None:
    script = smile()
    assert script.expressions[0].tolist() == [1, 0, 0, 0, 0, 0, 0, 0]
    np.testing.assert_allclose(script.expressions.sum(axis=1), 1.0, atol=1e-6)
    assert script.expressions[-1, EXPRESSIONS.index("happiness")] > 0.8
    unknown = np.zeros(len(EXPRESSIONS), dtype=np.float32)
    assert not perform(face(), unknown).expressions.any()


def test_the_same_seed_gives_the_same_take_and_another_seed_another() -> None:
    one, again, other = smile(seed=3), smile(seed=3), smile(seed=4)
    assert one.vectors.tobytes() == again.vectors.tobytes()
    apart = np.abs(one.vectors - other.vectors)
    assert apart[:, SMILE].max() > 0.02 and apart[:, SHUT].max() > 0.5


def test_intensity_changes_the_expression_and_not_the_lids() -> None:
    weights = face(mouthSmileLeft=0.6, eyeBlinkLeft=0.4)[WEIGHTS_SLICE]
    more = amplified(weights, 1.5)
    assert more[SMILE] == pytest.approx(0.9) and more[SHUT] == pytest.approx(0.4)
    assert amplified(weights, 3.0)[SMILE] == 1.0
    assert weights[SMILE] == pytest.approx(0.6)
    held = curve(smile(intensity=0.5), SMILE)[90:]
    assert held.mean() == pytest.approx(0.3, abs=0.03)


@pytest.mark.parametrize("seconds", [0.0, 0.1, 1.0])
def test_short_takes_are_possible(seconds: float) -> None:
    script = smile(seconds=seconds)
    assert len(script.times) >= 2 and np.isfinite(script.vectors).all()


def test_weights_stay_within_0_and_1() -> None:
    every = np.ones(len(CHANNELS), dtype=np.float32)
    script = perform(every, joy(), Directions(intensity=2.0))
    weights = script.vectors[:, WEIGHTS_SLICE]
    assert weights.min() >= 0.0 and weights.max() <= 1.0
