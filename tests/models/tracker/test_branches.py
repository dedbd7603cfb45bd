"""Joined branches compute what the branches compute."""

import numpy as np
import pytest

pytest.importorskip("onnx", reason="converting needs onnx")
pytest.importorskip("tflite", reason="converting needs tflite")

import onnxruntime
import tflite

from models.tracker.branches import Joint, branch, join
from models.tracker.layers import Conversion, convert
from models.tracker.onnx_builder import Builder
from models.tracker.tflite_file import Array, Model, Operator

SAME = {
    "Padding": tflite.Padding.SAME,
    "StrideH": 1,
    "StrideW": 1,
    "FusedActivationFunction": tflite.ActivationFunctionType.NONE,
}
POOL = {**SAME, "StrideH": 2, "StrideW": 2, "FilterHeight": 2, "FilterWidth": 2}
SUM = {"FusedActivationFunction": tflite.ActivationFunctionType.NONE}


class Net:
    """A model that grows; all of its feature maps are 4 x 4 or 2 x 2."""

    def __init__(self) -> None:
        self.rng = np.random.default_rng(7)
        self.operators: list[Operator] = []
        self.shapes: dict[int, tuple[int, ...]] = {}
        self.constants: dict[int, Array] = {}

    def tensor(self, *shape: int) -> int:
        self.shapes[len(self.shapes)] = shape
        return len(self.shapes) - 1

    def weight(self, *shape: int) -> int:
        number = self.tensor(*shape)
        # Numbers that half precision holds, some of them above 1.
        values = np.round(self.rng.standard_normal(shape) * 64.0) / 64.0
        self.constants[number] = values.astype(np.float32)
        return number

    def add(
        self, name: str, inputs: list[int], shape: tuple[int, ...], options: object
    ) -> int:
        out = self.tensor(*shape)
        assert isinstance(options, dict)
        self.operators.append(Operator(name, tuple(inputs), (out,), options))
        return out

    def trunk(self, start: int) -> int:
        """(1, 4, 4, 3) -> (1, 2, 2, 5): every kind of layer of the mesh."""
        deep = self.add(
            "DEPTHWISE_CONV_2D",
            [start, self.weight(1, 3, 3, 3), self.weight(3)],
            (1, 4, 4, 3),
            {**SAME, "DepthMultiplier": 1},
        )
        conv = self.add("CONV_2D", [deep, self.weight(3, 1, 1, 3)], (1, 4, 4, 3), SAME)
        total = self.add("ADD", [start, conv], (1, 4, 4, 3), SUM)
        bent = self.add("PRELU", [total, self.weight(1, 1, 3)], (1, 4, 4, 3), {})
        small = self.add("MAX_POOL_2D", [bent], (1, 2, 2, 3), POOL)
        pads = self.tensor(4, 2)
        self.constants[pads] = np.array([[0, 0], [0, 0], [0, 0], [0, 2]], np.int32)
        return self.add("PAD", [small, pads], (1, 2, 2, 5), {})

    def end(self, start: int, channels: int) -> int:
        """(1, 2, 2, 5) -> (1, 1, 1, channels)."""
        return self.add(
            "CONV_2D",
            [start, self.weight(channels, 2, 2, 5), self.weight(channels)],
            (1, 1, 1, channels),
            {**SAME, "Padding": tflite.Padding.VALID},
        )

    def model(self, starts: list[int], ends: list[int]) -> Model:
        return Model(
            tuple(self.operators),
            self.shapes,
            {},
            self.constants,
            tuple(starts),
            tuple(ends),
        )


def forked() -> tuple[Model, list[int], list[int]]:
    """Two trunks; the second one ends in two ways."""
    net = Net()
    starts = [net.tensor(1, 4, 4, 3) for _ in range(2)]
    first, second = (net.trunk(start) for start in starts)
    ends = [net.end(first, 6), net.end(second, 4), net.end(second, 6)]
    return net.model(starts, ends), starts, ends


def test_joined_branches_give_the_values_of_each() -> None:
    model, starts, ends = forked()
    joint = Joint(model)
    start = joint.start(starts)
    end = join(joint, [branch(model, one, frozenset(starts)) for one in ends])
    builder = Builder()
    alone = Conversion(model, builder)
    together = Conversion(joint.whole(), builder)
    alone.names.update(zip(starts, ("a", "b"), strict=True))
    together.names[start] = builder.node("Concat", "a", "b", axis=1)
    convert(alone)
    convert(together)
    for number, one in enumerate(ends):
        builder.named(alone.value(one), f"end_{number}")
    builder.named(together.value(end), "all")
    content = builder.model(
        {"a": (1, 3, 4, 4), "b": (1, 3, 4, 4)},
        {
            "end_0": (1, 6, 1, 1),
            "end_1": (1, 4, 1, 1),
            "end_2": (1, 6, 1, 1),
            "all": (1, 18, 1, 1),
        },
        "",
    )
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    rng = np.random.default_rng(8)
    feeds = {
        name: rng.standard_normal((1, 3, 4, 4)).astype(np.float32) for name in "ab"
    }
    *apart, joined = session.run(None, feeds)
    # The second end has fewer channels; it is filled with zeros.
    expected = [apart[0], apart[1], np.zeros((1, 2, 1, 1)), apart[2]]
    np.testing.assert_allclose(joined, np.concatenate(expected, 1), atol=1e-5)
    kinds = [operator.name for operator in joint.operators]
    assert kinds.count("CONV_2D") == 2 and kinds.count("SELECT_CHANNELS") == 1


def test_branches_that_differ_are_refused() -> None:
    net = Net()
    starts = [net.tensor(1, 4, 4, 3) for _ in range(2)]
    other = {**SAME, "StrideH": 2, "StrideW": 2}
    ends = [
        net.add("CONV_2D", [start, net.weight(3, 1, 1, 3)], (1, 4, 4, 3), options)
        for start, options in zip(starts, (SAME, other), strict=True)
    ]
    model = net.model(starts, ends)
    joint = Joint(model)
    joint.start(starts)
    with pytest.raises(ValueError, match="differ in the options of CONV_2D"):
        join(joint, [branch(model, end, frozenset(starts)) for end in ends])


def test_starts_of_different_shapes_are_refused() -> None:
    net = Net()
    starts = [net.tensor(1, 4, 4, 3), net.tensor(1, 4, 4, 2)]
    with pytest.raises(ValueError, match="different shapes"):
        Joint(net.model(starts, [])).start(starts)


def test_a_branch_that_begins_elsewhere_is_refused() -> None:
    model, starts, ends = forked()
    with pytest.raises(ValueError, match="not a branch"):
        branch(model, ends[0], frozenset(starts[1:]))
