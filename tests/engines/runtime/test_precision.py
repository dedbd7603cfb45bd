import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.runtime.engine import GraphError
from engines.runtime.graphs import EXPRESSION, MOTION, REFINER, SOLVER, Graph
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from engines.runtime.parity import compare
from engines.runtime.precision import Precision, as_float, as_half, form, is_eight_bit
from engines.runtime.runtimes import DeviceError
from engines.runtime.weights import find_weights

from .tiny_onnx import softmax_of_eight

onnx = pytest.importorskip("onnx")

GRAPHS = (EXPRESSION, MOTION, REFINER, SOLVER)
FILES = {graph: find_weights(graph.name).read() for graph in GRAPHS}


def types(content: bytes) -> set[int]:
    return {one.data_type for one in onnx.load_from_string(content).graph.initializer}


def test_the_shipped_forms_are_told_apart() -> None:
    assert [is_eight_bit(FILES[graph]) for graph in GRAPHS] == [
        True,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("graph", "nvidia", "precision"),
    [
        (EXPRESSION, False, "int8"),
        (EXPRESSION, True, "fp32"),
        (MOTION, False, "fp32"),
        (MOTION, True, "fp32"),
    ],
)
def test_auto_is_what_ships_unless_nvidia_refuses_it(
    graph: Graph, nvidia: bool, precision: str
) -> None:
    made = form(FILES[graph], "auto", nvidia=nvidia, source="x")
    assert made.precision == precision
    assert (made.content == FILES[graph]) is (precision != "fp32" or graph is MOTION)


@pytest.mark.parametrize(("graph", "nvidia"), [(MOTION, False), (EXPRESSION, True)])
def test_eight_bits_only_where_they_exist(graph: Graph, nvidia: bool) -> None:
    with pytest.raises(GraphError, match="x: there is no int8 form of it for"):
        form(FILES[graph], "int8", nvidia=nvidia, source="x")


def test_eight_bits_on_the_processor_are_what_ships() -> None:
    made = form(FILES[EXPRESSION], "int8", nvidia=False, source="x")
    assert made.content == FILES[EXPRESSION]


def test_eight_bits_for_nvidia_are_a_file_of_their_own() -> None:
    spare = find_weights("expression").read_nvidia_int8
    made = form(FILES[EXPRESSION], "int8", nvidia=True, source="x", int8=spare)
    assert (made.precision, made.content) == ("int8", spare())
    assert is_eight_bit(made.content)
    # TensorRT's parser takes no integers of 32 bits; and its zero points are zero.
    model = onnx.load_from_string(made.content)
    stored = {one.name: one for one in model.graph.initializer}
    taken = [n for n in model.graph.node if n.op_type.endswith("uantizeLinear")]
    # Three for each convolution but the first.
    assert len(taken) == 27
    for node in taken:
        zero = onnx.numpy_helper.to_array(stored[node.input[2]])
        assert zero.dtype == np.int8 and not zero.any()
    assert 6 not in types(made.content)


def test_the_file_for_nvidia_is_read_only_where_it_is_wanted() -> None:
    def spare() -> bytes:
        raise GraphError("x_nvidia.onnx: cannot be read")

    asked: tuple[tuple[Precision, bool], ...] = (
        *(("int8", False), ("auto", True), ("fp32", True)),
    )
    for precision, nvidia in asked:
        form(FILES[EXPRESSION], precision, nvidia=nvidia, source="x", int8=spare)
    with pytest.raises(GraphError, match=r"x_nvidia\.onnx: cannot be read"):
        form(FILES[EXPRESSION], "int8", nvidia=True, source="x", int8=spare)


def test_both_eight_bit_files_stand_for_one_network() -> None:
    spare = find_weights("expression").read_nvidia_int8()
    assert spare is not None
    both = (as_float(FILES[EXPRESSION], "x"), as_float(spare, "x"))
    one, other = (OnnxRuntimeEngine(EXPRESSION, content) for content in both)
    assert compare(EXPRESSION, one, other).worst < 0.01


@pytest.mark.parametrize("graph", GRAPHS, ids=lambda graph: graph.name)
def test_half_computes_the_same_between_fp32_ends(graph: Graph) -> None:
    single = form(FILES[graph], "fp32", nvidia=True, source="x").content
    half = form(FILES[graph], "fp16", nvidia=True, source="x").content
    found = compare(
        graph, OnnxRuntimeEngine(graph, half), OnnxRuntimeEngine(graph, single)
    )
    assert 0.0 < found.worst < 0.02  # measured: 8e-4, 2e-3, 4e-3 and 5e-3
    assert found.within("fp16")
    assert len(half) < 0.55 * len(single)
    assert 1 not in types(half)
    assert 10 in types(half)


