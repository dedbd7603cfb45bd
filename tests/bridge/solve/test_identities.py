import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.solve.identities import Identities, Seated
from bridge.solve.people import REMEMBERED
from bridge.solve.track import MEMORY_S, RECENT_S
from bridge.solve.tracker import Landmarks
from protocols.rotation import Quaternion
from tests.bridge.solve.puppet import FRAME_NS, Face, face, seen


def person(number: int) -> Face:
    """Somebody of their own build."""
    rng = np.random.default_rng(number)
    built: Face = face() * (1.0 + rng.normal(0.0, 0.06, 3))
    return built + rng.normal(0.0, 0.1, (478, 3))


PEOPLE = [person(number) for number in range(8)]


def show(number: int, x: float, y: float = 240.0, scale: float = 6.0) -> Landmarks:
    return seen(PEOPLE[number], scale=scale, at=(x, y))


def names(placed: list[Seated], *order: Landmarks) -> list[int | None]:
    """Return the places of these faces."""
    places = {id(seat.landmarks): seat.place for seat in placed}
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
        slots = [seat.place for seat in placed]
        assert slots == sorted(set(slots))
        assert all(0 <= slot < places for slot in slots)
        assert len(slots) <= len(faces)


@pytest.mark.parametrize("places", [1, 2, 4])
def test_time_that_stands_still_is_no_trouble(places: int) -> None:
    identities = Identities(places)
    for _ in range(3):
        one = show(0, 150)
        assert names(identities.assign([one], 0), one) == [0]


SECOND = 1_000_000_000


def sit(
    identities: Identities,
    from_ns: int,
    seconds: float,
    *people: tuple[int, float],
    turn: Quaternion = (0.0, 0.0, 0.0, 1.0),
) -> tuple[int, list[Seated]]:
    """Let people sit at their x, none for an empty picture; return the end and all
    that was assigned."""
    at_ns, seated = from_ns, []
    rng = np.random.default_rng(from_ns % 1000)
    for _ in range(round(seconds * SECOND / FRAME_NS)):
        shown = []
        for number, x in people:
            noisy = PEOPLE[number] + rng.normal(0.0, 0.001, (478, 3))
            shown.append(seen(noisy, turn, scale=6.0 - 0.2 * number, at=(x, 240.0)))
        seated += identities.assign(shown, at_ns)
        at_ns += FRAME_NS
    return at_ns, seated


def persons(seated: list[Seated], place: int = 0) -> list[int | None]:
    """Return who had a place, once each, in order."""
    told: list[int | None] = []
    for seat in seated:
        if seat.place == place and seat.person not in told[-1:]:
            told.append(seat.person)
    return told


def test_the_same_person_is_known_after_half_a_minute() -> None:
    identities = Identities(1)
    now, first = sit(identities, 0, 2.0, (0, 320))
    now, _ = sit(identities, now, 30.0)
    _, back = sit(identities, now, 3.0, (0, 200))
    assert persons(first) == persons(back) == [0]


@pytest.mark.parametrize("gap_s", [0.6, 5.0, 60.0])
def test_somebody_else_is_told_within_a_second(gap_s: float) -> None:
    identities = Identities(1)
    now, _ = sit(identities, 0, 2.0, (0, 320))
    now, _ = sit(identities, now, gap_s)
    now, _ = sit(identities, now, 1.0, (1, 320))
    assert persons(sit(identities, now, 1.0, (1, 320))[1]) == [1]


def test_after_a_cut_somebody_else_is_told_within_a_second() -> None:
    identities = Identities(1)
    now, _ = sit(identities, 0, 2.0, (0, 320))
    now, _ = sit(identities, now, 1.0, (1, 380))
    assert persons(sit(identities, now, 1.0, (1, 380))[1]) == [1]


def test_somebody_else_without_gap_or_leap_is_told_too() -> None:
    identities = Identities(1)
    now, _ = sit(identities, 0, 8.0, (0, 320))
    now, _ = sit(identities, now, 3.0, (1, 320))
    assert persons(sit(identities, now, 1.0, (1, 320))[1]) == [1]


