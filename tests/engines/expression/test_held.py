import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.expression.fade import Fade
from engines.expression.held import NOBODY, Held, HeldExpression, Rule
from protocols.channels import EXPRESSIONS, Vector
from protocols.frame import NO_EXPRESSION

STEP_NS = 33_333_333
RULE = Rule()


def likely(name: str, chance: float) -> Vector:
    """One expression with this probability; neutral has the rest."""
    out = np.zeros(len(EXPRESSIONS), dtype=np.float32)
    out[0] = 1.0 - chance
    out[EXPRESSIONS.index(name)] += np.float32(chance)
    return out


def play(held: HeldExpression, shown: list[Vector], from_ns: int = 0) -> list[str]:
    return [held(row, from_ns + at * STEP_NS) for at, row in enumerate(shown)]


def test_a_sure_expression_begins_and_ends_after_the_hold() -> None:
    shown = [likely("anger", 0.9)] * 30 + [likely("anger", 0.1)] * 30
    names = play(HeldExpression(), shown)
    # 150 ms are five steps of 33.3 ms.
    assert names == ["neutral"] * 5 + ["anger"] * 30 + ["neutral"] * 25


def test_between_the_thresholds_nothing_changes() -> None:
    held = HeldExpression()
    assert set(play(held, [likely("fear", 0.5)] * 30)) == {"neutral"}
    names = play(held, [likely("fear", 0.7)] * 30, 10**9)
    assert names[-1] == "fear"
    assert set(play(held, [likely("fear", 0.5)] * 90, 2 * 10**9)) == {"fear"}


def test_one_expression_passes_into_the_next_without_neutral_between() -> None:
    shown = [likely("surprise", 0.9)] * 30 + [likely("happiness", 0.9)] * 30
    names = play(HeldExpression(), shown)
    changes = [name for at, name in enumerate(names) if names[at - 1 : at] != [name]]
    assert changes == ["neutral", "surprise", "happiness"]


def test_nobody_holds_nothing_and_somebody_else_starts_at_neutral() -> None:
    held = HeldExpression()
    assert play(held, [likely("anger", 0.9)] * 9)[-1] == "anger"
    assert held(NO_EXPRESSION, 10**9) == NOBODY
    assert held(likely("anger", 0.9), 2 * 10**9) == "neutral"
    held.reset()
    assert held(likely("anger", 0.9), 3 * 10**9) == "neutral"


def test_time_that_runs_back_starts_the_wait_again() -> None:
    held = HeldExpression()
    play(held, [likely("anger", 0.9)] * 4, 10**9)
    assert held(likely("anger", 0.9), 0) == "neutral"
    assert held(likely("anger", 0.9), round(0.16e9)) == "anger"


CHANCES = st.lists(
    st.lists(st.floats(0.0, 1.0, width=32), min_size=7, max_size=7),
    min_size=2,
    max_size=120,
)
STEPS = st.lists(st.integers(0, 400_000_000), min_size=120, max_size=120)


@given(CHANCES, STEPS)
def test_whatever_the_input_does_changes_are_far_apart(
    rows: list[list[float]], steps: list[int]
) -> None:
    held, ns, before, last_ns = Held(RULE), 0, -1, None
    for row, step in zip(rows, steps, strict=False):
        ns += step
        now = held(row, ns)
        if now != before:
            if last_ns is not None:
                assert ns - last_ns >= RULE.stay_s * 1e9
            before, last_ns = now, ns


@given(STEPS)
def test_a_face_that_flickers_faster_than_the_hold_holds_one_expression(
    steps: list[int],
) -> None:
    held, ns, names = HeldExpression(), 0, []
    for at, step in enumerate(steps):
        # Two equal answers in a row never last as long as the hold.
        ns += step % 70_000_000
        names.append(held(likely("sadness", 0.95 if at % 2 else 0.05), ns))
    assert set(names) == {"neutral"}


@given(CHANCES)
def test_the_held_one_was_likely_when_it_began(rows: list[list[float]]) -> None:
    held, before = Held(RULE), -1
    for at, row in enumerate(rows):
        now = held(row, at * STEP_NS)
        if now != before and now >= 0:
            assert row[now] >= RULE.enter
        before = now


@given(st.lists(st.integers(-1, 7), min_size=2, max_size=60))
def test_a_fade_never_jumps_and_its_sum_stays_within_one(places: list[int]) -> None:
    fade, before = Fade(8), np.zeros(8)
    for at, which in enumerate(places):
        now = np.array(fade(which, at * STEP_NS))
        assert now.min() >= 0.0
        assert now.sum() <= 1.0 + 1e-9
        assert np.abs(now - before).max() < 0.15
        before = now


@pytest.mark.parametrize("which", [0, 7])
def test_a_held_expression_fades_in(which: int) -> None:
    fade = Fade(8)
    shown = [fade(which, at * STEP_NS)[which] for at in range(45)]
    assert shown[0] == 0.0
    assert shown == sorted(shown)
    assert shown[-1] > 0.99
