import itertools

import numpy as np
import pytest

from bridge.shape.mood import Mood
from bridge.wires.faded_mood import FadedMood
from protocols.channels import EXPRESSIONS
from protocols.frame import FaceFrame
from tests.bridge.faces import FRAME_NS, vector

FLICKER = np.array([0.4, 0.6, 0, 0, 0, 0, 0, 0], dtype=np.float32)


def frame(at: int, mood: str) -> FaceFrame:
    return FaceFrame(at, at * FRAME_NS, "face", vector(), FLICKER.copy(), mood=mood)


def test_a_mood_fades_into_the_next_one() -> None:
    faded = FadedMood()
    shown = [faded(frame(at, "anger" if at < 40 else "fear")) for at in range(80)]
    anger, fear = EXPRESSIONS.index("anger"), EXPRESSIONS.index("fear")
    assert shown[39][anger] > 0.99 and shown[79][fear] > 0.99
    assert shown[79][anger] < 0.01
    steps = [np.abs(b - a).max() for a, b in itertools.pairwise(shown)]
    assert max(steps) < 0.15


def test_a_frame_without_a_mood_keeps_its_probabilities() -> None:
    assert np.array_equal(FadedMood()(frame(0, "")), FLICKER)


def test_a_rule_that_ends_what_begins_is_refused() -> None:
    assert Mood(enter=0.5, leave=0.5, hold_s=0.0).rule().enter == 0.5
    with pytest.raises(ValueError, match="choose a lower one"):
        Mood(enter=0.5, leave=0.6)
