"""`facewire engines verify` on a simulated card."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bridge.commands.engines import engines
from bridge.plans import shipped
from bridge.verification import card, soak, verify, without_recording
from bridge.verification_report import Report
from bridge.verify_here import verify_here
from engines.runtime.cache import PlanCache
from engines.runtime.graphs import EXPRESSION, SOLVER
from engines.runtime.nvidia.platform import Platform
from engines.runtime.plan_key import Flavour
from tests.engines.runtime.nvidia.simulated import SimulatedNvidia


@pytest.fixture
def cache(tmp_path: Path) -> PlanCache:
    return PlanCache(tmp_path / "plans")


def on(nvidia: SimulatedNvidia) -> Callable[[Flavour], Platform]:
    return nvidia.platform


def rows(nvidia: SimulatedNvidia, cache: PlanCache, name: str) -> list[Any]:
    told: list[str] = []
    found = list(
        verify(
            shipped((name,)), ("tensorrt",), cache, calls=3, tell=told.append,
            on=on(nvidia),
        )
    )  # fmt: skip
    assert len(told) == len(found)
    return found


def test_every_precision_is_built_found_again_recorded_and_timed(
    cache: PlanCache,
) -> None:
    nvidia = SimulatedNvidia()
    found = rows(nvidia, cache, EXPRESSION.name)
    assert [row.precision for row in found] == ["fp32", "fp16", "int8"]
    assert len(nvidia.built) == 3
    for row in found:
        assert row.problem == ""
        assert row.recorded
        assert row.worst < 1e-3
        assert row.flat_out.calls == row.fallback.calls == 3
        assert row.paced.calls == 1
    assert all(one.leaked == 0 for one in nvidia.cards)


def test_a_card_that_computes_wrong_is_a_problem(cache: PlanCache) -> None:
    (one, two) = rows(SimulatedNvidia(wrong=1.0), cache, SOLVER.name)
    assert "wrong" in one.problem and "wrong" in two.problem
    assert one.flat_out is None


def test_a_card_that_cannot_record_still_works(cache: PlanCache) -> None:
    (one, _) = rows(SimulatedNvidia(records=False), cache, SOLVER.name)
    assert one.problem == "" and not one.recorded


def test_the_fallback_gives_every_recording_back() -> None:
    nvidia = SimulatedNvidia()
    refusing = without_recording(nvidia.platform())
    cuda: Any = refusing.enter()
    stream = cuda.stream()
    cuda.begin_capture(stream)
    assert cuda.end_capture(stream) == 0
    cuda.drop_stream(stream)
    cuda.close()
    assert nvidia.cards[-1].leaked == 0


def test_the_long_run_is_counted_and_compared(cache: PlanCache) -> None:
    nvidia = SimulatedNvidia()
    ((graph, weights),) = shipped((SOLVER.name,))
    waited: list[float] = []
    found = soak(
        *(graph, weights, nvidia.platform(), cache, 0.5),
        clock_ns=lambda: 0,
        wait=waited.append,
    )
    assert (found.calls, found.late, found.same) == (30, 0, True)
    assert len(waited) == 30


def test_the_card_is_named_and_left(cache: PlanCache) -> None:
    nvidia = SimulatedNvidia()
    assert card("tensorrt", on(nvidia)).name == "simulated card"
    assert nvidia.cards[-1].closed


def test_everything_here_is_reported(cache: PlanCache) -> None:
    nvidia = SimulatedNvidia()
    report = verify_here(
        *(0.05, 20, lambda text: None),
        names=("expression",), flavours=("tensorrt",), on=on(nvidia), cache=cache,
    )  # fmt: skip
    assert report.problems == []
    assert {row.graph for row in report.rows} == {"expression"}
    assert {row.device for row in report.others} >= {"cpu"}
    told = json.loads(json.dumps(report.as_json()))
    assert told["card"]["name"] == "simulated card"
    assert told["versions"]["onnxruntime"]
    assert told["soaked"]["same"] is True


def test_without_a_compiler_that_is_the_problem() -> None:
    assert Report((), None, {}, (), (), None).problems == [
        "no compiler of NVIDIA could be tried"
    ]


def test_the_command_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lacks = ("tensorrt: not installed; run: pip install tensorrt",)
    report = Report(lacks, None, {"facewire": "1"}, (), (), None)
    monkeypatch.setattr("bridge.verify_here.verify_here", lambda *given, names: report)
    run = CliRunner().invoke(engines, ["verify"])
    assert run.exit_code == 1
    assert "pip install tensorrt" in run.output
    assert "problem: no compiler of NVIDIA could be tried" in run.output
    run = CliRunner().invoke(engines, ["verify", "--json"])
    assert json.loads(run.output)["problems"]
