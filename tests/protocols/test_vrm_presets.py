import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.character.sources import blink, vowels
from protocols.channels import ARKIT, EXPRESSIONS, INDEX
from protocols.gltf.humanoid import OLD_PRESETS
from protocols.vrm_presets import (
    CURVES,
    EYES,
    LOOKS,
    MOODS,
    MOUTHS,
    NAMES,
    PRESETS,
    curves_of,
    expression_of,
)

NONE: frozenset[str] = frozenset()
GROUPS = (MOUTHS, EYES, LOOKS, MOODS)


def weights(curves: dict[str, float]) -> list[float]:
    return [curves.get(name, 0.0) for name in ARKIT]


def test_every_curve_of_a_preset_exists() -> None:
    assert {c for g in GROUPS for row in g.values() for c in row} <= INDEX.keys()


def test_both_versions_of_vrm_are_known_in_any_case() -> None:
    for small, (old, new) in OLD_PRESETS.items():
        if new != "neutral":
            assert NAMES[small] == NAMES[old.lower()] == NAMES[new.lower()] == new
    assert NAMES["surprised"] == "surprised" and "neutral" not in NAMES


def test_curves_are_known_in_every_spelling() -> None:
    for spelt in ("EyeBlinkLeft", "eyeBlinkLeft", "eyeBlink_L", "EYEBLINKLEFT"):
        assert CURVES[spelt.lower()] == "eyeBlinkLeft"
    assert CURVES["jawleft"] == "jawLeft" and len(set(CURVES.values())) == 52
    assert not CURVES.keys() & NAMES.keys()


@pytest.mark.parametrize("index", range(5))
def test_a_vowel_is_recognised_again(index: int) -> None:
    said = tuple(MOUTHS)[index]
    found = vowels(weights(curves_of({said: 1.0}, NONE)))
    assert np.argmax(found) == index and found[index] > 0.45
    half = vowels(weights(curves_of({said: 0.5}, NONE)))
    assert half[index] < found[index]


def test_a_blink_of_both_eyes_and_of_each() -> None:
    assert blink(weights(curves_of({"blink": 0.75}, NONE))) == 0.75
    wink = curves_of({"blinkLeft": 1.0, "blinkRight": 0.0}, NONE)
    assert wink["eyeBlinkLeft"] == 1.0 and wink["eyeBlinkRight"] == 0.0


def test_a_gaze_to_the_left_turns_the_left_eye_outward() -> None:
    looks = curves_of({"lookLeft": 1.0}, NONE)
    assert looks == {"eyeLookOutLeft": 1.0, "eyeLookInRight": 1.0}


def test_presets_give_way_to_the_curves_that_do_their_work() -> None:
    presets = {"aa": 1.0, "blink": 1.0, "happy": 1.0, "lookUp": 1.0}
    assert set(curves_of(presets, frozenset({"jawOpen"}))) == {
        *EYES["blink"],
        *LOOKS["lookUp"],
        *MOODS["happy"],
    }
    assert not curves_of(presets, frozenset(ARKIT))


def test_moods_are_probabilities() -> None:
    assert expression_of({"aa": 1.0}) is None
    calm = expression_of({"happy": 0.0})
    assert calm is not None and calm[EXPRESSIONS.index("neutral")] == 1.0
    glad = expression_of({"happy": 0.75, "relaxed": 1.0, "sad": 0.25})
    assert glad is not None and glad[EXPRESSIONS.index("happiness")] == 0.75
    assert glad.sum() == pytest.approx(1.0)


@given(st.dictionaries(st.sampled_from(PRESETS), st.floats(-1e30, 1e30)))
def test_any_values_make_sound_numbers(presets: dict[str, float]) -> None:
    assert all(0.0 <= v <= 1.0 for v in curves_of(presets, NONE).values())
    expression = expression_of(presets)
    if expression is not None:
        assert expression.min() >= 0.0
        assert float(expression.sum()) == pytest.approx(1.0, abs=1e-5)
