import io
from dataclasses import replace

from rich.console import Console

from bridge.live_table import Screen
from bridge.snapshot import Snapshot, guard_sentence
from bridge.stages import STAGES
from tests.bridge.faces import face

LATENCY = {name: {"p50": 1.5, "p95": 2.0, "p99": 2.5} for name in STAGES} | {
    "capture_to_send": {"p50": 5.0, "p95": 6.0, "p99": 7.25}
}


def at(second: float, frames: int, failed: int = 0, guarded: int = 0) -> Snapshot:
    return Snapshot(
        at_ns=round(second * 1e9),
        source="demo",
        frames=frames,
        dropped=3,
        tracked=frames // 2,
        latency_ms=LATENCY,
        sinks=(("livelink=127.0.0.1:11111", frames, failed),),
        shown=(face(0, "anna", jawOpen=0.5),),
        guarded=guarded,
    )


def test_rates_are_over_the_last_second_or_so() -> None:
    screen = Screen()
    for second in range(10):
        screen.add(at(second, 30 * second if second < 5 else 120 + 60 * (second - 4)))
    assert screen.line().startswith("420 frames, 60.0/s, tracked 50.0 %, dropped 3")


def test_two_looks_far_apart_still_give_a_rate() -> None:
    screen = Screen()
    screen.add(at(0, 0))
    screen.add(at(4, 120))
    assert "30.0/s" in screen.line()


def test_the_picture_names_sinks_latency_faults_and_faces() -> None:
    console = Console(file=io.StringIO(), width=80)
    screen = Screen()
    screen.add(at(0, 0))
    screen.add(at(1, 30, failed=2))
    console.print(screen)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    for part in ("livelink=127.0.0.1:11111", "7.25", "anna", "jawOpen", "0.50"):
        assert part in shown
    assert "2 FAILED" in screen.line()
    # Nothing wraps on a terminal of 80 columns.
    assert max(len(line.rstrip()) for line in shown.splitlines()) <= 80
    assert any(
        "eyeBlinkLeft" in li and "eyeBlinkRight" in li for li in shown.splitlines()
    )


def test_the_guard_is_told_of_once_it_has_acted() -> None:
    console, screen = Console(file=io.StringIO(), width=80), Screen()
    screen.add(at(0, 0))
    console.print(screen)
    assert "took over" not in console.file.getvalue()  # type: ignore[attr-defined]
    assert "took over" not in screen.line()
    screen.add(at(1, 30, guarded=2))
    console.print(screen)
    told = "the solver's network contradicted the landmarks 2 times"
    assert told in console.file.getvalue()  # type: ignore[attr-defined]
    assert told in screen.line()
    assert guard_sentence(1).endswith("once")
    screen.add(replace(at(2, 60), motion_guarded=1))
    assert screen.line().endswith(" | One-Euro replaced the motion network once")


def test_before_the_first_look_there_is_nothing() -> None:
    console = Console(file=io.StringIO())
    console.print(Screen())
    assert console.file.getvalue().strip() == ""  # type: ignore[attr-defined]
