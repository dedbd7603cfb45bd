"""How the mesh looks again at lips and eyes: boxes, cut-outs, points carried back.

The mesh finds a turned box around some of its first points, cuts that box out of an
early feature map, finds finer points in the cut-out, and carries them back. TFLite has
a custom operator for each step and each box; their meaning is that of version 2 of the
files in MediaPipe's `mediapipe/util/tflite/operations/` (Apache-2.0). Here, standard
operators of ONNX do each step for all boxes at once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from onnx import TensorProto

from .onnx_builder import Builder
from .tflite_file import Operator


@dataclass(frozen=True, slots=True)
class Box:
    """Which points a box encloses, and how it is turned."""

    points: tuple[int, ...]
    left: int
    right: int
    """The axis that sets the turn goes from `left` to `right`."""
    angle: float
    """By which the box is turned against that axis, radians."""
    scale: tuple[float, float]
    """How much wider and higher it is than needed."""
    size: tuple[int, int]
    """Width and height of the cut-out, pixels."""


@dataclass(frozen=True, slots=True)
class Affine:
    """Carries points of n cut-outs to the picture: point @ linear + shift."""

    linear: str
    """(n, 2, 2)."""
    shift: str
    """(n, 1, 2)."""


def box_of(operator: Operator) -> Box:
    """Return what a Landmarks2TransformMatrix operator is told."""
    options = operator.options
    return Box(
        tuple(options["subset_idxs"]),
        options["left_rotation_idx"],
        options["right_rotation_idx"],
        options["target_rotation_radians"],
        (options["scale_x"], options["scale_y"]),
        (options["output_width"], options["output_height"]),
    )


def found(b: Builder, points: str, boxes: Sequence[Box]) -> Affine:
    """Find boxes around points (m, 2)."""
    count = len(boxes)
    most = max(len(box.points) for box in boxes)
    # A point that is given twice does not change a box.
    inside = [box.points + box.points[:1] * (most - len(box.points)) for box in boxes]

    def at(numbers: object) -> str:
        return b.node("Gather", points, b.indices(numbers), axis=0)

    # The direction between the two points is the cosine and sine of their angle, so
    # that no arc tangent is needed.
    way = b.node(
        "Sub", at([[box.right] for box in boxes]), at([[box.left] for box in boxes])
    )
    way = b.node("Div", way, b.node("ReduceL2", way, axes=[2], keepdims=1))
    flat = b.node("MatMul", way, b.constant([_turn(box.angle) for box in boxes]))
    back = b.node("Reshape", flat, b.indices([count, 2, 2]))
    turn = b.node("Transpose", back, perm=[0, 2, 1])
    turned = b.node("MatMul", at(inside), back)
    low = b.node("ReduceMin", turned, axes=[1], keepdims=1)
    high = b.node("ReduceMax", turned, axes=[1], keepdims=1)
    span = b.node("Sub", high, low)
    scales = np.array([[box.scale] for box in boxes])
    sizes = np.array([[box.size] for box in boxes])
    corner = b.node("Add", low, b.node("Mul", span, b.constant(0.5 * (1.0 - scales))))
    pixel = b.node("Mul", span, b.constant(scales / sizes))
    pixel = b.node("Reshape", pixel, b.indices([count, 2, 1]))
    return Affine(b.node("Mul", pixel, turn), b.node("MatMul", corner, turn))


def _turn(angle: float) -> list[list[float]]:
    """Return (2, 4): direction (1, 2) @ it is a turn by the direction's angle less
    `angle`, row by row."""
    cos, sin = math.cos(angle), math.sin(angle)
    return [[cos, sin, -sin, cos], [sin, -cos, cos, sin]]


def cut(
    b: Builder,
    features: str,
    shape: tuple[int, int, int],
    affine: Affine,
    boxes: Sequence[Box],
    step: float,
) -> str:
    """Cut the boxes out of a feature map: bilinear, 0 outside of the map.

    Each pixel is a weighted sum of four pixels of the map. They are gathered as whole
    rows of channels, which takes a third of the time of GridSample.

    Args:
        b: gets the operators.
        features: the map, (1, channels, height, width).
        shape: its height, width and channels.
        affine: of the boxes, in the picture.
        boxes: all of them with cut-outs of the same size.
        step: pixels of the picture per pixel of the map.

    Returns:
        (1, n * channels, h, w).

    Raises:
        ValueError: the map is not square, or the cut-outs differ in size.
    """
    height, width, channels = shape
    sizes = {box.size for box in boxes}
    if height != width or len(sizes) != 1:
        raise ValueError(f"cut-outs of {sizes} pixels from a map of {shape}")
    ((across, down),) = sizes
    y, x = np.mgrid[0:down, 0:across] + 0.5
    places = b.constant(np.stack([x.ravel(), y.ravel()], axis=1) / step)
    # In pixels of the map, whose centres are whole numbers.
    shift = b.node(
        "Sub", b.node("Mul", affine.shift, b.constant(1.0 / step)), b.constant(0.5)
    )
    at = b.node("Add", b.node("MatMul", places, affine.linear), shift)
    kept = b.node("Clip", at, b.constant(0.0), b.constant(width - 1.0))
    inside = b.node("Cast", b.node("Equal", kept, at), to=TensorProto.FLOAT)
    # A pixel beyond the last one has the weight 0, so any pixel will do.
    low = b.node("Min", b.node("Floor", kept), b.constant(width - 2.0))
    more = b.node("Sub", kept, low)
    less = b.node("Sub", b.constant(1.0), more)
    both = b.node(
        "Concat", b.node("Mul", less, inside), b.node("Mul", more, inside), axis=2
    )
    weights = b.node(
        "Mul",
        b.node("Gather", both, b.indices([0, 2, 0, 2]), axis=2),
        b.node("Gather", both, b.indices([1, 1, 3, 3]), axis=2),
    )
    # Rows of the map: y * width + x.
    first = b.node("MatMul", low, b.constant([[1.0], [width]]))
    rows = b.node(
        "Add",
        b.node("Cast", first, to=TensorProto.INT64),
        b.indices([0, 1, width, width + 1]),
    )
    table = b.node(
        "Reshape",
        b.node("Transpose", features, perm=[0, 2, 3, 1]),
        b.indices([height * width, channels]),
    )
    seen = b.node("Gather", table, rows, axis=0)  # (n, pixels, 4, channels)
    weighed = b.node("MatMul", b.node("Unsqueeze", weights, b.indices([2])), seen)
    total = b.node("Squeeze", weighed, b.indices([2]))
    return b.node(
        "Reshape",
        b.node("Transpose", total, perm=[0, 2, 1]),
        b.indices([1, len(boxes) * channels, down, across]),
    )


def carried(
    b: Builder, points: str, affine: Affine, which: Sequence[int], unit: float
) -> str:
    """Carry points (k, m, 2) of cut-outs to the picture.

    Args:
        b: gets the operators.
        points: in units of their own.
        affine: of n boxes.
        which: (k,) the box of each row of points.
        unit: pixels of the cut-out per unit of the points.
    """
    points = b.node("Mul", points, b.constant(unit))
    linear, shift = (
        b.node("Gather", one, b.indices(list(which)), axis=0)
        for one in (affine.linear, affine.shift)
    )
    return b.node("Add", b.node("MatMul", points, linear), shift)
