"""`facewire engines`, as it is typed and as it is called."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bridge.commands.engines import engines
from bridge.errors import BridgeError, ModelError
from bridge.plans import (
    GRAPHS,
    Timed,
    Watch,
    compile_ahead,
    compile_here,
    flavours,
    shipped,
    time_all,
)
from engines.runtime import runtimes
from engines.runtime.cache import PlanCache
from engines.runtime.graphs import MOTION
from engines.runtime.nvidia.builder import BuildStopped
from engines.runtime.nvidia.platform import Platform
from engines.runtime.plan_key import Flavour
from engines.runtime.runtimes import DeviceError, Runtime
from engines.runtime.select import Nvidia
from engines.runtime.weights import Weights, find_weights
from tests.engines.runtime.nvidia.rtx import needs_rtx
from tests.engines.runtime.nvidia.simulated import SimulatedNvidia


@pytest.fixture
def cache(tmp_path: Path) -> PlanCache:
    return PlanCache(tmp_path / "plans")


def watch() -> Watch:
    return Watch(lambda phase, done: None, threading.Event())


def simulated(nvidia: SimulatedNvidia) -> Callable[[Flavour], Platform]:
    return lambda flavour: nvidia.platform()


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without NVIDIA's runtimes."""
    for name in ("tensorrt", "tensorrt_rtx"):
        absent = Runtime("tensorrt", "T", f"pip install {name}", ("no_such_module",))
        monkeypatch.setitem(runtimes.RUNTIMES, name, absent)


def test_what_ships_is_found_and_what_does_not_is_said(tmp_path: Path) -> None:
    names = [graph.name for graph, _ in shipped()]
    assert names[:3] == ["mesh", "near_faces", "far_faces"]
    assert names[3:6] == ["solver", "motion", "expression"]
    assert [graph.name for graph, _ in shipped(("motion",))] == ["motion"]
    with pytest.raises(ModelError, match="nose: no such graph; choose mesh, near"):
        shipped(("nose",))
    assert shipped((), tmp_path) == []
    with pytest.raises(ModelError, match="cannot be read"):
        shipped(("motion",), tmp_path)
    assert {graph.name for graph in GRAPHS} >= set(names)


@pytest.mark.usefixtures("bare")
def test_without_a_compiler_the_commands_are_named() -> None:
    with pytest.raises(DeviceError, match="run: pip install tensorrt_rtx") as raised:
        flavours(None)
    assert len(str(raised.value).splitlines()) == 2
    assert flavours("tensorrt") == ("tensorrt",)


def test_a_graph_is_built_then_kept(cache: PlanCache) -> None:
    nvidia = SimulatedNvidia()
    weights = find_weights("motion")
    states = []
    for _ in range(2):
        found = compile_here(
            MOTION, weights, "tensorrt", "auto", cache, watch(), simulated(nvidia)
        )
        states.append(found.state)
        assert found.sentence == "TensorRT 0.0.1, simulated card, fp32"
    assert states == ["built", "kept"]
    assert all(card.leaked == 0 and card.closed for card in nvidia.cards)


def test_what_computes_wrong_has_failed(cache: PlanCache) -> None:
    on = simulated(SimulatedNvidia(wrong=0.01))
    weights = find_weights("motion")
    found = compile_here(MOTION, weights, "tensorrt", "auto", cache, watch(), on)
    assert found.state == "failed"
    assert "wrong by" in found.sentence
    assert not cache.entries()


def test_a_changed_file_has_failed(cache: PlanCache, tmp_path: Path) -> None:
    path = tmp_path / "motion.onnx"
    path.write_bytes(b"garbage")
    weights = Weights(path, "0" * 64, "none", "none")
    on = simulated(SimulatedNvidia())
    found = compile_here(MOTION, weights, "tensorrt", "auto", cache, watch(), on)
    assert (found.state, "sha256 differs" in found.sentence) == ("failed", True)


@needs_rtx
def test_ahead_builds_for_real_and_stops_when_told(cache: PlanCache) -> None:
    weights = find_weights("motion")
    stopping = watch()
    stopping.stop.set()
    with pytest.raises(BuildStopped):
        compile_ahead(MOTION, weights, "tensorrt_rtx", "fp16", cache, stopping)
    for state in ("built", "kept"):
        found = compile_ahead(MOTION, weights, "tensorrt_rtx", "fp16", cache, watch())
        assert found.state == state
        assert "no card, fp16" in found.sentence
        assert "not tried" in found.sentence
    (entry,) = cache.entries()
    assert entry.key["gpu_name"] == "none"


