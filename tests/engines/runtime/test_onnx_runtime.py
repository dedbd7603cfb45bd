import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.runtime.engine import FeedError, GraphError
from engines.runtime.graphs import EXPRESSION
from engines.runtime.onnx_runtime import OnnxRuntimeEngine

from .tiny_onnx import softmax_of_eight


@pytest.fixture(scope="module")
def engine() -> OnnxRuntimeEngine:
    return OnnxRuntimeEngine(EXPRESSION, softmax_of_eight())


def face() -> npt.NDArray[np.float32]:
    return np.zeros((1, 1, 64, 64), np.float32)


def test_runs_and_names_its_outputs(engine: OnnxRuntimeEngine) -> None:
    x = face()
    x[0, 0, 1, 3] = 5.0
    found = engine.run({"face": x})
    assert list(found) == ["probabilities"]
    assert found["probabilities"].shape == (1, 8)
    assert found["probabilities"][0].argmax() == 3
    assert found["probabilities"].sum() == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("feeds", "says"),
    [
        ({}, "face is missing"),
        ({"face": face(), "mask": face()}, "no such input: mask"),
        (
            {"face": face()[:, :, :48, :48]},
            r"face is float32 \(1, 1, 48, 48\), expected float32 \(1, 1, 64, 64\)",
        ),
        ({"face": face().astype(np.float64)}, "face is float64"),
    ],
)
def test_a_wrong_feed_is_refused(
    engine: OnnxRuntimeEngine, feeds: dict[str, npt.NDArray[np.float32]], says: str
) -> None:
    with pytest.raises(FeedError, match=says):
        engine.run(feeds)


@settings(max_examples=20)
@given(st.integers(0, 64 * 64 - 1), st.sampled_from([np.nan, np.inf, -np.inf]))
def test_a_single_bad_number_is_refused(at: int, bad: float) -> None:
    engine = OnnxRuntimeEngine(EXPRESSION, softmax_of_eight())
    x = face()
    x.reshape(-1)[at] = bad
    with pytest.raises(FeedError, match="face holds NaN or infinity"):
        engine.run({"face": x})


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "refuses it"),
        (b"not a model", "refuses it"),
        (softmax_of_eight()[:200], "refuses it"),
        (
            softmax_of_eight(name="picture"),
            r"picture \(1, 1, 64, 64\); expression needs",
        ),
        (softmax_of_eight(face=(1, 1, 32, 64)), r"face \(1, 1, 32, 64\)"),
        (softmax_of_eight(face=("n", 1, 64, 64)), "face has no fixed shape"),
    ],
)
def test_another_graph_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(GraphError, match=says):
        OnnxRuntimeEngine(EXPRESSION, content, "expression.onnx")


def test_nothing_runs_after_close() -> None:
    engine = OnnxRuntimeEngine(EXPRESSION, softmax_of_eight())
    engine.close()
    engine.close()
    with pytest.raises(RuntimeError, match="used after close"):
        engine.run({"face": face()})
