import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engines.motion.bank import QUICK, STYLES
from engines.motion.generator import UNSEEN_STEADINESS, MotionGenerator
from engines.motion.limits import HIGH, LOW, SLEW
from engines.motion.movement import following
from engines.motion.signals import COUNT, PLACE, Signals
from engines.runtime.engine import Tensors

from .faces import engine, generator, signals, value, with_lips
from .graph import TRIGGER, mean_of, not_a_number, runaway

ENGINE = engine(mean_of(trend=4.0))
"""Stateless, and one thread here: the tests below may share it."""

any_signals = hnp.arrays(
    np.float32, COUNT, elements=st.floats(width=32) | st.floats(-4, 4, width=32)
)
steps = st.floats(-0.5, 2.0) | st.sampled_from([0.0, math.nan, math.inf, -1e9, 1e9])
leads = st.floats(-0.1, 0.5) | st.just(math.nan)
frames = st.lists(
    st.tuples(st.none() | any_signals, steps, leads), min_size=1, max_size=12
)


def play(
    generator: MotionGenerator, played: list[tuple[Signals | None, float, float]]
) -> list[Signals]:
    at_s, shown = 0.0, []
    for seen, step_s, lead_s in played:
        at_s += step_s
        if seen is None:
            generator.miss(at_s)
        else:
            generator.observe(seen, at_s)
        shown.append(generator.at(at_s, lead_s))
        if not math.isfinite(at_s):
            at_s = 0.0
    return shown


@settings(max_examples=150, deadline=None)
@given(frames)
def test_whatever_comes_in_stays_within_bounds(
    played: list[tuple[Signals | None, float, float]],
) -> None:
    for out in play(MotionGenerator(ENGINE), played):
        assert out.dtype == np.float32 and np.isfinite(out).all()
        assert (out >= LOW).all() and (out <= HIGH).all()


@settings(max_examples=60, deadline=None)
@given(frames)
def test_the_same_frames_give_the_same_bytes(
    played: list[tuple[Signals | None, float, float]],
) -> None:
    first, again = (play(MotionGenerator(ENGINE), played) for _ in range(2))
    assert [a.tobytes() for a in first] == [b.tobytes() for b in again]


@settings(max_examples=40, deadline=None)
@given(rate=st.floats(10.0, 240.0), seed=st.integers(0, 1000), lead_s=st.floats(0, 0.1))
def test_constant_in_constant_out_within_a_second_at_any_rate(
    rate: float, seed: int, lead_s: float
) -> None:
    random = np.random.default_rng(seed)
    moving, calm = generator(), random.random(COUNT).astype(np.float32)
    calm[PLACE.start - 3 :] -= 0.5
    calm = with_lips(calm, closed=seed % 2 == 1)
    at_s = 0.0
    for _ in range(round(rate)):
        at_s += 1.0 / rate
        moving.observe(random.random(COUNT).astype(np.float32), at_s)
    end_s = at_s + 2.0
    shown = []
    while at_s < end_s:
        at_s += 1.0 / rate
        moving.observe(calm, at_s)
        if at_s > end_s - 1.0:
            shown.append(moving.at(at_s, lead_s))
    assert np.ptp(np.array(shown), axis=0).max() < 1e-3
    np.testing.assert_allclose(shown[-1], calm, atol=1e-3)
    assert moving.guarded == 0


def test_asking_changes_nothing_and_the_state_moves_once_a_frame() -> None:
    asked, alone = generator(mean_of(trend=1.0)), generator(mean_of(trend=1.0))
    for i in range(20):
        face = signals(jawOpen=0.5 + 0.4 * math.sin(i))
        for one in (asked, alone):
            one.observe(face, i / 30)
        answers = [asked.at(i / 30 + k / 90, 0.02) for k in (0, 1, 2, 1, 0)]
        assert np.array_equal(answers[0], answers[4])
        assert np.array_equal(answers[1], answers[3])
    assert np.array_equal(asked.at(0.7, 0.05), alone.at(0.7, 0.05))


