"""NVIDIA's own parser and builder at work, where TensorRT-RTX is installed."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from engines.runtime.cache import Made, PlanCache, PlanRefused
from engines.runtime.engine import GraphError, Spec
from engines.runtime.graphs import EXPRESSION, MOTION, REFINER, SOLVER, Graph
from engines.runtime.nvidia.builder import LOOPS, BuildStopped, Built, build
from engines.runtime.nvidia.engine import silent
from engines.runtime.nvidia.plan import OpenPlan
from engines.runtime.nvidia.platform import plan_key
from engines.runtime.plan_key import NO_GPU, Recipe
from engines.runtime.precision import Precision, form
from engines.runtime.weights import find_weights
from tests.engines.runtime.tiny_onnx import softmax_of_eight

from .rtx import needs_rtx, rtx

pytestmark = needs_rtx

GRAPHS = (EXPRESSION, MOTION, REFINER, SOLVER)
FLOAT = 1


def shipped(graph: Graph) -> bytes:
    return find_weights(graph.name).read()


def compiled(
    graph: Graph, content: bytes, progress: Callable[[str, float], bool] = silent
) -> Built:
    return build(rtx(), graph, content, Recipe(), progress)


@pytest.mark.parametrize("precision", ["fp32", "fp16"])
@pytest.mark.parametrize("graph", GRAPHS, ids=lambda graph: graph.name)
def test_what_ships_builds_without_loops(graph: Graph, precision: Precision) -> None:
    made = form(shipped(graph), precision, nvidia=True, source=graph.name)
    built = compiled(graph, made.content)
    assert not LOOPS & built.layers.keys()
    assert sum(built.layers.values()) > 20
    assert len(built.plan) > 100_000
    assert made.precision == precision


def test_the_eight_bit_file_for_nvidia_builds_with_integers() -> None:
    weights = find_weights(EXPRESSION.name)
    plans = {}
    for precision in ("fp32", "fp16", "int8"):
        made = form(
            weights.read(),
            precision,
            nvidia=True,
            source="expression",
            int8=weights.read_nvidia_int8,
        )
        assert made.precision == precision
        plans[precision] = compiled(EXPRESSION, made.content)
    layers = plans["int8"].layers
    assert not LOOPS & layers.keys()
    # What each of ten convolutions but the first reads, and its weights.
    assert (layers["CONVOLUTION"], layers["QUANTIZE"]) == (10, 9)
    assert layers["DEQUANTIZE"] == 18
    assert "QUANTIZE" not in plans["fp16"].layers
    sizes = {precision: len(built.plan) for precision, built in plans.items()}
    assert sizes["int8"] < 0.9 * sizes["fp16"] < 0.6 * sizes["fp32"]


def test_half_is_half_the_size() -> None:
    content = shipped(SOLVER)
    single, half = (
        compiled(SOLVER, form(content, p, nvidia=True, source="solver").content)
        for p in ("fp32", "fp16")
    )
    assert len(half.plan) < 0.7 * len(single.plan)


def test_progress_is_told_and_never_falls_back() -> None:
    told: list[tuple[str, float]] = []

    def progress(phase: str, done: float) -> bool:
        told.append((phase, done))
        return True

    compiled(EXPRESSION, softmax_of_eight(), progress)
    shares = [done for _, done in told]
    assert len({phase for phase, _ in told}) > 5
    assert shares == sorted(shares)
    assert shares[0] < 0.2
    assert 0.8 < shares[-1] <= 1.0


def test_a_build_is_stopped() -> None:
    calls = threading.Semaphore(3)
    with pytest.raises(BuildStopped, match="stopped"):
        compiled(
            MOTION,
            shipped(MOTION),
            lambda *told: calls.acquire(blocking=False),
        )


def test_a_watcher_that_fails_stops_the_build() -> None:
    def progress(phase: str, done: float) -> bool:
        raise ValueError

    with pytest.raises(BuildStopped):
        compiled(EXPRESSION, softmax_of_eight(), progress)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "it has no outputs"),
        (b"not a model", "refuses it"),
        (softmax_of_eight()[:200], "refuses it"),
        (softmax_of_eight(name="picture"), "picture .* expression needs"),
        (softmax_of_eight(face=("n", 1, 64, 64)), "expression needs"),
    ],
)
def test_another_file_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(GraphError, match=says):
        compiled(EXPRESSION, content)


def test_the_eight_bit_file_of_onnx_runtime_is_refused_with_the_node() -> None:
    with pytest.raises(GraphError, match=r"Int32 .*DequantizeLinear"):
        compiled(EXPRESSION, shipped(EXPRESSION))


def test_a_loop_is_refused() -> None:
    helper = pytest.importorskip("onnx.helper")
    graph = Graph("looped", (Spec("x", (1, 1, 4)),), (Spec("y", (1, 1, 1, 3)),))
    model = helper.make_model(
        helper.make_graph(
            [helper.make_node("LSTM", ["x", "w", "r"], ["y"], hidden_size=3)],
            "lstm",
            [helper.make_tensor_value_info("x", FLOAT, (1, 1, 4))],
            [helper.make_tensor_value_info("y", FLOAT, (1, 1, 1, 3))],
            [
                helper.make_tensor("w", FLOAT, (1, 12, 4), [0.1] * 48),
                helper.make_tensor("r", FLOAT, (1, 12, 3), [0.1] * 36),
            ],
        ),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=8,
    )
    with pytest.raises(GraphError, match=r"RECURRENCE.*export the step unrolled"):
        compiled(graph, model.SerializeToString())


def test_plans_that_are_no_plans_are_refused() -> None:
    for content in (b"", b"garbage", b"\0" * 4096):
        with pytest.raises(PlanRefused, match="tensorrt_rtx cannot load it"):
            OpenPlan(rtx(), content, EXPRESSION)


def test_real_plans_are_kept_and_damaged_ones_built_again(tmp_path: Path) -> None:
    cache = PlanCache(tmp_path / "plans")
    made = form(softmax_of_eight(), "fp32", nvidia=True, source="tiny")
    key = plan_key(rtx(), EXPRESSION, made, Recipe(), NO_GPU)
    builds = 0

    def make() -> Made:
        nonlocal builds
        builds += 1
        built = compiled(EXPRESSION, made.content)
        return Made(built.plan, {"layers": built.layers})

    first = cache.obtain(key, make, bytes)
    again = cache.obtain(key, make, bytes)
    assert (first.built, again.built, builds) == (True, False, 1)
    assert first.value == again.value
    (entry,) = cache.entries()
    damaged = bytearray(first.value)
    damaged[len(damaged) // 2] ^= 1  # TensorRT-RTX itself does not notice that
    entry.path.write_bytes(damaged)
    mended = cache.obtain(key, make, bytes)
    assert (mended.built, builds) == (True, 2)
    assert "its sha256 is not the one that was written" in mended.problems[0]
    assert entry.path.with_suffix(".bad").read_bytes() == damaged