def test_who_is_back_after_somebody_else_has_their_number_again() -> None:
    identities = Identities(1)
    now, told = sit(identities, 0, 2.0, (0, 320))
    for number in (1, 0, 2, 1):
        now, _ = sit(identities, now, 1.0)
        now, _ = sit(identities, now, 1.0, (number, 320))
        now, after = sit(identities, now, 2.0, (number, 320))
        told += after
    assert persons(told) == [0, 1, 0, 2, 1]


def test_who_left_long_ago_is_forgotten_in_the_end() -> None:
    identities = Identities(1)
    now, told = 0, []
    for number in (*range(8), 0, 5):
        now, _ = sit(identities, now, 1.5, (number, 320))
        now, after = sit(identities, now, 1.5, (number, 320))
        told += after
        now, _ = sit(identities, now, 1.0)
    assert persons(told) == [*range(8), 0, 5]
    assert len(identities._people._people) <= REMEMBERED + 1


def test_a_camera_that_stalls_may_show_somebody_else_afterwards() -> None:
    identities = Identities(1)
    now, _ = sit(identities, 0, 2.0, (0, 320))
    now, _ = sit(identities, now + 5 * SECOND, 1.0, (1, 320))
    assert persons(sit(identities, now, 1.0, (1, 320))[1]) == [1]


def test_pictures_that_are_slow_to_come_are_no_gap() -> None:
    identities = Identities(1)
    told = [
        seat.person
        for i in range(40)
        for seat in identities.assign([show(0, 320)], i * SECOND)
    ]
    assert set(told) == {0}


def test_nobody_is_judged_by_a_turned_head() -> None:
    aside = (0.0, 0.3, 0.0, 0.954)
    identities = Identities(1)
    now, before = sit(identities, 0, 1.0, (0, 320), turn=aside)
    assert persons(before) == [None]
    now, _ = sit(identities, now, 2.0, (0, 320))
    now, _ = sit(identities, now, 1.0)
    now, turned = sit(identities, now, 3.0, (1, 320), turn=aside)
    assert persons(turned) == [0]
    now, _ = sit(identities, now, 1.0, (1, 320))
    assert persons(sit(identities, now, 1.0, (1, 320))[1]) == [1]


def test_names_stay_with_people_who_were_mistaken_for_each_other() -> None:
    identities = Identities(2)
    now, _ = sit(identities, 0, 3.0, (0, 150), (1, 450))
    # Both turn away, and change places behind somebody's back.
    now, _ = sit(identities, now, 0.3)
    now, _ = sit(identities, now, 1.5, (0, 450), (1, 150))
    one, two = show(0, 450), show(1, 150, scale=5.8)
    placed = identities.assign([two, one], now)
    assert names(placed, one, two) == [0, 1]
    assert [seat.person for seat in placed] == [0, 1]


def test_people_who_leave_together_and_return_in_another_order_keep_names() -> None:
    identities = Identities(2)
    now, _ = sit(identities, 0, 3.0, (0, 150), (1, 450))
    now, _ = sit(identities, now, 30.0)
    now, _ = sit(identities, now, 1.5, (1, 150))
    now, after = sit(identities, now, 2.0, (1, 150), (0, 450))
    assert persons(after, 0) == [0] and persons(after, 1) == [1]


def test_a_stranger_in_a_free_place_is_somebody_new_and_disturbs_nobody() -> None:
    identities = Identities(2)
    now, _ = sit(identities, 0, 3.0, (0, 150), (1, 450))
    now, _ = sit(identities, now, 2.0, (1, 450))
    now, _ = sit(identities, now, 1.0, (1, 450), (2, 150))
    _, after = sit(identities, now, 1.0, (1, 450), (2, 150))
    assert persons(after, 0) == [2] and persons(after, 1) == [1]


def test_points_that_are_no_face_have_a_place_and_are_nobody() -> None:
    points = np.zeros((478, 3), dtype=np.float32)
    identities = Identities(1)
    for at_ns in range(0, 3 * SECOND, FRAME_NS):
        (seat,) = identities.assign([Landmarks(points, 640, 480)], at_ns)
        assert (seat.place, seat.person) == (0, None)
