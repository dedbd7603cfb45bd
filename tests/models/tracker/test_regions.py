"""Boxes, cut-outs and points carried back, against the same in NumPy."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

pytest.importorskip("onnx", reason="converting needs onnx")
pytest.importorskip("tflite", reason="converting needs tflite")

import onnxruntime

from models.tracker.onnx_builder import Builder
from models.tracker.regions import Affine, Box, box_of, carried, cut, found
from models.tracker.tflite_file import Operator

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]

BOX = Box((0, 1, 2, 3), 4, 5, 0.0, (1.5, 1.5), (16, 16))


def run(
    make: Callable[[Builder], dict[str, str]],
    feeds: dict[str, Singles],
    shapes: dict[str, tuple[int, ...]],
) -> list[Singles]:
    """Run a graph whose maker returns the names of its outputs."""
    builder = Builder()
    for name, value in make(builder).items():
        builder.named(value, name)
    ins = {name: array.shape for name, array in feeds.items()}
    content = builder.model(ins, shapes, "")
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    return [np.asarray(out) for out in session.run(list(shapes), feeds)]


def affine(angle: float, scale: float, x: float, y: float) -> tuple[Singles, Singles]:
    """Return linear (2, 2) and shift (1, 2): point @ linear + shift."""
    cos, sin = scale * math.cos(angle), scale * math.sin(angle)
    return (
        np.array([[cos, sin], [-sin, cos]], dtype=np.float32),
        np.array([[x, y]], dtype=np.float32),
    )


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


PLACES = [
    affine(0.0, 1.0, 0.0, 0.0),
    affine(0.4, 1.3, 2.0, 1.0),
    affine(-1.0, 2.0, 20.0, 30.0),  # partly outside
    affine(0.0, 0.25, 44.0, 44.0),  # up to the last pixel
]


@pytest.mark.parametrize("step", [1.0, 4.0])
def test_cutting_samples_between_pixels(step: float) -> None:
    rng = np.random.default_rng(2)
    picture = rng.standard_normal((1, 5, 48, 48)).astype(np.float32)
    linear = np.stack([step * one for one, _ in PLACES])
    shift = np.stack([step * one for _, one in PLACES])

    def make(b: Builder) -> dict[str, str]:
        whole, boxes = Affine("linear", "shift"), [BOX] * len(PLACES)
        return {"out": cut(b, "map", (48, 48, 5), whole, boxes, step)}

    (out,) = run(
        make,
        {"map": picture, "linear": linear, "shift": shift},
        {"out": (1, 5 * len(PLACES), 16, 16)},
    )
    for n, (turn, start) in enumerate(PLACES):
        expected = np.zeros((5, 16, 16))
        for row in range(16):
            for column in range(16):
                x, y = np.array([column + 0.5, row + 0.5]) @ turn + start[0] - 0.5
                expected[:, row, column] = sampled(picture[0].astype(float), x, y)
        np.testing.assert_allclose(out[0, 5 * n : 5 * n + 5], expected, atol=2e-4)


@pytest.mark.parametrize("shape", [(48, 40, 5), (40, 48, 5)])
def test_a_map_that_is_not_square_is_refused(shape: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="from a map of"):
        cut(Builder(), "map", shape, Affine("linear", "shift"), [BOX], 4.0)


def test_cut_outs_of_different_sizes_are_refused() -> None:
    other = replace(BOX, size=(8, 16))
    with pytest.raises(ValueError, match="cut-outs of"):
        cut(Builder(), "map", (48, 48, 5), Affine("a", "b"), [BOX, other], 4.0)


def test_points_are_carried_by_the_box_that_each_belongs_to() -> None:
    rng = np.random.default_rng(3)
    points = rng.standard_normal((3, 9, 2)).astype(np.float32)
    linear, shift = (np.stack(one) for one in zip(*(PLACES[1], PLACES[2]), strict=True))

    def make(b: Builder) -> dict[str, str]:
        return {"out": carried(b, "p", Affine("l", "s"), [1, 0, 1], 0.25)}

    (out,) = run(make, {"p": points, "l": linear, "s": shift}, {"out": (3, 9, 2)})
    for row, box in enumerate([1, 0, 1]):
        expected = 0.25 * points[row] @ linear[box] + shift[box]
        np.testing.assert_allclose(out[row], expected, atol=1e-5)


def turned_box(angle: float) -> Singles:
    """Return (6, 2): the corners of a box of 4 by 2 about (10, 20), and its axis."""
    corners = np.array([[-2, -1], [2, -1], [2, 1], [-2, 1], [-1, 0], [1, 0]])
    linear, shift = affine(angle, 1.0, 10.0, 20.0)
    return corners.astype(np.float32) @ linear + shift


@pytest.mark.parametrize("angle", [0.0, 0.5, 2.0, -3.0])
@pytest.mark.parametrize("wanted", [0.0, 0.7])
def test_boxes_enclose_their_points_and_turn_with_them(
    angle: float, wanted: float
) -> None:
    points = np.concatenate([turned_box(angle), turned_box(0.0) + np.float32(30.0)])
    # The second box is given by fewer points: two of its corners are enough.
    boxes = [
        replace(BOX, angle=wanted),
        Box((6, 8), 10, 11, 0.0, (2.0, 1.0), (16, 8)),
    ]

    def make(b: Builder) -> dict[str, str]:
        whole = found(b, "p", boxes)
        return {"linear": whole.linear, "shift": whole.shift}

    linear, shift = run(make, {"p": points}, {"linear": (2, 2, 2), "shift": (2, 1, 2)})
    # Seen along the axis of the cut-out, the box reaches from its middle this far.
    turn, middle = affine(angle - wanted, 1.0, 10.0, 20.0)
    seen = (points[:4] - middle) @ turn.T
    reach = 1.5 * seen.max(axis=0)
    for pixel, place in (((0, 0), -reach), ((16, 16), reach), ((8, 8), 0.0 * reach)):
        expected = place @ turn + middle[0]
        np.testing.assert_allclose(pixel @ linear[0] + shift[0, 0], expected, atol=1e-4)
    for pixel, expected in (((0, 0), (36, 49)), ((16, 8), (44, 51))):
        np.testing.assert_allclose(pixel @ linear[1] + shift[1, 0], expected, atol=1e-4)


def test_a_box_is_read_from_the_operator_of_the_file() -> None:
    options = {
        "subset_idxs": [0, 1, 2, 3],
        "left_rotation_idx": 4,
        "right_rotation_idx": 5,
        "target_rotation_radians": 0.0,
        "scale_x": 1.5,
        "scale_y": 1.5,
        "output_width": 16,
        "output_height": 16,
    }
    operator = Operator("Landmarks2TransformMatrix", (0,), (1,), options)
    assert box_of(operator) == BOX
