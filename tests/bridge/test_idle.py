import threading
from fractions import Fraction
from itertools import pairwise

import pytest

from bridge.capture.source import Image
from bridge.config_file import load_config
from bridge.daemon import Daemon
from bridge.idle import IDLE_HZ, QUIET_S, hold_over
from bridge.live_table import closing
from bridge.pacer import Grid
from bridge.shape.shaper import Shaper, ShapeStyle
from protocols.timecode import Timeline
from tests.bridge.faces import FRAME_NS
from tests.bridge.fakes import (
    ListRoute,
    ListSource,
    ScriptedTracker,
    Steps,
    image,
    until,
)

GAP_S = 15.0


def clip() -> list[Image]:
    """Ten pictures, 15 s of nothing, and ten more."""
    images = [image(i) for i in range(20)]
    gap_ns = round(GAP_S * 1e9)
    return [
        *images[:10],
        *(
            Image(i.index, i.captured_ns + gap_ns, i.arrived_ns, i.pixels, k == 0)
            for k, i in enumerate(images[10:])
        ),
    ]


def pipeline(route: ListRoute, *, paced: bool = False) -> Steps:
    shaper = Shaper("anna", ShapeStyle(smooth=False))
    return Steps([shaper], route, Timeline(Fraction(30), 0), paced=paced)


def play(steps: Steps, grid: Grid | None = None) -> None:
    for each in clip():
        if each.after_gap:
            hold_over(steps.pipeline, grid, each.captured_ns, threading.Event())
        if grid is not None:
            grid.before(each.captured_ns)
        steps.step(each)


def test_a_gap_of_a_file_is_held_as_a_camera_that_is_away() -> None:
    route = ListRoute()
    play(pipeline(route))
    frames = route.frames
    assert [frame.tracked for frame in frames[:10]] == [True] * 10
    held = frames[10:-10]
    assert not any(frame.tracked for frame in held)
    assert len(held) == pytest.approx((GAP_S - QUIET_S) * IDLE_HZ, abs=2)
    last_ns = 9 * FRAME_NS
    assert held[0].captured_ns == last_ns + round(QUIET_S * 1e9)
    assert all(a.captured_ns < b.captured_ns for a, b in pairwise(frames))
    # No picture is made up: all of them count as the last that was seen.
    assert {frame.index for frame in held} == {9}
    # And it eases to neutral meanwhile.
    assert held[-1].vector.max() == 0.0
    assert frames[-1].tracked


def test_a_rate_of_its_own_is_kept_through_a_gap() -> None:
    route = ListRoute()
    steps = pipeline(route, paced=True)
    play(steps, Grid(steps.pipeline.tick, 60))
    gaps = [b.captured_ns - a.captured_ns for a, b in pairwise(route.frames)]
    assert all(gap == pytest.approx(1e9 / 60, abs=2) for gap in gaps)
    held = [frame for frame in route.frames if not frame.tracked]
    assert len(held) == pytest.approx((GAP_S - QUIET_S) * 60, abs=5)


def test_whoever_stops_does_not_wait_for_the_end_of_a_gap() -> None:
    route, stop = ListRoute(), threading.Event()
    steps = pipeline(route)
    steps.step(image(0))
    stop.set()
    hold_over(steps.pipeline, None, clip()[10].captured_ns, stop)
    assert len(route.frames) == 1


@pytest.mark.parametrize(("pace", "sent"), [("fast", 20 + 435), ("real", 20)])
def test_a_file_at_full_speed_holds_by_its_own_timeline(pace: str, sent: int) -> None:
    config = load_config(
        settings=[f"capture.pace={pace}", "solve.solver=geometric", "shape.motion=off"],
        sinks=["livelink=127.0.0.1:9"],
    )
    source = ListSource(clip())
    source.missing = 4
    daemon = Daemon(config, tracker=ScriptedTracker(), source=source)
    daemon.start()
    until(lambda: not daemon.running)
    daemon.stop()
    stats = daemon.stats()
    assert (stats["frames"], stats["missing"]) == (20, 4)
    assert closing(daemon).startswith("20 frames, 0 dropped, 4 missing, tracked ")
    assert daemon.routes[0].sink.sent == pytest.approx(sent, abs=2)
