"""The mesh's three custom operators, against the same in NumPy."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

pytest.importorskip("onnx", reason="converting needs onnx")
pytest.importorskip("tflite", reason="converting needs tflite")

import onnxruntime

from models.tracker.layers import Conversion
from models.tracker.onnx_builder import Builder
from models.tracker.regions import carried, cut, matrix
from models.tracker.tflite_file import Model, Operator

Floats = npt.NDArray[np.float64]


def run(
    make: Any,
    shapes: dict[int, tuple[int, ...]],
    feeds: dict[str, npt.NDArray[np.float32]],
    options: dict[str, Any] | None = None,
) -> npt.NDArray[np.float32]:
    """Run one operator: tensors 0.. are its inputs, the last is its output."""
    builder = Builder()
    ends = len(shapes) - 1
    model = Model((), shapes, {}, {}, tuple(range(ends)), (ends,))
    names = dict(enumerate(feeds))
    conversion = Conversion(model, builder, names)
    operator = Operator("CUSTOM", tuple(range(ends)), (ends,), options or {})
    builder.named(make(conversion, operator), "out")
    shape = shapes[ends]
    if len(shape) == 4:
        shape = (shape[0], shape[3], *shape[1:3])
    content = builder.model(
        {name: array.shape for name, array in feeds.items()}, {"out": shape}, ""
    )
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    (out,) = session.run(None, feeds)
    return np.asarray(out)


def affine(angle: float, scale: float, x: float, y: float) -> npt.NDArray[np.float32]:
    whole = np.eye(4, dtype=np.float32)[np.newaxis]
    cos, sin = scale * math.cos(angle), scale * math.sin(angle)
    whole[0, :2, :2] = [[cos, -sin], [sin, cos]]
    whole[0, :2, 3] = [x, y]
    return whole


def sampled(picture: Floats, x: float, y: float) -> Floats:
    """Return the channels at a place of (channels, h, w), 0 outside."""
    _, height, width = picture.shape
    if not (0.0 <= x <= width - 1 and 0.0 <= y <= height - 1):
        return np.zeros(len(picture))
    left, top = math.floor(x), math.floor(y)
    right, low = min(left + 1, width - 1), min(top + 1, height - 1)
    a, b = x - left, y - top
    upper = (1 - a) * picture[:, top, left] + a * picture[:, top, right]
    lower = (1 - a) * picture[:, low, left] + a * picture[:, low, right]
    found: Floats = (1 - b) * upper + b * lower
    return found


@pytest.mark.parametrize(
    "whole",
    [
        affine(0.0, 1.0, 0.0, 0.0),
        affine(0.4, 1.3, 2.0, 1.0),
        affine(-1.0, 2.0, 20.0, 30.0),  # partly outside
        affine(0.0, 0.25, 44.0, 44.0),  # up to the last pixel
    ],
)
def test_cutting_samples_between_pixels(whole: npt.NDArray[np.float32]) -> None:
    rng = np.random.default_rng(2)
    picture = rng.standard_normal((1, 5, 48, 48)).astype(np.float32)
    out = run(
        cut,
        {0: (1, 48, 48, 5), 1: (1, 4, 4), 2: (1, 16, 16, 5)},
        {"map": picture, "matrix": whole},
    )
    linear, shift = whole[0, :2, :2].astype(float), whole[0, :2, 3].astype(float)
    expected = np.zeros((5, 16, 16))
    for row in range(16):
        for column in range(16):
            x, y = linear @ [column + 0.5, row + 0.5] + shift - 0.5
            expected[:, row, column] = sampled(picture[0].astype(float), x, y)
    np.testing.assert_allclose(out[0], expected, atol=1e-4)


def test_points_are_carried_by_the_matrix() -> None:
    points = np.random.default_rng(3).standard_normal((1, 9, 2)).astype(np.float32)
    whole = affine(0.3, 2.0, 5.0, -1.0)
    out = run(
        carried, {0: (1, 9, 2), 1: (1, 4, 4), 2: (1, 9, 2)}, {"p": points, "m": whole}
    )
    expected = points[0] @ whole[0, :2, :2].T + whole[0, :2, 3]
    np.testing.assert_allclose(out[0], expected, atol=1e-5)


@pytest.mark.parametrize("angle", [0.0, 0.5, 2.0, -3.0])
def test_the_matrix_leads_to_the_turned_box_of_the_points(angle: float) -> None:
    """A box of 4 by 2 about (10, 20), turned; its cut-out is 16 pixels wide."""
    corners = np.array([[-2, -1], [2, -1], [2, 1], [-2, 1], [-1, 0], [1, 0]], float)
    turn = affine(angle, 1.0, 10.0, 20.0)[0]
    points = np.zeros((1, 6, 3), dtype=np.float32)
    points[0, :, :2] = corners @ turn[:2, :2].T + turn[:2, 3]
    out = run(
        matrix,
        {0: (1, 6, 3), 1: (1, 4, 4)},
        {"p": points},
        {
            "left_rotation_idx": 4,
            "right_rotation_idx": 5,
            "target_rotation_radians": 0.0,
            "subset_idxs": [0, 1, 2, 3],
            "scale_x": 1.5,
            "scale_y": 1.5,
            "output_width": 16,
            "output_height": 16,
        },
    )
    assert out[0, 2:].tolist() == [[0, 0, 1, 0], [0, 0, 0, 1]]
    for pixel, corner in (((0, 0), (-3, -1.5)), ((16, 16), (3, 1.5)), ((8, 8), (0, 0))):
        found = out[0] @ [*pixel, 0.0, 1.0]
        expected = turn[:2, :2] @ corner + turn[:2, 3]
        np.testing.assert_allclose(found[:2], expected, atol=1e-4)