def test_times_are_of_what_ran_and_the_rest_is_said(
    monkeypatch: pytest.MonkeyPatch, cache: PlanCache
) -> None:
    here = Runtime("tensorrt", "TensorRT", "pip install it", ("sys",))
    monkeypatch.setitem(runtimes.RUNTIMES, "tensorrt", here)
    absent = Runtime("openvino", "O", "pip install it", ("no_such_module",))
    monkeypatch.setitem(runtimes.RUNTIMES, "openvino", absent)
    nvidia = Nvidia(cache, platform=simulated(SimulatedNvidia(present=False)))
    ticks = iter(range(10**9, 10**12, 10**9))  # a second a look: nothing is waited for
    rows = list(
        time_all(
            shipped(("motion",)),
            ("cpu", "openvino", "tensorrt"),
            "auto",
            calls=20,
            paced=20,
            clock_ns=lambda: next(ticks),
            nvidia=nvidia,
        )
    )
    timed = [row for row in rows if isinstance(row, Timed)]
    said = [row for row in rows if isinstance(row, str)]
    assert [(row.graph, row.device) for row in timed] == [("motion", "cpu")]
    assert timed[0].title.startswith("ONNX Runtime")
    assert timed[0].flat_out.calls == timed[0].paced.calls == 20
    assert said == [
        "openvino: no_such_module is not installed; run: pip install it",
        "tensorrt: no NVIDIA card 0 here",
    ]


@needs_rtx
@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_a_real_build_ends_at_ctrl_c_and_the_process_in_order(own_home: Path) -> None:
    """NVIDIA's objects must be gone before Python is, or the process aborts."""
    code = "from bridge.commands.engines import engines; engines()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "build", "--ahead"],
        env={**os.environ, "FACEWIRE_HOME": str(own_home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    while process.poll() is None and not list(own_home.glob("plans/*.lock")):
        threading.Event().wait(0.01)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "stopped; finished plans are kept" in output
    assert not list(own_home.glob("plans/*.new"))


def typed(*arguments: str) -> str:
    wide = {"COLUMNS": "200"}
    found = CliRunner().invoke(engines, arguments, env=wide, catch_exceptions=False)
    assert found.exit_code == 0
    return found.output


def test_list_and_clear(own_home: Path) -> None:
    assert "no plans; run: facewire engines build" in typed("list")
    told = json.loads(typed("list", "--json"))
    assert told["runtimes"]["cpu"] == ""
    assert told["plans"] == []
    assert Path(told["folder"]) == own_home / "plans"
    weights, kept = find_weights("motion"), PlanCache(own_home / "plans")
    on = simulated(SimulatedNvidia())
    compile_here(MOTION, weights, "tensorrt", "auto", kept, watch(), on)
    assert "simulated card" in typed("list")
    (plan,) = json.loads(typed("list", "--json"))["plans"]
    assert Path(plan["path"]).is_file()
    assert "1 plan deleted, 0.7 MB" in typed("clear")
    assert "0 plans deleted" in typed("clear")


def test_bench_as_json() -> None:
    told = json.loads(
        typed(
            *("bench", "motion", "--device", "cpu"),
            *("--calls", "20", "--paced", "20", "--json"),
        )
    )
    (row,) = told["timed"]
    assert row["graph"] == "motion"
    assert 0.0 < row["paced"]["median_ms"] <= row["paced"]["p99_ms"]
    assert told["not_timed"] == []
    table = typed(
        *("bench", "motion", "--device", "cpu", "--calls", "20", "--paced", "20")
    )
    assert "30 Hz p50" in table
    assert "ONNX Runtime" in table


def test_an_unknown_device_is_said() -> None:
    with pytest.raises(BridgeError, match="--device tpu: no such device; choose cpu"):
        typed("bench", "--device", "tpu")


@pytest.mark.usefixtures("bare")
def test_build_without_a_compiler_names_the_commands() -> None:
    with pytest.raises(BridgeError, match="run: pip install tensorrt"):
        typed("build")


@needs_rtx
def test_build_ahead() -> None:
    assert "1 compiled; none was run" in typed("build", "motion", "--ahead")
    (row,) = json.loads(typed("build", "motion", "--ahead", "--json"))
    assert row["state"] == "kept"
    found = CliRunner().invoke(
        engines, ["build", "motion", "--ahead", "--precision", "int8"]
    )
    assert found.exit_code == 1


@needs_rtx
def test_build_ahead_in_eight_bits() -> None:
    arguments = ("build", "expression", "--ahead", "--precision", "int8")
    assert "no card, int8" in typed(*arguments)
