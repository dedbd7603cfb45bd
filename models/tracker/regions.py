"""The mesh's three custom operators, in ONNX's standard ones.

The mesh looks at lips and eyes again: it finds a turned box around some of its first
points, cuts that box out of an early feature map, finds finer points in the cut-out,
and carries them back. The meaning of the operators is that of version 2 of the files in
MediaPipe's `mediapipe/util/tflite/operations/` (Apache-2.0).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np
from onnx import TensorProto

from .layers import Conversion
from .onnx_builder import Array, Builder
from .tflite_file import Operator


def matrix(c: Conversion, o: Operator) -> str:
    """Points (1, n, 3) -> (1, 4, 4): from the cut-out's pixels to those of the map.

    The box encloses `subset_idxs`, with its x axis along two given points; it is
    `scale_x` and `scale_y` times as large as needed.
    """
    b, options = c.builder, o.options
    points = b.node(
        "Slice",
        b.node("Squeeze", c.value(o.inputs[0]), b.indices([0])),
        *(b.indices([0]), b.indices([2]), b.indices([1])),
    )

    def at(numbers: list[int]) -> str:
        return b.node("Gather", points, b.indices(numbers), axis=0)

    # The direction between the two points is the cosine and sine of their angle, so
    # that no arc tangent is needed.
    way = b.node(
        "Sub", at([options["right_rotation_idx"]]), at([options["left_rotation_idx"]])
    )
    way = b.node("Div", way, b.node("ReduceL2", way, axes=[1], keepdims=1))
    # Turned by the wanted angle less theirs.
    want = options["target_rotation_radians"]
    cos_sin = np.array([[math.cos(want), math.sin(want)]])
    sin_cos = np.array([[math.sin(want), -math.cos(want)]])
    cos = _dot(b, way, cos_sin)
    sin = _dot(b, way, sin_cos)
    less = b.node("Neg", sin)
    turn = _rows(b, (cos, less), (sin, cos))
    back = _rows(b, (cos, sin), (less, cos))
    turned = b.node(
        "MatMul",
        at(list(options["subset_idxs"])),
        b.node("Transpose", turn, perm=[1, 0]),
    )
    low = b.node("ReduceMin", turned, axes=[0], keepdims=1)
    high = b.node("ReduceMax", turned, axes=[0], keepdims=1)
    middle = b.node("Mul", b.node("Add", low, high), b.constant(0.5))
    centre = b.node("MatMul", back, b.node("Transpose", middle, perm=[1, 0]))
    width, height = options["output_width"], options["output_height"]
    scale = b.node(
        "Mul",
        b.node("Sub", high, low),
        b.constant([[options["scale_x"] / width, options["scale_y"] / height]]),
    )
    linear = b.node("Mul", back, scale)
    corner = b.constant([[-width / 2.0], [-height / 2.0]])
    shift = b.node("Add", centre, b.node("MatMul", linear, corner))
    rows = b.node("Concat", linear, b.constant(np.zeros((2, 1))), shift, axis=1)
    rest = b.constant([[0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]])
    whole = b.node("Concat", rows, rest, axis=0)
    return b.node("Unsqueeze", whole, b.indices([0]))


def cut(c: Conversion, o: Operator) -> str:
    """Feature map and matrix -> the cut-out, bilinear, 0 outside of the map.

    Each pixel is a weighted sum of four pixels of the map. They are gathered as whole
    rows of channels, which takes a third of the time of GridSample.
    """
    b = c.builder
    _, height, width, channels = c.model.shapes[o.inputs[0]]
    _, out_height, out_width, _ = c.model.shapes[o.outputs[0]]
    down, right = np.mgrid[0:out_height, 0:out_width] + 0.5
    places = np.stack([right.ravel(), down.ravel()])
    linear, shift = _affine(b, c.value(o.inputs[1]))
    # (2, pixels) in pixels of the map, whose centres are whole numbers.
    at = b.node("Add", b.node("MatMul", linear, b.constant(places)), shift)
    at = b.node("Sub", at, b.constant(0.5))
    last = b.constant([[width - 1.0], [height - 1.0]])
    kept = b.node("Min", b.node("Max", at, b.constant(0.0)), last)
    inside = b.node("Cast", b.node("Equal", kept, at), to=TensorProto.FLOAT)
    # A pixel beyond the last one has the weight 0, so any pixel will do.
    low = b.node("Min", b.node("Floor", kept), b.node("Sub", last, b.constant(1.0)))
    more = b.node("Sub", kept, low)
    less = b.node("Sub", b.constant(1.0), more)
    # Rows of the map: y * width + x.
    first = b.node(
        "Cast",
        b.node("MatMul", b.constant([[1.0, width]]), low),
        to=TensorProto.INT64,
    )
    rows = b.node("Add", first, b.indices([[0], [1], [width], [width + 1]]))
    both = b.node(
        "Concat", b.node("Mul", less, inside), b.node("Mul", more, inside), axis=0
    )
    weights = b.node(
        "Mul",
        b.node("Gather", both, b.indices([0, 2, 0, 2]), axis=0),
        b.node("Gather", both, b.indices([1, 1, 3, 3]), axis=0),
    )
    table = _table(c, o.inputs[0], height * width, channels)
    found = b.node("Gather", table, rows, axis=0)  # (4, pixels, channels)
    weighed = b.node("Mul", found, b.node("Unsqueeze", weights, b.indices([2])))
    total = b.node("ReduceSum", weighed, b.indices([0]), keepdims=0)
    return b.node(
        "Reshape",
        b.node("Transpose", total, perm=[1, 0]),
        b.indices([1, channels, out_height, out_width]),
    )


def _table(c: Conversion, tensor: int, pixels: int, channels: int) -> str:
    """Return a feature map as (pixels, channels), made once."""
    if tensor not in c.tables:
        b = c.builder
        flat = b.node("Reshape", c.value(tensor), b.indices([channels, pixels]))
        c.tables[tensor] = b.node("Transpose", flat, perm=[1, 0])
    return c.tables[tensor]


def carried(c: Conversion, o: Operator) -> str:
    """Points (1, n, 2) and a matrix -> the points moved by it."""
    b = c.builder
    linear, shift = _affine(b, c.value(o.inputs[1]))
    moved = b.node(
        "MatMul", c.value(o.inputs[0]), b.node("Transpose", linear, perm=[1, 0])
    )
    return b.node("Add", moved, b.node("Transpose", shift, perm=[1, 0]))


def _affine(b: Builder, whole: str) -> tuple[str, str]:
    """Return (2, 2) and (2, 1) of a matrix (1, 4, 4)."""
    flat = b.node("Squeeze", whole, b.indices([0]))
    rows = b.node("Gather", flat, b.indices([0, 1]), axis=0)
    return (
        b.node("Gather", rows, b.indices([0, 1]), axis=1),
        b.node("Gather", rows, b.indices([3]), axis=1),
    )


def _dot(b: Builder, row: str, other: Array) -> str:
    """(1, 2) with (1, 2) -> (1, 1)."""
    return b.node("MatMul", row, b.constant(other.T))


def _rows(b: Builder, first: tuple[str, str], second: tuple[str, str]) -> str:
    """Four (1, 1) values -> (2, 2)."""
    return b.node(
        "Concat",
        b.node("Concat", *first, axis=1),
        b.node("Concat", *second, axis=1),
        axis=0,
    )


CUSTOM: Final[dict[str, Callable[[Conversion, Operator], str]]] = {
    "Landmarks2TransformMatrix": matrix,
    "TransformTensorBilinear": cut,
    "TransformLandmarks": carried,
}
