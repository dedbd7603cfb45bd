import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.face.tongue import FAINT, STAYS_S, Tongue

UNIT = st.floats(0.0, 1.0)


def shown(weight: float) -> float:
    return max(0.0, weight - FAINT) / (1.0 - FAINT)


def test_a_tongue_that_shows_while_somebody_talks_is_not_put_out() -> None:
    tongue = Tongue()
    sent = [tongue(1.0 if 10 <= i < 14 else 0.0, i / 30) for i in range(30)]
    assert not any(sent)


def test_a_tongue_that_stays_out_is_shown_and_goes_in_at_once() -> None:
    tongue = Tongue()
    sent = [tongue(1.0 if 10 <= i < 40 else 0.0, i / 30) for i in range(50)]
    first = sent.index(1.0)
    # The picture before the first one may be a whole step older.
    assert abs((first - 10) / 30 - STAYS_S) <= 1 / 30
    assert all(each == 1.0 for each in sent[first:40])
    assert not any(sent[:first]) and not any(sent[40:])


@given(st.lists(st.tuples(st.floats(0.001, 0.2), UNIT), min_size=1, max_size=60))
def test_it_is_the_least_of_the_last_quarter_second(
    steps: list[tuple[float, float]],
) -> None:
    tongue, at_s, past = Tongue(), 0.0, []
    for step_s, weight in steps:
        at_s += step_s
        past.append((at_s, weight))
        least = min(each for when, each in past if when >= at_s - STAYS_S)
        assert tongue(weight, at_s) == pytest.approx(shown(least))


@pytest.mark.parametrize("later_s", [-1.0, 0.0, 60.0])
def test_what_was_seen_before_a_gap_does_not_count(later_s: float) -> None:
    tongue = Tongue()
    tongue(0.0, 5.0)
    assert tongue(1.0, 5.0 + later_s) == 1.0


def test_another_face_starts_anew() -> None:
    tongue = Tongue()
    tongue(0.0, 5.0)
    tongue.reset()
    assert tongue(0.8, 5.01) == pytest.approx(shown(0.8))