def test_the_lead_counts_from_the_last_frame_and_is_limited() -> None:
    moving = generator(mean_of(trend=1.0))
    for i in range(3):
        moving.observe(signals(jawOpen=0.2), 10.0 + i / 30)
    last_s = 10.0 + 2 / 30

    def jaw(at_s: float, lead_s: float = 0.0) -> float:
        return value(moving.at(at_s, lead_s), "jawOpen")

    assert jaw(last_s) == pytest.approx(0.2, abs=1e-6)
    assert jaw(last_s - 5.0) == jaw(last_s)
    assert jaw(last_s + 0.02, 0.03) == pytest.approx(0.25, abs=1e-5)
    assert jaw(last_s + 9.0) == pytest.approx(0.45, abs=1e-5)


def test_signals_stay_near_the_bank_and_move_no_faster_than_a_face() -> None:
    far = generator(mean_of(offset=30.0))
    far.observe(signals(jawOpen=0.1), 0.0)
    assert value(far.at(0.0), "jawOpen") == pytest.approx(0.5)
    quick = generator(mean_of(mean=0))
    quick.observe(signals(), 0.0)
    quick.observe(np.ones(COUNT, dtype=np.float32), 0.01)
    np.testing.assert_array_less(quick.at(0.01), 0.01 * SLEW + 1e-6)


def test_nan_is_a_frame_without_a_face() -> None:
    one, other = generator(), generator()
    for i in range(10):
        for moving in (one, other):
            moving.observe(signals(jawOpen=0.1 * i), i / 30)
    broken = signals(jawOpen=math.nan)
    assert not one.observe(broken, 10 / 30)
    other.miss(10 / 30)
    assert np.array_equal(one.at(0.4, 0.01), other.at(0.4, 0.01))
    assert one.age_s == pytest.approx(1 / 30)


@pytest.mark.parametrize("step_s", [0.3, 5.0, -0.3, -1e6])
def test_a_gap_or_another_timeline_starts_anew(step_s: float) -> None:
    moving = generator()
    for i in range(10):
        moving.observe(signals(jawOpen=1.0), i / 30)
    moving.observe(signals(jawOpen=0.25), 0.3 + step_s)
    assert value(moving.at(0.3 + step_s), "jawOpen") == 0.25


@pytest.mark.parametrize("step_s", [0.0, 1e-9, -0.01, -0.2])
def test_time_that_stands_or_runs_back_a_little_is_no_frame(step_s: float) -> None:
    moving = generator()
    for i in range(10):
        moving.observe(signals(jawOpen=0.5), i / 30)
    before = moving.at(0.3)
    assert moving.observe(signals(jawOpen=1.0), 0.3 + step_s)
    assert np.array_equal(moving.at(0.3), before)


def test_a_short_loss_goes_on_a_long_one_starts_anew() -> None:
    for missing, anew in ((9, False), (20, True)):
        moving = generator()
        for i in range(30):
            moving.observe(signals(jawOpen=1.0), i / 30)
        for i in range(30, 30 + missing):
            moving.miss(i / 30)
        assert moving.age_s == pytest.approx((missing) / 30)
        moving.observe(signals(), (30 + missing) / 30)
        jaw = value(moving.at((30 + missing) / 30), "jawOpen")
        assert (jaw == 0.0) is anew


def test_what_a_face_comes_back_to_outlasts_a_loss_but_no_gap() -> None:
    for gap_s, kept in ((0.0, True), (1.0, False)):
        slow = generator(mean_of(mean=QUICK))
        for i in range(60):
            slow.observe(signals(jawOpen=0.8), i / 30)
        for i in range(60, 90):
            slow.miss(i / 30)
        back_s = 3.0 + gap_s
        slow.observe(signals(jawOpen=0.2), back_s)
        jaw = value(slow.at(back_s), "jawOpen")
        assert jaw == pytest.approx(0.79 if kept else 0.2, abs=0.01)


def test_a_walk_through_the_room_is_followed_and_told_from_where_it_began() -> None:
    moving, straight = generator(), generator(mean_of(mean=0))
    for i in range(200):
        z = -0.6 - 0.01 * i
        for one in (moving, straight):
            one.observe(signals(headPosition__z=z), i / 30)
        # Mean 1 is 36 ms behind at 0.3 m/s, and no new place of reference shows.
        now = value(moving.at(i / 30), "headPosition.z")
        assert z - 1e-5 <= now <= z + 0.012
        exact = value(straight.at(i / 30), "headPosition.z")
        assert exact == pytest.approx(z, abs=1e-5)


