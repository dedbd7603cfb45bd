"""A tape is followed: lock, rate, jumps, loss, and a return."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from bridge.timecode.follower import Follower
from protocols.drop_frame import Label, count_of, nominal, parse_label

from .tapes import HZ, NS, tape, told

RATES = [
    (Fraction(24000, 1001), "10:00:00:00"),
    (Fraction(24), "10:00:00:00"),
    (Fraction(25), "10:00:00:00"),
    (Fraction(30000, 1001), "10:00:00:00"),
    (Fraction(30000, 1001), "10:00:59;20"),
    (Fraction(30), "10:00:00:00"),
]


def play(follower: Follower, *frames: object, **given: object) -> list[str]:
    return told(
        follower.hear(heard, end_ns, HZ)
        for heard, end_ns in tape(*frames, **given)  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(("rate", "first"), RATES)
def test_it_locks_and_finds_the_exact_rate(rate: Fraction, first: str) -> None:
    follower = Follower()
    (sentence,) = play(follower, first, 40, rate, begin_ns=5 * NS)
    assert sentence.startswith("LTC is locked: ")
    state = follower.state
    assert state.locked and state.rate == rate and state.offset_ns is not None
    begin = count_of(parse_label(first), nominal(rate)) / rate
    assert state.offset_ns / NS == pytest.approx(float(begin) - 5.0, abs=1e-6)


@pytest.mark.parametrize("speed", [0.9, 0.95, 1.05, 1.1])
@pytest.mark.parametrize("rate", [24, 25, 30])
def test_at_another_speed_the_last_number_of_a_second_tells_the_rate(
    rate: int, speed: float
) -> None:
    follower = Follower()
    play(follower, "10:00:00:00", 2 * rate + 20, Fraction(rate), speed=speed)
    assert follower.state.rate == rate


def test_a_rate_that_is_set_is_used() -> None:
    follower = Follower(Fraction(30000, 1001))
    play(follower, "10:00:00:00", 40, Fraction(30))
    assert follower.state.rate == Fraction(30000, 1001)


def test_late_frames_of_a_driver_do_not_move_it() -> None:
    rng, follower = np.random.default_rng(5), Follower()
    offsets = []
    for heard, end_ns in tape("10:00:00:00", 300, Fraction(25)):
        late_ns = int(rng.uniform(0, 2e6) + 20e6 * (rng.random() < 0.1))
        follower.hear(heard, end_ns + late_ns, HZ)
        if follower.state.offset_ns is not None:
            offsets.append(follower.state.offset_ns)
    spread_ms = (max(offsets) - min(offsets)) / 1e6
    assert spread_ms < 2.0


def test_without_frames_timecode_runs_on_and_says_so_once() -> None:
    follower = Follower()
    play(follower, "10:00:00:00", 50, Fraction(25))
    offset_ns = follower.state.offset_ns
    assert follower.look(2 * NS + NS // 4) == ""
    (sentence,) = told(follower.look(at * NS) for at in range(3, 9))
    assert sentence == "LTC is lost after 10:00:01:24; timecode runs on"
    assert not follower.state.locked and follower.state.offset_ns == offset_ns


def test_a_return_says_how_far_it_has_moved() -> None:
    follower = Follower()
    play(follower, "10:00:00:00", 50, Fraction(25))
    follower.look(10 * NS)
    (sentence,) = play(
        *(follower, "10:00:10:00", 10, Fraction(25)), begin_ns=10 * NS + 3_000_000
    )
    assert sentence.startswith("LTC is back: 10:00:10:02")
    assert sentence.endswith("timecode moves by -3.0 ms")
    assert follower.state.locked


def test_a_jump_is_believed_after_three_frames() -> None:
    follower = Follower()
    play(follower, "10:00:00:00", 50, Fraction(25))
    before = follower.state.offset_ns
    noise = next(iter(tape("22:11:05:03", 1, Fraction(25), begin_ns=2 * NS)))
    assert follower.hear(*noise, HZ) == ""
    assert follower.state.offset_ns == before
    (sentence,) = play(follower, "11:00:00:00", 5, Fraction(25), begin_ns=2 * NS)
    assert sentence.startswith("LTC jumped: 11:00:00:02")


def test_a_tape_that_runs_backwards_does_not_turn_time_back() -> None:
    follower = Follower()
    play(follower, "10:00:00:00", 50, Fraction(25))
    before = follower.state.offset_ns
    (sentence,) = play(
        *(follower, "10:00:01:24", 30, Fraction(25)), begin_ns=2 * NS, reverse=True
    )
    assert sentence == "LTC runs backwards from 10:00:01:24; timecode runs on"
    assert follower.state.offset_ns == before and follower.state.reverse
    assert "is lost" in follower.look(9 * NS)
    assert play(follower, "10:00:00:00", 9, Fraction(25), begin_ns=10 * NS) != []


def test_numbers_of_another_rate_do_not_lock() -> None:
    follower = Follower(Fraction(24))
    assert play(follower, "10:00:00:24", 4, Fraction(25)) == []
    assert follower.state.label is None


def test_midnight_is_no_jump() -> None:
    follower = Follower()
    sentences = play(follower, "23:59:59:00", 60, Fraction(25))
    # The offset is that of the new day, so the jump is one of a day.
    assert sentences[0].startswith("LTC is locked")
    assert follower.state.label == Label(0, 0, 1, 9)
    assert all("jumped" not in sentence for sentence in sentences)
