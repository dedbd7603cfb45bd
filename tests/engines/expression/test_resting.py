import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engines.expression.resting import (
    FEWEST,
    MARGIN,
    MOST,
    RestingExpression,
    at_rest,
    middle,
    without_rest,
)
from protocols.channels import ARKIT, EXPRESSIONS, Vector
from protocols.frame import NO_EXPRESSION

STEP_S = 1 / 30
SAD = EXPRESSIONS.index("sadness")


def likely(**chances: float) -> Vector:
    """The named probabilities; the others share the rest."""
    out = np.full(len(EXPRESSIONS), np.nan, dtype=np.float32)
    for name, chance in chances.items():
        out[EXPRESSIONS.index(name)] = chance
    left = np.isnan(out)
    out[left] = (1.0 - sum(chances.values())) / left.sum()
    return out


GLOOMY = likely(neutral=0.3, sadness=0.6)
OPEN = likely(neutral=0.9, sadness=0.04)


def play(
    resting: RestingExpression,
    read: Vector,
    seconds: float,
    from_s: float = 0.0,
    *,
    calm: bool = True,
    gathering: bool = False,
) -> Vector:
    """Show one expression for a time and return the last answer."""
    out = read
    for at in range(round(seconds / STEP_S)):
        at_s = from_s + at * STEP_S
        out = resting(read, at_s, calm=calm, gathering=gathering)
    return out


def test_a_calibrated_face_that_reads_as_sad_is_neutral_at_rest() -> None:
    resting = RestingExpression()
    assert play(resting, GLOOMY, 3.0, gathering=True).argmax() == SAD
    rest = play(resting, GLOOMY, 0.1, 3.0)
    assert resting.known is not None
    assert rest[0] / rest[SAD] == pytest.approx(np.exp(MARGIN), rel=1e-3)
    assert rest.sum() == pytest.approx(1.0, abs=1e-6)


def test_it_can_still_be_sad_and_everything_else() -> None:
    resting = RestingExpression()
    resting.know(GLOOMY)
    for name in EXPRESSIONS[1:]:
        sure = likely(**{name: 0.95})
        assert play(resting, sure, 0.1, calm=False).argmax() == EXPRESSIONS.index(name)


def test_the_estimate_grows_with_the_time_at_rest() -> None:
    resting, shown = RestingExpression(), []
    for at in range(20):
        shown.append(float(play(resting, GLOOMY, 0.2, 0.2 * at)[SAD]))
    assert shown == sorted(shown, reverse=True)
    assert shown[-1] < 0.4 < shown[0]


def test_a_face_that_acts_teaches_nothing() -> None:
    resting = RestingExpression()
    assert play(resting, GLOOMY, 20.0, calm=False) is GLOOMY


def test_what_is_frozen_or_known_learns_nothing() -> None:
    resting = RestingExpression()
    resting.learns = False
    assert play(resting, GLOOMY, 5.0) is GLOOMY
    resting.learns = True
    resting.know(OPEN)
    assert play(resting, GLOOMY, 5.0) is GLOOMY


def test_nobody_identified_stays_nobody() -> None:
    resting = RestingExpression()
    resting.know(GLOOMY)
    assert resting(NO_EXPRESSION, 0.0, calm=True) is NO_EXPRESSION


def test_a_calibration_of_too_few_frames_says_nothing() -> None:
    assert middle([GLOOMY] * (FEWEST - 1)) is None
    resting = RestingExpression()
    for at in range(FEWEST - 1):
        resting(GLOOMY, at * STEP_S, calm=True, gathering=True)
    assert resting(GLOOMY, 1.0, calm=False) is GLOOMY


def test_a_blink_or_a_smile_is_no_rest() -> None:
    weights = np.zeros(len(ARKIT), dtype=np.float32)
    assert at_rest(weights)
    for name in ("eyeBlinkLeft", "mouthSmileLeft", "browInnerUp"):
        moved = weights.copy()
        moved[ARKIT.index(name)] = 0.6
        assert not at_rest(moved), name
    looking = weights.copy()
    looking[ARKIT.index("eyeLookUpLeft")] = 1.0
    assert at_rest(looking)


def chances() -> st.SearchStrategy[Vector]:
    positive = st.floats(0.0009765625, 1.0, width=32)
    return arrays(np.float32, len(EXPRESSIONS), elements=positive).map(
        lambda row: (row / row.sum()).astype(np.float32)
    )


@given(chances(), chances(), st.floats(0.0, 1.0))
def test_the_change_is_bounded_and_only_toward_neutral(
    read: Vector, rest: Vector, trust: float
) -> None:
    got = without_rest(read, rest, trust)
    assert got.sum() == pytest.approx(1.0, abs=1e-5)
    odds, before = got / got[0], read / read[0]
    assert (odds <= before * 1.001).all()
    assert (odds >= before * np.exp(-MOST) * 0.999).all()


@given(chances())
def test_a_rest_that_reads_as_neutral_changes_nothing(read: Vector) -> None:
    assert without_rest(read, OPEN) is read
