import itertools

import pytest

from engines.character.sources import blink, vowels
from protocols.channels import ARKIT, INDEX


def weights(**named: float) -> list[float]:
    out = [0.0] * len(ARKIT)
    for name, value in named.items():
        out[INDEX[name]] = value
    return out


def test_a_blink_of_both_eyes_is_the_larger_one() -> None:
    assert blink(weights(eyeBlinkLeft=0.2, eyeBlinkRight=0.9)) == 0.9


@pytest.mark.parametrize(
    ("face", "heard"),
    [
        ({"jawOpen": 0.6}, "aa"),
        ({"mouthStretchLeft": 0.6, "mouthStretchRight": 0.6, "jawOpen": 0.1}, "ih"),
        ({"mouthPucker": 0.8, "jawOpen": 0.05}, "ou"),
        ({"mouthStretchLeft": 0.9, "mouthStretchRight": 0.9, "jawOpen": 0.3}, "ee"),
        ({"mouthFunnel": 0.9, "jawOpen": 0.6}, "oh"),
    ],
)
def test_each_vowel_is_heard_most_in_its_own_mouth(
    face: dict[str, float], heard: str
) -> None:
    made = dict(
        zip(("aa", "ih", "ou", "ee", "oh"), vowels(weights(**face)), strict=True)
    )
    assert max(made, key=lambda name: made[name]) == heard
    assert made[heard] > 0.4


def test_a_mouth_at_rest_says_nothing() -> None:
    assert vowels(weights(jawOpen=0.03, mouthPucker=0.04)) == (0.0, 0.0, 0.0, 0.0, 0.0)


def test_vowels_never_sum_above_one() -> None:
    every = vowels([1.0] * len(ARKIT))
    assert sum(every) <= 1.0 + 1e-9
    assert min(every) >= 0.0


def test_vowels_move_without_jumps_while_the_jaw_opens() -> None:
    broad = {"mouthStretchLeft": 1.0, "mouthStretchRight": 1.0, "mouthPucker": 0.4}
    path = [vowels(weights(jawOpen=j / 500, **broad)) for j in range(501)]
    steps = [
        abs(b - a)
        for one, two in itertools.pairwise(path)
        for a, b in zip(one, two, strict=True)
    ]
    assert max(steps) < 0.03
