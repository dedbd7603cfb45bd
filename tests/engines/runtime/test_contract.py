"""What every runtime must keep, asked of each one that is here (`pytest -rs`)."""

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engines.runtime.engine import Engine, FeedError, GraphError
from engines.runtime.graphs import EXPRESSION, MOTION, REFINER, SOLVER, Graph
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from engines.runtime.parity import TOLERANCE, compare, made_up
from engines.runtime.weights import find_weights

from .runtimes_present import ABSENT, OPENERS, open_or_skip
from .tiny_onnx import softmax_of_eight

GRAPHS = (EXPRESSION, MOTION, REFINER, SOLVER)
FILES = {graph: find_weights(graph.name).read() for graph in GRAPHS}


@pytest.mark.parametrize("name", OPENERS)
def test_which_runtimes_are_asked(name: str) -> None:
    if name in ABSENT:
        pytest.skip(ABSENT[name])


@pytest.fixture(params=[name for name in OPENERS if name not in ABSENT])
def runtime(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def engine(runtime: str, tmp_path: Path) -> Iterator[Engine]:
    opened = open_or_skip(runtime, EXPRESSION, softmax_of_eight(), tmp_path)
    yield opened
    opened.close()


def test_it_says_what_it_runs_on_and_keeps_the_contract(engine: Engine) -> None:
    assert any(char.isdigit() for char in engine.device)
    assert "\n" not in engine.device
    assert engine.inputs == EXPRESSION.inputs
    assert engine.outputs == EXPRESSION.outputs


@pytest.mark.parametrize("graph", GRAPHS, ids=lambda graph: graph.name)
def test_it_computes_what_the_processor_computes(
    runtime: str, graph: Graph, tmp_path: Path
) -> None:
    content = FILES[graph]
    engine = open_or_skip(runtime, graph, content, tmp_path)
    found = compare(graph, engine, OnnxRuntimeEngine(graph, content))
    engine.close()
    # The shipped expression network is in eight bits, and not everywhere run so.
    limit = TOLERANCE["fp16"] if "fp16" in runtime or graph is EXPRESSION else 1e-3
    assert found.worst <= limit


def test_the_answer_depends_on_the_feeds_alone(runtime: str, tmp_path: Path) -> None:
    engine = open_or_skip(runtime, MOTION, FILES[MOTION], tmp_path)
    first, other = made_up(MOTION, 1), made_up(MOTION, 2)
    before = {name: array.copy() for name, array in engine.run(first).items()}
    fed_back = engine.run(
        other | {"hidden": before["hidden_out"], "cell": before["cell_out"]}
    )
    assert not np.array_equal(before["values"], fed_back["values"])
    again = engine.run(first)
    for name, array in before.items():
        assert np.allclose(again[name], array, atol=1e-6)
    engine.close()


def test_feeds_are_not_changed(engine: Engine) -> None:
    feeds = made_up(EXPRESSION, 4)
    before = feeds["face"].copy()
    engine.run(feeds)
    assert np.array_equal(feeds["face"], before)


def test_results_are_float32_of_their_shape(engine: Engine) -> None:
    found = engine.run(made_up(EXPRESSION, 4))
    assert list(found) == ["probabilities"]
    assert found["probabilities"].shape == (1, 8)
    assert found["probabilities"].dtype == np.float32
    assert found["probabilities"].sum() == pytest.approx(1.0, abs=2e-3)


def test_a_feed_that_lies_otherwise_in_memory_is_read_right(engine: Engine) -> None:
    face = made_up(EXPRESSION, 5)["face"]
    wanted = engine.run({"face": face})["probabilities"].copy()
    turned = np.asfortranarray(face)
    gaps = np.repeat(face, 2, axis=3)[:, :, :, ::2]
    for other in (turned, gaps):
        assert np.allclose(engine.run({"face": other})["probabilities"], wanted)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_not_finite_are_refused(engine: Engine, bad: float) -> None:
    feeds = made_up(EXPRESSION, 4)
    feeds["face"][0, 0, 5, 5] = bad
    with pytest.raises(FeedError, match="holds NaN or infinity"):
        engine.run(feeds)
    feeds["face"][0, 0, 5, 5] = 0.0
    assert np.isfinite(engine.run(feeds)["probabilities"]).all()


def test_wrong_feeds_are_refused(engine: Engine) -> None:
    face = made_up(EXPRESSION, 4)["face"]
    with pytest.raises(FeedError, match="face is missing"):
        engine.run({})
    with pytest.raises(FeedError, match="no such input: mask"):
        engine.run({"face": face, "mask": face})
    with pytest.raises(FeedError, match="expected float32"):
        engine.run({"face": face[:, :, ::2]})
    with pytest.raises(FeedError, match="expected float32"):
        engine.run({"face": face.astype(np.float64)})


def test_another_graphs_file_is_refused(runtime: str, tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="expression needs"):
        open_or_skip(runtime, EXPRESSION, FILES[MOTION], tmp_path)


@pytest.mark.parametrize(
    "content", [b"", b"garbage", softmax_of_eight()[:200]], ids=["empty", "bad", "cut"]
)
def test_what_is_no_model_is_refused(
    runtime: str, content: bytes, tmp_path: Path
) -> None:
    with pytest.raises(GraphError):
        open_or_skip(runtime, EXPRESSION, content, tmp_path)


def test_it_may_be_opened_on_one_thread_and_used_on_another(engine: Engine) -> None:
    found: list[float] = []

    def use() -> None:
        found.append(float(engine.run(made_up(EXPRESSION, 6))["probabilities"].sum()))

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()
    assert found == [pytest.approx(1.0, abs=2e-3)]


def test_nothing_runs_after_close(engine: Engine) -> None:
    engine.close()
    engine.close()
    with pytest.raises(RuntimeError, match="used after close"):
        engine.run(made_up(EXPRESSION, 4))
