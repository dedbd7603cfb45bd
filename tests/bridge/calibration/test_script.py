import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.calibration.script import (
    LATE_S,
    MOTION,
    MOTION_S,
    STEP_S,
    Move,
    Walk,
    script,
)
from protocols.channels import ARKIT, INDEX

MOVES = (
    Move("first", 1.0, ("jawOpen",)),
    Move("second", 2.0, ("tongueOut",)),
)


def test_every_curve_is_asked_for_but_one() -> None:
    asked = {curve for move in MOTION for curve in move.curves}
    assert set(ARKIT) - asked == {"mouthClose"}
    assert asked < set(ARKIT)


@pytest.mark.parametrize("seconds", [MOTION_S, 60.0])
def test_the_moves_take_the_time_that_is_given(seconds: float) -> None:
    moves = script(seconds)
    total = sum(move.seconds for move in moves if move.part == "move")
    assert total == pytest.approx(seconds)
    # In this order, or nothing would be known of the face at rest.
    parts = [move.part for move in moves]
    assert parts.index("learn") < parts.index("rest") < parts.index("move")
    assert sum(m.seconds for m in moves if m.part in ("learn", "rest")) >= 3.0


def test_time_runs_only_while_it_is_told_to() -> None:
    walk = Walk(MOVES)
    for i in range(6):
        walk.step(0.1 * i, runs=True)
    walk.step(0.6, runs=False)
    walk.step(9.0, runs=True)
    assert walk.elapsed_s == pytest.approx(0.5) and walk.left_s == pytest.approx(0.5)
    walk.step(10.0, runs=True)  # a gap nobody spoke of
    assert walk.elapsed_s == pytest.approx(0.5 + STEP_S)
    assert walk.move.text == "first" and not walk.done


def test_a_move_is_looked_for_a_little_longer() -> None:
    walk = Walk(MOVES)
    jaw, tongue = INDEX["jawOpen"], INDEX["tongueOut"]
    seen = []
    for at_s in (0.5, 1.0 + LATE_S / 2, 1.0 + 2 * LATE_S):
        walk.elapsed_s = at_s
        seen.append((bool(walk.asked()[jaw]), bool(walk.asked()[tongue])))
    assert seen == [(True, False), (True, True), (False, True)]


@given(st.lists(st.tuples(st.floats(0, 100), st.booleans()), max_size=40))
def test_it_never_runs_back_and_always_has_a_move(
    steps: list[tuple[float, bool]],
) -> None:
    walk, before = Walk(MOVES), 0.0
    for at_s, runs in steps:
        walk.step(at_s, runs)
        assert walk.elapsed_s >= before
        assert walk.move in MOVES and 0.0 <= walk.left_s <= 2.0
        assert walk.done == (walk.elapsed_s >= 3.0)
        before = walk.elapsed_s