@pytest.mark.parametrize("graph", [not_a_number(), runaway()])
def test_a_broken_network_is_replaced_within_the_frame_and_counted(
    graph: bytes,
) -> None:
    bad, good = generator(graph), generator()
    for i in range(30):
        for moving in (bad, good):
            moving.observe(signals(jawOpen=0.5), i / 30)
    wild = signals(jawOpen=0.6, **{TRIGGER: 0.9})
    counted = 30
    while not bad.guarded:
        bad.observe(wild, counted / 30)
        assert np.isfinite(bad.at(counted / 30)).all()
        counted += 1
    # NaN at once; the cell needs 3 frames to pass 50.
    assert counted <= 33 and bad.one_euro_share == 1.0
    assert value(bad.at(1e9, 0.1), "jawOpen") == pytest.approx(0.6, abs=0.1)
    # It is asked again after half a second, and trusted again.
    start = counted
    for i in range(start, start + 60):
        bad.observe(signals(jawOpen=0.5), i / 30)
        if i < start + 14:
            assert bad.one_euro_share == 1.0
    assert bad.guarded == 1 and bad.one_euro_share < 0.01


def test_nan_at_one_lead_alone_is_answered_too() -> None:
    from onnx import helper, load_from_string

    model = load_from_string(mean_of())
    # 0 / (lead - 0.1): no number at 0.1 s only.
    model.graph.node.insert(0, helper.make_node("Sub", ["lead", "tenth"], ["left"]))
    model.graph.node.insert(1, helper.make_node("Div", ["trend", "left"], ["ahead"]))
    del model.graph.node[3]
    tenth = helper.make_tensor("tenth", 1, (1, 1), [0.1])
    model.graph.initializer.append(tenth)
    moving = generator(model.SerializeToString())
    moving.observe(signals(jawOpen=0.5), 0.0)
    assert moving.guarded == 0
    for _ in range(3):
        assert value(moving.at(0.0, float(np.float32(0.1))), "jawOpen") == 0.5
    assert moving.guarded == 1


def test_a_network_that_shows_another_face_fades_into_one_euro() -> None:
    astray = generator(mean_of(offset=0.39))
    shares = []
    for i in range(90):
        astray.observe(signals(jawOpen=0.1), i / 30)
        shares.append(astray.one_euro_share)
    assert astray.guarded == 1
    assert shares[14] == 0.0 and 0.0 < shares[17] < 0.5 and shares[-1] > 0.99
    assert value(astray.at(3.0), "jawOpen") == pytest.approx(0.1, abs=0.01)


class Listening:
    """An engine that notes which steadiness it is told."""

    def __init__(self) -> None:
        self.inputs, self.outputs, self.device = (
            ENGINE.inputs,
            ENGINE.outputs,
            ENGINE.device,
        )
        self.told: list[float] = []

    def run(self, feeds: Tensors) -> Tensors:
        """Note, and answer."""
        self.told.append(float(feeds["moment"][0, -len(STYLES) - 1]))
        return ENGINE.run(feeds)

    def close(self) -> None:
        """Nothing to free."""


@pytest.mark.parametrize("steadiness", [0.0, 0.9])
def test_while_nobody_is_seen_there_is_nothing_to_be_quick_about(
    steadiness: float,
) -> None:
    engine = Listening()
    moving = MotionGenerator(engine, steadiness=steadiness)
    for at_s, seen in ((0.0, True), (0.1, False), (0.2, False), (0.3, True)):
        if seen:
            moving.observe(signals(), at_s)
        else:
            moving.miss(at_s)

    calm = max(steadiness, UNSEEN_STEADINESS)
    rest, _ = following(steadiness, 0.0)
    assert engine.told == pytest.approx([rest, calm, calm, rest])


def test_settings_are_clipped_or_refused() -> None:
    moving = generator()
    moving.steadiness = 7.0
    assert moving.steadiness == 1.0
    moving.steadiness = math.nan
    assert moving.steadiness == 0.0
    with pytest.raises(ValueError, match="style 4, expected 0 to 3"):
        moving.style = 4
    assert np.array_equal(moving.at(3.0), signals()) and moving.age_s == math.inf
