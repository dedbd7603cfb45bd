"""The wait follows the slowest source, slowly and within its bound."""

from __future__ import annotations

from bridge.mix.hold_back import KEPT, SPEED, HoldBack, Lateness

MS = 1_000_000


def test_lateness_is_what_is_enough_for_most_frames() -> None:
    late = Lateness()
    assert late.usual_ns == 0
    for i in range(KEPT):
        late.add((i % 10) * MS)
    assert late.usual_ns == 9 * MS
    for _ in range(KEPT):
        late.add(-5 * MS)
    assert late.usual_ns == 0


def test_one_late_face_changes_nothing() -> None:
    late = Lateness()
    for i in range(2 * KEPT):
        late.add(250 * MS if i == KEPT else 10 * MS)
    assert late.usual_ns == 10 * MS


def test_the_wait_moves_by_a_tenth_of_the_time() -> None:
    hold = HoldBack(200 * MS)
    for i in range(1, 11):
        assert hold.follow(50 * MS, 33 * MS) == round(min(i * 33 * SPEED, 50) * MS)
    for _ in range(40):
        hold.follow(50 * MS, 33 * MS)
    assert hold.now_ns == 50 * MS
    assert hold.follow(0, 33 * MS) == round(46.7 * MS)


def test_the_wait_has_a_bound_and_may_be_off() -> None:
    hold = HoldBack(20 * MS)
    for _ in range(100):
        hold.follow(500 * MS, 33 * MS)
    assert hold.now_ns == 20 * MS
    off = HoldBack(0)
    assert off.follow(500 * MS, 10_000 * MS) == 0
    assert off.follow(500 * MS, -1) == 0
