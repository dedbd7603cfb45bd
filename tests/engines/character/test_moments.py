from __future__ import annotations

import numpy as np

from engines.character.moments import moments, strongest
from protocols.arrays import Floats
from protocols.channels import CHANNELS, INDEX


def onset() -> Floats:
    """Return 100 frames: a smile that comes from frame 20 to 30, and a blink at 60."""
    out = np.zeros((100, len(CHANNELS)), dtype=np.float32)
    ramp = np.clip((np.arange(100) - 20) / 10.0, 0.0, 1.0)
    out[:, INDEX["mouthSmileLeft"]] = 0.8 * ramp
    out[60:64, INDEX["eyeBlinkLeft"]] = 1.0
    out[62, INDEX["mouthSmileLeft"]] = 0.9
    return out


def test_more_moments_are_chosen_where_more_changes() -> None:
    found = moments(onset(), 8).tolist()
    assert found[0] == 0 and found[-1] == 99 and found == sorted(found)
    assert sum(20 <= at <= 30 for at in found) >= 2


def test_a_still_take_and_a_single_frame_have_moments() -> None:
    still = np.zeros((10, len(CHANNELS)), dtype=np.float32)
    assert moments(still, 4).tolist() == [0, 3, 6, 9]
    assert moments(still[:1], 3).tolist() == [0, 0, 0]


def test_the_strongest_frame_is_not_in_a_blink() -> None:
    at = strongest(onset())
    assert at >= 30 and not 60 <= at < 64
