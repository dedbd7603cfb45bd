from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy", reason="models need SciPy")

from engines.character.perform import Directions
from models.animation.keyframes import Keying
from models.animation.methods import (
    RAMPS,
    SECONDS,
    generated,
    held_frames,
    keyed_clip,
    keyed_still,
    performed_still,
)
from protocols.channels import INDEX, WEIGHTS_SLICE, bone_slice

from .made import generator, signals

JAW = INDEX["jawOpen"]
TIMES = np.arange(181) / 30.0


def test_keyframes_of_a_still_go_there_hold_and_go_back() -> None:
    take = keyed_still(signals(1, jawOpen=0.8)[0], TIMES, Keying(curve="linear"))
    jaw = take[:, JAW]
    held = (RAMPS[1] < TIMES) & (RAMPS[2] > TIMES)
    assert np.allclose(jaw[held], 0.8)
    assert jaw[0] == jaw[-1] == 0.0
    halfway = np.abs(TIMES - (RAMPS[0] + RAMPS[1]) / 2).argmin()
    assert abs(jaw[halfway] - 0.4) < 0.05


def test_weights_stay_in_their_range_where_a_spline_does_not() -> None:
    take = keyed_still(signals(1, jawOpen=1.0)[0], TIMES, Keying(curve="cardinal"))
    weights = take[:, WEIGHTS_SLICE]
    assert weights.min() >= 0.0 and weights.max() <= 1.0


def test_bones_follow_from_the_weights() -> None:
    rows = signals(3, jawOpen=1.0, eyeLookUpLeft=1.0)
    take = held_frames(rows, TIMES[:3])
    assert (np.abs(take[:, bone_slice("jaw")]).max(axis=1) > 0.1).all()
    assert (np.abs(take[:, bone_slice("leftEye")]).max(axis=1) > 0.1).all()


def test_a_frame_without_a_face_repeats_the_last_one() -> None:
    rows = signals(4, jawOpen=np.array([0.1, 0.2, 0.3, 0.4]))
    rows[[0, 2]] = np.nan
    jaw = held_frames(rows, TIMES[:4])[:, JAW]
    assert np.allclose(jaw, [0.2, 0.2, 0.2, 0.4])


def test_keys_in_a_clip_keep_what_lies_on_them() -> None:
    rows = signals(61, jawOpen=np.linspace(0.0, 0.6, 61))
    take = keyed_clip(rows, TIMES[:61], Keying(0.5))
    assert np.allclose(take[:, JAW], rows[:, JAW], atol=1e-6)


def test_ours_runs_the_generator_and_bridges_frames_without_a_face() -> None:
    rows = signals(61, jawOpen=0.5)
    rows[30:33] = np.nan
    take = generated(rows, TIMES[:61], generator)
    assert take.shape == (61, 85) and np.isfinite(take).all()
    assert np.allclose(take[20:, JAW], 0.5, atol=0.05)


def test_ours_performs_a_still_and_another_seed_is_another_take() -> None:
    face = signals(1, mouthSmileLeft=0.6)[0]
    first, other, again = (
        performed_still(face, Directions(SECONDS, 30.0, seed=s), generator, "natural")
        for s in (0, 1, 0)
    )
    assert first[0][-1] == SECONDS
    assert np.array_equal(first[1], again[1])
    assert not np.array_equal(first[1], other[1])