def test_the_float_form_answers_as_the_eight_bit_one() -> None:
    """Faces are made up: real ones are in expression.md, at 99.1 % the same answer."""
    widened = as_float(FILES[EXPRESSION], "x")
    assert not is_eight_bit(widened)
    eight = OnnxRuntimeEngine(EXPRESSION, FILES[EXPRESSION])
    single = OnnxRuntimeEngine(EXPRESSION, widened)
    rng = np.random.default_rng(0)
    gaps, same = [], 0
    for _ in range(40):
        face = rng.normal(0.0, 1.0, EXPRESSION.inputs[0].shape).astype(np.float32)
        one, other = (e.run({"face": face})["probabilities"] for e in (eight, single))
        gaps.append(float(np.abs(one - other).max()))
        same += int(one.argmax() == other.argmax())
    assert 0.0 < float(np.median(gaps)) < 0.05
    assert same >= 36


def in_steps(
    array: np.ndarray[tuple[int, int], np.dtype[np.float32]], axis: int
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return (r, c) int8 weights, and what a step of a row or column is."""
    grid = np.maximum(np.abs(array).max(axis=1 - axis, keepdims=True), 1e-3) / 127
    return np.round(array / grid).astype(np.int8), grid


def quantised(
    array: np.ndarray[tuple[int, int], np.dtype[np.float32]], axis: int
) -> bytes:
    """Return y = x @ w in eight bits: weights per row or column, x and y as a whole."""
    helper = onnx.helper
    w, grid = in_steps(array, axis)
    scale = grid.squeeze(1 - axis)
    numbers = onnx.numpy_helper.from_array
    graph = helper.make_graph(
        [
            helper.make_node("QuantizeLinear", ["x", "s", "z"], ["xq"]),
            helper.make_node("DequantizeLinear", ["xq", "s", "z"], ["xd"]),
            helper.make_node("DequantizeLinear", ["w", "ws", "wz"], ["wd"], axis=axis),
            helper.make_node("MatMul", ["xd", "wd"], ["m"]),
            helper.make_node("QuantizeLinear", ["m", "s", "z"], ["mq"]),
            helper.make_node("DequantizeLinear", ["mq", "s", "z"], ["y"]),
        ],
        "quantised",
        [helper.make_tensor_value_info("x", 1, (1, array.shape[0]))],
        [helper.make_tensor_value_info("y", 1, (1, array.shape[1]))],
        [
            numbers(np.float32(0.02), "s"),
            numbers(np.uint8(128), "z"),
            numbers(w, "w"),
            numbers(scale.astype(np.float32), "ws"),
            numbers(np.zeros(len(scale), np.int8), "wz"),
        ],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8
    )
    return bytes(model.SerializeToString())


@settings(max_examples=25)
@given(
    st.integers(0, 10**6), st.integers(1, 5), st.integers(1, 5), st.sampled_from([0, 1])
)
def test_widened_weights_are_what_they_stood_for(
    seed: int, rows: int, columns: int, axis: int
) -> None:
    import onnxruntime

    rng = np.random.default_rng(seed)
    array = rng.normal(size=(rows, columns)).astype(np.float32)
    content = as_float(quantised(array, axis), "x")
    session = onnxruntime.InferenceSession(content)
    x = rng.normal(size=(1, rows)).astype(np.float32)
    (found,) = session.run(["y"], {"x": x})
    steps, grid = in_steps(array, axis)
    assert np.allclose(found, x @ (steps * grid), atol=1e-5)
    assert not is_eight_bit(content)


@given(st.binary(max_size=60))
def test_garbage_is_no_model(content: bytes) -> None:
    for make in (as_float, as_half):
        with pytest.raises(GraphError, match="x: is not an ONNX model"):
            make(content, "x")


def test_every_half_of_a_file_is_no_model() -> None:
    content = softmax_of_eight()
    for length in range(len(content)):
        with pytest.raises(GraphError, match="is not an ONNX model"):
            as_half(content[:length], "x")
    assert as_half(content, "x")


def test_without_onnx_the_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(DeviceError, match=r"run: .* -m pip install onnx"):
        form(FILES[MOTION], "fp16", nvidia=True, source="x")
    # What ships in fp32 needs no package.
    assert form(FILES[MOTION], "auto", nvidia=True, source="x").precision == "fp32"
