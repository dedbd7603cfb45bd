from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("scipy", reason="models need SciPy")

from engines.motion.signals import COUNT, WEIGHTS
from models.data.motion.performance import RATE, perform
from models.data.motion.poses import pose
from models.data.motion.varied import PACES, SHORTEST_S, recombined, varied
from protocols.channels import INDEX


def test_poses_are_held_and_leave_the_gaze_alone() -> None:
    held = looked = 0.0
    for seed in range(4):
        posed = pose(8.0, np.random.default_rng(seed))
        base = perform(8.0, np.random.default_rng(seed))
        weights = posed.signals[:, WEIGHTS]
        assert posed.signals.shape == (8 * RATE, COUNT)
        assert weights.min() >= 0.0 and weights.max() <= 1.0
        look = INDEX["eyeLookUpLeft"]
        np.testing.assert_array_equal(weights[:, look], base.signals[:, look])
        speed = np.abs(np.diff(weights, axis=0)) * RATE
        # High, and hardly moving.
        held += float(((weights[1:] > 0.3) & (speed < 0.2)).mean())
        shown = (base.signals[1:, WEIGHTS] > 0.3) & (
            np.abs(np.diff(base.signals[:, WEIGHTS], axis=0)) * RATE < 0.2
        )
        looked += float(shown.mean())
    assert held > 1.2 * looked


def test_the_same_seed_poses_alike() -> None:
    one, other = (pose(2.0, np.random.default_rng(3)).signals for _ in range(2))
    np.testing.assert_array_equal(one, other)


def test_a_take_is_met_at_another_pace_and_in_its_range() -> None:
    take = perform(20.0, np.random.default_rng(1))
    lengths = set()
    for seed in range(6):
        part = varied(take, 12.0, np.random.default_rng(seed))
        lengths.add(len(part.signals))
        weights = part.signals[:, WEIGHTS]
        assert weights.min() >= 0.0 and weights.max() <= 1.0
        assert len(part.signals) == len(part.expression)
        assert part.blinks == () and part.closures == ()
    assert max(lengths) <= 12 * RATE
    short = perform(SHORTEST_S * PACES[0] + 0.5, np.random.default_rng(2))
    part = varied(short, 12.0, np.random.default_rng(0))
    assert len(part.signals) >= SHORTEST_S * RATE - 1


def test_faces_are_put_together_from_two_takes() -> None:
    low, high = (
        replace(
            perform(seconds, np.random.default_rng(4)),
            signals=np.full((round(seconds * RATE), COUNT), level, np.float32),
        )
        for seconds, level in ((12.0, 0.1), (9.0, 0.5))
    )
    brow, mouth = INDEX["browInnerUp"], INDEX["mouthSmileLeft"]
    apart = 0
    for seed in range(20):
        face = recombined([low, high], 6.0, np.random.default_rng(seed))
        assert len(face.signals) == len(face.expression) <= 6 * RATE
        weights = face.signals[:, WEIGHTS]
        # Every region is of one take throughout.
        for region in (mouth, brow, INDEX["eyeBlinkLeft"]):
            assert np.ptp(weights[:, region]) == 0.0
        apart += abs(float(weights[0, brow] - weights[0, mouth])) > 0.2
    assert 2 <= apart <= 18
