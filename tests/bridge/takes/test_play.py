from dataclasses import replace

import numpy as np
import pytest

from bridge.takes.play import LATE_NS, play
from bridge.takes.take import Recording
from tests.bridge.fakes import ListRoute

from .made import FRAME_NS, recording, take

S = 1_000_000_000


class Clock:
    """Time that only waiting moves on; ends the playing after so many waits."""

    def __init__(self, ends_after: int = 10**9) -> None:
        self.now_ns = 5 * S
        self.left = ends_after

    def __call__(self) -> int:
        return self.now_ns

    def wait(self, seconds: float) -> bool:
        self.now_ns += round(seconds * S)
        self.left -= 1
        return self.left < 0


def played(
    made: Recording, clock: Clock, *, speed: float = 1.0, loop: bool = False
) -> ListRoute:
    route = ListRoute()
    count = play(made, [route], wait=clock.wait, speed=speed, loop=loop, clock_ns=clock)
    assert count == len(route.frames)
    return route


@pytest.mark.parametrize("speed", [1.0, 0.5, 2.0])
def test_frames_leave_at_the_takes_own_pace(speed: float) -> None:
    made = take(count=20)
    route = played(recording(made), Clock(), speed=speed)
    captured = np.array([frame.captured_ns for frame in route.frames])
    expected = 5 * S + (made.captured_ns - made.captured_ns[0]) / speed
    assert np.abs(captured - expected).max() <= 1
    np.testing.assert_array_equal([f.vector for f in route.frames], made.vectors)
    assert tuple(route.times) == made.timecodes
    assert [frame.tracked for frame in route.frames] == list(made.tracked)


def test_a_loop_goes_on_in_time_and_in_counting() -> None:
    made = take(count=4)
    route = played(recording(made), Clock(ends_after=10), loop=True)
    assert len(route.frames) == 10
    steps = np.diff([frame.captured_ns for frame in route.frames])
    index = np.diff([frame.index for frame in route.frames])
    assert (steps > 0).all() and (index > 0).all()
    assert abs(int(steps[3]) - FRAME_NS) <= 1
    np.testing.assert_array_equal(route.frames[8].vector, made.vectors[0])


def test_faces_are_played_together_and_a_single_frame_can_loop() -> None:
    both = recording(take("anna", 5), take("ben", 5, seed=1))
    route = played(both, Clock())
    assert [frame.subject for frame in route.frames] == ["anna", "ben"] * 5
    one = played(recording(take(count=1)), Clock(ends_after=3), loop=True)
    assert np.diff([frame.captured_ns for frame in one.frames]).min() > 0


def test_after_a_sleep_there_is_no_burst() -> None:
    clock, made = Clock(), take(count=50)
    slept = False

    def wait(seconds: float) -> bool:
        nonlocal slept
        if clock.now_ns > 5 * S + 10 * FRAME_NS and not slept:
            slept = True
            clock.now_ns += 3600 * S
        return clock.wait(seconds)

    route = ListRoute()
    assert play(recording(made), [route], wait=wait, clock_ns=clock) == 50
    captured = np.array([frame.captured_ns for frame in route.frames])
    steps = np.diff(captured)
    assert int((steps > LATE_NS).sum()) == 1
    assert clock.now_ns - 5 * S < 3600 * S + 60 * FRAME_NS


def test_what_is_played_is_a_copy() -> None:
    made = take(count=2)
    before = made.captured_ns.copy()
    played(recording(made), Clock())
    np.testing.assert_array_equal(made.captured_ns, before)
    assert replace(made).subject == "anna"
