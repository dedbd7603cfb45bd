"""Whose timecode a frame is sent with: the sender's, or that of the run."""

from __future__ import annotations

from fractions import Fraction

import pytest

from bridge.feeds.feed import Solved
from bridge.metrics import Stopwatch
from bridge.pipeline import Pipeline
from bridge.shape.shaper import Shaper, ShapeStyle
from protocols.timecode import Timecode, Timeline
from tests.bridge.faces import face
from tests.bridge.fakes import ListRoute

THEIRS = Timecode(777, 0.5, 60)
TIMES = Timeline(Fraction(25), 1_000_000_000)


def made(route: ListRoute, *, senders: bool, paced: bool = False) -> Pipeline:
    return Pipeline(
        [Shaper("anna", ShapeStyle(smooth=False))],
        [TIMES],
        [route],
        Stopwatch(),
        paced=paced,
        senders=senders,
    )


def solved(*, held: bool = False) -> Solved:
    frame = face(jawOpen=0.5)
    frames = {} if held else {0: frame}
    at_ns = frame.captured_ns
    return Solved(0, at_ns, at_ns, frames, THEIRS, (0,), held=held)


@pytest.mark.parametrize("held", [False, True])
def test_the_timecode_of_the_run_may_go_before_a_senders(held: bool) -> None:
    for senders in (True, False):
        route = ListRoute()
        made(route, senders=senders).show(solved(held=held))
        (time,) = route.times
        assert (time == THEIRS) is senders
        assert senders or time == TIMES.at(face().captured_ns)


def test_frames_before_the_first_face_have_the_timecode_of_their_instant() -> None:
    route = ListRoute()
    pipeline = made(route, senders=True)
    pipeline.begin(60_000_000_000)
    pipeline.idle(500_000_000)
    assert route.times == [TIMES.at(60_500_000_000)]


def test_a_tick_is_sent_with_its_own_timecode() -> None:
    route, tick = ListRoute(), Timecode(90_000, 0.0, 25)
    pipeline = made(route, senders=True, paced=True)
    pipeline.show(solved())
    assert route.times == []
    pipeline.tick(2_000_000_000, tick)
    pipeline.tick(2_100_000_000)
    assert route.times[0] == tick
    assert route.times[1] == TIMES.at(2_100_000_000)
