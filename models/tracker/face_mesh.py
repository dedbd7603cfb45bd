"""Makes our own graph of MediaPipe's attention mesh: one picture in, 478 points out.

The source is `face_landmark_with_attention.tflite` (Apache-2.0). Its seven outputs are
joined into one set of points, as MediaPipe's graph does behind the network
(`tensors_to_face_landmarks_with_attention.pbtxt`, Apache-2.0): lips and eyes take x and
y from the finer points, an iris takes z from the mean of its eye.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from engines.face.canonical_face import COUNT

from .branches import Joint, branch, join
from .layers import Conversion, as_convolved, convert
from .onnx_builder import Builder
from .regions import box_of, carried, cut, found
from .tflite_file import Model

SIDE: Final = 192
"""Height and width of the picture, pixels."""

LIPS: Final = (
    *(61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291),
    *(185, 40, 39, 37, 0, 267, 269, 270, 409),
    *(78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308),
    *(191, 80, 81, 82, 13, 312, 311, 310, 415),
    *(76, 77, 90, 180, 85, 16, 315, 404, 320, 307, 306),
    *(184, 74, 73, 72, 11, 302, 303, 304, 408),
    *(62, 96, 89, 179, 86, 15, 316, 403, 319, 325, 292),
    *(183, 42, 41, 38, 12, 268, 271, 272, 407),
)
RIGHT_EYE: Final = (
    *(33, 7, 163, 144, 145, 153, 154, 155, 133),
    *(246, 161, 160, 159, 158, 157, 173),
    *(130, 25, 110, 24, 23, 22, 26, 112, 243),
    *(247, 30, 29, 27, 28, 56, 190),
    *(226, 31, 228, 229, 230, 231, 232, 233, 244),
    *(113, 225, 224, 223, 222, 221, 189),
    *(35, 124, 46, 53, 52, 65),
    *(143, 111, 117, 118, 119, 120, 121, 128, 245),
    *(156, 70, 63, 105, 66, 107, 55, 193),
)
LEFT_EYE: Final = (
    *(263, 249, 390, 373, 374, 380, 381, 382, 362),
    *(466, 388, 387, 386, 385, 384, 398),
    *(359, 255, 339, 254, 253, 252, 256, 341, 463),
    *(467, 260, 259, 257, 258, 286, 414),
    *(446, 261, 448, 449, 450, 451, 452, 453, 464),
    *(342, 445, 444, 443, 442, 441, 413),
    *(265, 353, 276, 283, 282, 295),
    *(372, 340, 346, 347, 348, 349, 350, 357, 465),
    *(383, 300, 293, 334, 296, 336, 285, 417),
)
"""Which points of the mesh the finer ones replace, in their order. Right and left are
the actor's; the source's names are those of an unmirrored picture."""

CONTOUR: Final = 16
"""The first points of each eye are its contour."""

MESH: Final = 468
"""Points without the irises."""


def mesh_graph(model: Model, about: str) -> bytes:
    """Return the ONNX file.

    Its input is `picture` (1, 3, 192, 192): RGB, 0 to 1. Its outputs are `points`
    (1, 478, 3), pixels of the picture, and `presence` (1, 1), the logit of whether it
    shows a face.

    Raises:
        ValueError: the model is not the attention mesh.
    """
    values = [model.shapes[tensor][-1] for tensor in model.outputs]
    if values != [3 * MESH, 160, 142, 142, 10, 10, 1]:
        raise ValueError(f"outputs of {values} values: not the attention mesh")
    first, presence = model.outputs[0], model.outputs[-1]
    boxes, cuts, ends = (
        [operator for operator in model.operators if operator.name == name]
        for name in (
            "Landmarks2TransformMatrix",
            "TransformTensorBilinear",
            "TransformLandmarks",
        )
    )
    features = cuts[0].inputs[0]
    builder = Builder()
    conversion = Conversion(model, builder)
    (picture,) = model.inputs
    conversion.names[picture] = "picture"
    needed = {
        operator.outputs[0]
        for end in (first, presence)
        for operator in branch(model, end, frozenset(model.inputs))
    }
    convert(conversion, [o for o in model.operators if o.outputs[0] in needed])
    flat = builder.node("Reshape", conversion.value(first), builder.indices([MESH, 3]))
    xy = builder.node("Gather", flat, builder.indices([0, 1]), axis=1)
    looks = [box_of(operator) for operator in boxes]
    affine = found(builder, xy, looks)
    _, height, width, channels = model.shapes[features]
    seen = cut(
        builder,
        conversion.value(features),
        (height, width, channels),
        affine,
        looks,
        SIDE / width,
    )
    starts = [operator.outputs[0] for operator in cuts]
    placed = _finer(model, builder, seen, starts, [o.inputs[0] for o in ends])
    moved = carried(builder, placed, affine, BOXES, width / SIDE)
    moved = builder.node("Reshape", moved, builder.indices([-1, 2]))
    candidates = builder.node("Concat", xy, moved, axis=0)
    joined = builder.node("Gather", candidates, builder.indices(_chosen()), axis=0)
    points = builder.node("Concat", joined, _depth(builder, flat), axis=1)
    points = builder.node("Reshape", points, builder.indices([1, COUNT, 3]))
    builder.named(points, "points")
    certain = builder.node(
        "Reshape", conversion.value(presence), builder.indices([1, 1])
    )
    builder.named(certain, "presence")
    return builder.model(
        {"picture": (1, 3, SIDE, SIDE)},
        {"points": (1, COUNT, 3), "presence": (1, 1)},
        about,
    )


BOXES: Final = (0, 1, 1, 2, 2)
"""The box that each branch looks into: lips, right eye and iris, left eye and iris."""

ROOM: Final = 80
"""Points per branch; only the lips use all of them."""


def _finer(
    model: Model,
    builder: Builder,
    seen: str,
    starts: Sequence[int],
    ends: Sequence[int],
) -> str:
    """Return (5, 80, 2): the points of each branch in its cut-out.

    Args:
        model: the mesh.
        builder: gets the operators.
        seen: all cut-outs, as one feature map.
        starts: the tensors of the cut-outs.
        ends: the tensors of the points, one per branch, in the order of BOXES.
    """
    joint = Joint(model)
    start = joint.start(starts)
    seen = as_convolved(builder, seen, joint.shapes[start][-1])
    # The last operator of each gives its values the shape of points.
    branches = [branch(model, end, frozenset(starts))[:-1] for end in ends]
    end = join(joint, branches)
    conversion = Conversion(joint.whole(), builder, {start: seen})
    convert(conversion)
    shape = builder.indices([len(ends), ROOM, 2])
    return builder.node("Reshape", conversion.value(end), shape)


_EYES: Final = (RIGHT_EYE, LEFT_EYE)
_IRIS: Final = 5


def _depth(builder: Builder, points: str) -> str:
    """Return (478, 1): the depth of each point; an iris has the mean of its eye."""
    z = builder.node("Gather", points, builder.indices([2]), axis=1)
    contours = [number for eye in _EYES for number in eye[:CONTOUR]]
    around = builder.node("Gather", z, builder.indices(contours), axis=0)
    mean = np.kron(np.eye(len(_EYES)), np.full((_IRIS, CONTOUR), 1.0 / CONTOUR))
    irises = builder.node("MatMul", builder.constant(mean), around)
    return builder.node("Concat", z, irises, axis=0)


def _chosen() -> npt.NDArray[np.int64]:
    """Return, for each of the 478 points, its place among all candidates."""
    place = np.arange(COUNT, dtype=np.int64)
    irises = MESH + np.arange(2 * _IRIS).reshape(2, _IRIS)
    for number, part in enumerate((LIPS, RIGHT_EYE, irises[0], LEFT_EYE, irises[1])):
        place[list(part)] = MESH + ROOM * number + np.arange(len(part))
    return place
