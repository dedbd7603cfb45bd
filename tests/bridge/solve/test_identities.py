import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.solve.identities import MEMORY_S, RECENT_S, Identities
from bridge.solve.tracker import Landmarks
from tests.bridge.solve.puppet import FRAME_NS, Face, face, seen


def person(number: int) -> Face:
    """Somebody of their own build."""
    rng = np.random.default_rng(number)
    built: Face = face() * (1.0 + rng.normal(0.0, 0.06, 3))
    return built + rng.normal(0.0, 0.1, (478, 3))


PEOPLE = [person(number) for number in range(8)]


def show(number: int, x: float, y: float = 240.0, scale: float = 6.0) -> Landmarks:
    return seen(PEOPLE[number], scale=scale, at=(x, y))


def names(placed: list[tuple[int, Landmarks]], *order: Landmarks) -> list[int | None]:
    """Return the places of these faces."""
    places = {id(landmarks): slot for slot, landmarks in placed}
    return [places.get(id(landmarks)) for landmarks in order]


def test_the_order_in_which_faces_are_found_does_not_matter() -> None:
    identities = Identities(2)
    for i in range(20):
        left, right = show(0, 150), show(1, 450, scale=5.5)
        found = [left, right] if i % 3 else [right, left]
        assert names(identities.assign(found, i * FRAME_NS), left, right) == [0, 1]


def test_faces_that_cross_keep_their_names() -> None:
    identities = Identities(2)
    for i in range(60):
        one, two = show(0, 100 + 7 * i, 235), show(1, 520 - 7 * i, 250, scale=5.5)
        # The one behind is not found while they overlap.
        found = [two, one] if abs(100 + 7 * i - 520 + 7 * i) > 60 else [one]
        placed = identities.assign(found, i * FRAME_NS)
        assert names(placed, one) == [0], i
        if two in found:
            assert names(placed, two) == [1], i


def test_a_face_that_leaves_and_returns_has_its_name_back() -> None:
    identities = Identities(2)
    one, two = show(0, 150), show(1, 450, scale=5.5)
    for i in range(10):
        identities.assign([one, two], i * FRAME_NS)
    for i in range(10, 70):
        assert names(identities.assign([two], i * FRAME_NS), two) == [1]
    back = show(0, 260)
    assert names(identities.assign([two, back], 70 * FRAME_NS), two, back) == [1, 0]


def test_people_who_swap_seats_while_away_are_known_by_their_build() -> None:
    identities = Identities(2)
    for i in range(10):
        identities.assign([show(0, 150), show(3, 450, scale=5.5)], i * FRAME_NS)
    later = 10 * FRAME_NS + 3_000_000_000
    one, two = show(0, 450), show(3, 150, scale=5.5)
    assert names(identities.assign([one, two], later), one, two) == [0, 1]


def test_a_stranger_does_not_take_the_place_of_somebody_just_hidden() -> None:
    identities = Identities(2)
    for i in range(10):
        identities.assign([show(0, 150), show(1, 450, scale=5.5)], i * FRAME_NS)
    stranger = show(5, 620, 60, scale=2.0)
    soon = identities.assign([show(1, 450, scale=5.5), stranger], 11 * FRAME_NS)
    assert names(soon, stranger) == [None]
    later = 11 * FRAME_NS + int((RECENT_S + 0.1) * 1e9)
    placed = identities.assign([show(1, 450, scale=5.5), stranger], later)
    assert names(placed, stranger) == [0]


def test_an_only_place_takes_whoever_is_there() -> None:
    identities = Identities(1)
    identities.assign([show(0, 150)], 0)
    other = show(5, 560, 100, scale=2.5)
    assert names(identities.assign([other], FRAME_NS), other) == [0]


def test_with_one_place_the_known_face_wins_over_a_larger_one() -> None:
    identities = Identities(1)
    known = show(0, 150)
    identities.assign([known], 0)
    larger = show(1, 450, scale=9.0)
    placed = identities.assign([larger, known], FRAME_NS)
    assert names(placed, known, larger) == [0, None]


def test_the_largest_come_first_when_places_are_few() -> None:
    identities = Identities(2)
    faces = [show(i, 100 + 140 * i, scale=3.0 + i) for i in range(4)]
    placed = identities.assign(faces, 0)
    assert names(placed, *faces) == [None, None, 1, 0]


def test_after_a_long_absence_a_place_is_free_again() -> None:
    identities = Identities(1)
    identities.assign([show(0, 150)], 0)
    other = show(3, 400)
    placed = identities.assign([other], int((MEMORY_S + 1) * 1e9))
    assert names(placed, other) == [0]


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 7), st.floats(0, 640)), max_size=8),
        max_size=8,
    ),
    st.integers(1, 8),
)
def test_no_place_is_given_twice(
    pictures: list[list[tuple[int, float]]], places: int
) -> None:
    identities = Identities(places)
    for i, faces in enumerate(pictures):
        placed = identities.assign([show(n, x) for n, x in faces], i * FRAME_NS)
        slots = [slot for slot, _ in placed]
        assert slots == sorted(set(slots))
        assert all(0 <= slot < places for slot in slots)
        assert len(slots) <= len(faces)


@pytest.mark.parametrize("places", [1, 2, 4])
def test_time_that_stands_still_is_no_trouble(places: int) -> None:
    identities = Identities(places)
    for _ in range(3):
        one = show(0, 150)
        assert names(identities.assign([one], 0), one) == [0]
