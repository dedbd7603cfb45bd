from pathlib import Path

from rich.console import Console

from bridge.bench.retargeting import measure_retargeting, show_retargeting, time_frames
from bridge.characters.builtin import builtin_character
from bridge.characters.live import live
from tests.characters import tiny


def test_each_frame_is_timed_and_told() -> None:
    now = iter(range(0, 10**12, 50_000))
    times = time_frames(live(*builtin_character()), 50, lambda: next(now))
    assert times.frames == 50
    assert times.sent_ms == {"p50": 0.05, "p95": 0.05, "p99": 0.05}
    assert times.shown_ms["p99"] == 0.05
    assert times.gets.startswith("52 of 52 curves")
    console = Console(record=True, width=120)
    show_retargeting(console, [times])
    assert console.export_text().count("0.050 / 0.050") == 2


def test_a_file_is_timed_with_what_moves_it(tmp_path: Path) -> None:
    path = tmp_path / "me.glb"
    path.write_bytes(tiny(["jawOpen"]))
    assert measure_retargeting(path).name == "me"
