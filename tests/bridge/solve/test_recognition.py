import numpy as np
import pytest

from bridge.solve.recognition import (
    CHANGED,
    KNOWN,
    OTHER,
    RECENT,
    SAME,
    WELL_KNOWN,
    Person,
    Recognition,
)
from engines.face.likeness import SIZE, Likeness, apart

STEP_NS = 100_000_000


def looks(far: float, noise: float = 0.0, seed: int = 0) -> Likeness:
    """Return a likeness that is so far from zero, give or take."""
    rng = np.random.default_rng(seed)
    return np.asarray(far + noise * rng.standard_normal(SIZE), dtype=np.float32)


def well_known() -> Person:
    return Person(0, looks(0.0), count=100)


def answers(
    recognition: Recognition, person: Person, far: float, count: int
) -> list[bool]:
    return [
        recognition.take(looks(far), (k + 1) * STEP_NS, person) for k in range(count)
    ]


def test_it_counts_ten_times_a_second() -> None:
    recognition, person = Recognition(), well_known()
    assert recognition.due(5)
    recognition.take(looks(0.0), 5, person)
    assert not recognition.due(5) and not recognition.due(STEP_NS - 5_000_000)
    assert recognition.due(5 + STEP_NS)
    # A clip that starts again.
    assert recognition.due(0)


@pytest.mark.parametrize(("far", "after"), [(3.0, 4), (2.0, 8), (1.6, 15), (1.3, 25)])
def test_after_a_gap_somebody_else_is_told_the_sooner_the_more_they_differ(
    far: float, after: int
) -> None:
    recognition, person = Recognition(), well_known()
    recognition.ask(person, gap=True)
    told = answers(recognition, person, far, after)
    assert told == [True] * (after - 1) + [False]
    assert apart(recognition.middle(), looks(far)) < 1e-5


def test_after_a_gap_the_same_person_is_believed_and_no_longer_asked_for() -> None:
    recognition, person = Recognition(), well_known()
    recognition.ask(person, gap=True)
    assert all(answers(recognition, person, 0.8, SAME[0][0] - 1))
    assert recognition.asking
    assert recognition.take(looks(0.8), 9 * STEP_NS, person)
    assert not recognition.asking


def test_every_question_is_answered() -> None:
    for far in np.linspace(0.0, 4.0, 81).tolist():
        recognition, person = Recognition(), well_known()
        recognition.ask(person, gap=True)
        told = answers(recognition, person, far, OTHER[-1][0])
        assert not all(told) or not recognition.asking, far


def test_a_leap_alone_takes_more_to_tell_than_a_gap() -> None:
    recognition, person = Recognition(), well_known()
    recognition.ask(person, gap=False)
    assert all(answers(recognition, person, 1.4, 26)) and not recognition.asking
    recognition, person = Recognition(), well_known()
    recognition.ask(person, gap=True)
    # A gap counts, whatever leaps about in it.
    recognition.ask(person, gap=False)
    assert not all(answers(recognition, person, 1.4, 26))


def test_without_a_gap_only_a_lasting_great_difference_tells() -> None:
    recognition, person = Recognition(), well_known()
    assert all(answers(recognition, person, 0.0, RECENT))
    assert all(answers(recognition, person, 0.9 * CHANGED, 5 * RECENT))
    recognition, person = Recognition(), well_known()
    assert all(answers(recognition, person, 0.0, RECENT))
    # A hand before the face for a second.
    assert all(answers(recognition, person, 3.0, RECENT // 2))
    assert all(answers(recognition, person, 0.0, RECENT))
    assert False in answers(recognition, person, 3.0, RECENT)


def test_who_was_hardly_seen_is_not_easily_replaced() -> None:
    recognition, known = Recognition(), Person(0, looks(0.0), KNOWN)
    assert all(answers(recognition, known, 2.4, WELL_KNOWN - KNOWN))
    glimpsed = Person(0, looks(0.0), KNOWN - 1)
    recognition.ask(glimpsed, gap=True)
    assert all(answers(recognition, glimpsed, 1.8, 8))
    recognition, glimpsed = Recognition(), Person(0, looks(0.0), KNOWN - 1)
    recognition.ask(glimpsed, gap=True)
    assert False in answers(recognition, glimpsed, 3.0, 8)


def test_a_person_is_the_mean_of_what_was_seen_and_slowly_changes() -> None:
    recognition, person = Recognition(), Person(0, looks(0.0))
    rng = np.random.default_rng(1)
    for k in range(200):
        noisy = looks(0.5, noise=0.8, seed=int(rng.integers(1 << 30)))
        assert recognition.take(noisy, k * STEP_NS, person)
    assert apart(person.mean, looks(0.5)) < 0.15


def test_what_is_seen_while_asking_is_not_yet_the_persons() -> None:
    recognition, person = Recognition(), well_known()
    answers(recognition, person, 0.0, 5)
    recognition.ask(person, gap=True)
    assert person.count == 105
    answers(recognition, person, 1.3, 6)
    recognition.ask(person, gap=True)
    assert recognition.count == 0 and person.count == 105
