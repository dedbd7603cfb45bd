import io
import json
import sys

import pytest
from rich.console import Console

from bridge.bench.latency import Pace, measure
from bridge.bench.receivers import Receivers
from bridge.bench.report import Report, as_json, show, this_machine
from bridge.bench.run import peak_memory_mib
from bridge.bench.startup import Startup, measure_startup
from bridge.commands.bench import bench
from bridge.config import Engines
from bridge.errors import ConfigError, EngineError
from bridge.stages import STAGES


def test_a_short_measurement_is_whole_and_plausible() -> None:
    """One turn of ten images: every figure is there, and the parts make the whole."""
    ticks = []
    with Receivers("geometric") as receivers:
        pace = measure(60.0, 10, 1, receivers, lambda: ticks.append(1))
    assert len(ticks) == 2
    assert pace.frames == 40  # with the warm-up; what a busy machine dropped is extra
    assert set(pace.latency_ms) == {*STAGES, "capture_to_send"}
    whole, alone = pace.latency_ms["capture_to_send"]["p50"], pace.alone_ms["p50"]
    assert whole > 0.0 and alone > 0.0
    assert 0.0 < pace.overhead_ms["p50"] < whole
    assert set(pace.sent.values()) == {pace.frames}
    assert pace.cpu_share > 0.0
    assert (pace.solver, pace.solver_network_ms["p50"]) == ("geometric", 0.0)
    assert pace.runtimes["solve"] == "measures of the landmarks, no network"
    assert "motion.onnx on ONNX Runtime" in pace.runtimes["shape"]


def test_the_daemon_that_is_measured_runs_as_asked() -> None:
    pytest.importorskip("onnx", reason="it makes the precision")
    with Receivers("learned", Engines(device="cpu", precision="fp16")) as receivers:
        pace = measure(60.0, 10, 1, receivers)
    assert set(pace.runtimes) == {"solve", "shape"}
    for told in pace.runtimes.values():
        assert told.endswith("CPU, one thread, fp16, as asked")


def test_the_commands_words_are_the_settings() -> None:
    with pytest.raises(
        ConfigError, match=r"settings: engines\.device: got .*, expected 'auto'"
    ):
        bench(device="tpu")
    with pytest.raises(
        ConfigError, match=r"engines\.precision: got .*, expected 'auto'"
    ):
        bench(precision="int4")
    absent = "coreml" if sys.platform != "darwin" else "directml"
    for curves in (True, False):
        with pytest.raises(EngineError, match="exists on"):
            bench(curves=curves, device=absent)


def test_the_first_packet_is_timed_from_the_command() -> None:
    startup = measure_startup(1, engines=Engines(device="cpu"))
    assert 0.0 < startup.first_tracked_s == startup.all_s[0] < 30.0


def report() -> Report:
    times = {"p50": 4.0, "p95": 5.0, "p99": 6.0}
    pace = Pace(
        name="60 fps",
        rate_hz=60.0,
        alone="MediaPipe",
        alone_ms=times,
        latency_ms=dict.fromkeys((*STAGES, "capture_to_send"), times),
        overhead_ms={"p50": 0.4, "p95": 0.6, "p99": 1.2},
        frames=300,
        dropped=2,
        sent={"vmc=127.0.0.1:1": 300},
        cpu_share=0.25,
        solver="learned",
        solver_network_ms={"p50": 0.9, "p95": 1.0, "p99": 1.25},
        motion="lstm",
        motion_network_ms={"p50": 0.09, "p95": 0.1, "p99": 0.13},
        runtimes={"solve": "solver.onnx on a runtime, fp32", "shape": "a filter"},
    )
    return Report(this_machine(), (pace,), Startup((1.25,)), peak_memory_mib())


def test_the_tables_name_pace_baseline_and_machine() -> None:
    console = Console(file=io.StringIO(), width=120)
    show(console, report())
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "solve: solver.onnx on a runtime, fp32" in shown
    for part in ("MediaPipe alone", "60 fps", "0.40 / 1.20", "25 %", "1.25 s", "cores"):
        assert part in shown
    assert "learned solver, whole solve stage p50 4.00 ms, p99 6.00 ms" in shown
    assert "p50 0.90 ms, p99 1.25 ms" in shown
    assert "lstm motion, whole shape stage p50 4.00 ms" in shown
    assert "p50 0.09 ms, p99 0.13 ms" in shown
    assert "beyond the networks: all stages except track and express" in shown


def test_json_is_plain() -> None:
    plain = json.loads(json.dumps(as_json(report())))
    assert plain["paces"][0]["overhead_ms"]["p99"] == 1.2
    assert plain["startup"]["all_s"] == [1.25]
    assert plain["peak_memory_mib"] > 1.0
