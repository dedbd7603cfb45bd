"""Reads a TFLite model as plain values, with its weights unpacked to float32.

The file is a FlatBuffer; its schema is TensorFlow's `schema.fbs`, which the package
`tflite` has as classes. Weights in float16 stand behind a DEQUANTIZE operator, sparse
ones behind a DENSIFY operator; both are carried out here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import tflite
from flatbuffers import flexbuffers

from .sparse import dense

Array = npt.NDArray[Any]

_NAMES: Final = {
    value: name
    for name, value in vars(tflite.BuiltinOperator).items()
    if isinstance(value, int)
}
_TYPES: Final = {
    tflite.TensorType.FLOAT32: np.float32,
    tflite.TensorType.FLOAT16: np.float16,
    tflite.TensorType.INT32: np.int32,
    tflite.TensorType.UINT8: np.uint8,
    tflite.TensorType.INT8: np.int8,
}


@dataclass(frozen=True, slots=True, eq=False)
class Operator:
    """One operator: its name, the tensors that it reads and writes, its options."""

    name: str
    """TFLite's name in capitals, or the name of a custom operator."""
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """The only subgraph of a TFLite file."""

    operators: tuple[Operator, ...]
    """In an order in which they can run."""
    shapes: Mapping[int, tuple[int, ...]]
    """Of every tensor; feature maps are (1, height, width, channels)."""
    names: Mapping[int, str]
    constants: Mapping[int, Array]
    """Weights (float32) and other constant tensors."""
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


def read_model(content: bytes, source: str) -> Model:
    """Read a TFLite file.

    Args:
        content: the file's bytes.
        source: where they are from, for messages.

    Raises:
        ValueError: it is not a TFLite model with one subgraph.
    """
    if content[4:8] != b"TFL3":
        raise ValueError(f"{source}: not a TFLite model (no TFL3 at byte 4)")
    model = tflite.Model.GetRootAsModel(content, 0)
    if model.SubgraphsLength() != 1:
        raise ValueError(f"{source}: {model.SubgraphsLength()} subgraphs, expected one")
    graph = model.Subgraphs(0)
    tensors = [graph.Tensors(i) for i in range(graph.TensorsLength())]
    constants: dict[int, Array] = {}
    for number, tensor in enumerate(tensors):
        data = model.Buffers(tensor.Buffer()).DataAsNumpy()
        if isinstance(data, np.ndarray) and len(data):
            constants[number] = _constant(tensor, data, source)
    operators = []
    for k in range(graph.OperatorsLength()):
        operator = _operator(model, graph.Operators(k))
        if operator.name in ("DEQUANTIZE", "DENSIFY"):
            # Of weights: float16 to float32, or sparse (already dense here) to dense.
            (weights,), (wanted,) = operator.inputs, operator.outputs
            if weights not in constants:
                raise ValueError(f"{source}: {operator.name} of what is no weight")
            constants[wanted] = constants[weights].astype(np.float32)
        else:
            operators.append(operator)
    return Model(
        tuple(operators),
        {
            n: tuple(int(d) for d in _list(t.ShapeAsNumpy()))
            for n, t in enumerate(tensors)
        },
        {n: t.Name().decode() for n, t in enumerate(tensors)},
        constants,
        tuple(int(i) for i in graph.InputsAsNumpy()),
        tuple(int(i) for i in graph.OutputsAsNumpy()),
    )


def _constant(tensor: Any, data: Array, source: str) -> Array:
    if tensor.Type() not in _TYPES:
        raise ValueError(f"{source}: weights of type {tensor.Type()}")
    values = data.view(_TYPES[tensor.Type()])
    shape = tuple(int(d) for d in _list(tensor.ShapeAsNumpy()))
    if tensor.Sparsity() is not None:
        return dense(values, shape, tensor.Sparsity())
    return values.reshape(shape)


def _operator(model: Any, raw: Any) -> Operator:
    code = model.OperatorCodes(raw.OpcodeIndex())
    # Older files have the number in the first field, newer ones in the second.
    name = _NAMES[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())]
    options: dict[str, Any] = {}
    if name == "CUSTOM":
        name = code.CustomCode().decode()
        if raw.CustomOptionsLength():
            options = flexbuffers.Loads(bytes(raw.CustomOptionsAsNumpy()))
    elif name in _READ:
        kind, fields = _READ[name]
        table = raw.BuiltinOptions()
        read = getattr(tflite, kind)()
        read.Init(table.Bytes, table.Pos)
        options = {field: getattr(read, field)() for field in fields}
    return Operator(
        name,
        tuple(int(i) for i in raw.InputsAsNumpy() if i >= 0),
        tuple(int(i) for i in raw.OutputsAsNumpy()),
        options,
    )


_READ: Final = {
    "CONV_2D": (
        "Conv2DOptions",
        ("Padding", "StrideH", "StrideW", "FusedActivationFunction"),
    ),
    "DEPTHWISE_CONV_2D": (
        "DepthwiseConv2DOptions",
        ("Padding", "StrideH", "StrideW", "FusedActivationFunction", "DepthMultiplier"),
    ),
    "MAX_POOL_2D": (
        "Pool2DOptions",
        (
            "Padding",
            "StrideH",
            "StrideW",
            "FilterHeight",
            "FilterWidth",
            "FusedActivationFunction",
        ),
    ),
    "ADD": ("AddOptions", ("FusedActivationFunction",)),
    "MUL": ("MulOptions", ("FusedActivationFunction",)),
    "CONCATENATION": ("ConcatenationOptions", ("Axis", "FusedActivationFunction")),
    "RESIZE_BILINEAR": (
        "ResizeBilinearOptions",
        ("AlignCorners", "HalfPixelCenters"),
    ),
    "DEPTH_TO_SPACE": ("DepthToSpaceOptions", ("BlockSize",)),
}
"""The options that are used, by operator: their table and its fields."""


def _list(values: Any) -> list[int]:
    """Return a vector of numbers; an absent one reads as the number 0."""
    return [] if isinstance(values, int) else list(values)
