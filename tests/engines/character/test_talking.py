"""Characters that have only vowels talk about as wide as one that has all curves."""

from __future__ import annotations

import numpy as np
import pytest

from engines.character.sources import vowels
from protocols.arrays import Numbers
from protocols.channels import WEIGHTS_SLICE, Vector
from tests.bridge.faces import vector

from .test_retarget_ten import measured, moved

ALL_CURVES = "human_arkit_visemes.glb"


def talk() -> list[Vector]:
    """A mouth that opens and closes, in a face that is never quite at rest."""
    return [
        vector(
            jawOpen=0.2 + 0.18 * np.sin(0.7 * at),
            mouthClose=0.05 + 0.04 * np.sin(0.7 * at + 3.0),
            mouthFunnel=0.12 + 0.08 * np.sin(0.31 * at),
            mouthPucker=0.1,
            mouthStretchLeft=0.22,
            mouthStretchRight=0.22,
        )
        for at in range(60)
    ]


def opening(name: str) -> Numbers:
    """(60,) how far the lips part, in distances of the eyes."""
    skin, face = measured(name)
    assert face.lips is not None
    parted = [face.lips.opened(moved(name, skin, frame)) for frame in talk()]
    found: Numbers = np.array(parted) / face.eyes
    return found


@pytest.mark.parametrize("name", ["human_vroid_vrm0.vrm", "human_mmd.glb"])
def test_vowels_talk_about_as_wide_as_curves(name: str) -> None:
    ours, theirs = opening(name), opening(ALL_CURVES)
    assert np.corrcoef(ours, theirs)[0, 1] > 0.95
    assert 0.7 < float(ours @ theirs / (theirs @ theirs)) < 1.1


def test_a_face_that_is_a_little_rounded_and_broad_still_opens_its_mouth() -> None:
    alone = vowels(vector(jawOpen=0.3)[WEIGHTS_SLICE].tolist())
    loose = vector(jawOpen=0.3, mouthFunnel=0.2, mouthPucker=0.2, mouthStretchLeft=0.4)
    assert vowels(loose[WEIGHTS_SLICE].tolist())[0] > 0.9 * alone[0] > 0.5
