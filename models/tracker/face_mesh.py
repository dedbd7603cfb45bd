"""Makes our own graph of MediaPipe's attention mesh: one picture in, 478 points out.

The source is `face_landmark_with_attention.tflite` (Apache-2.0). Its seven outputs are
joined into one set of points, as MediaPipe's graph does behind the network
(`tensors_to_face_landmarks_with_attention.pbtxt`, Apache-2.0): lips and eyes take x and
y from the finer points, an iris takes z from the mean of its eye.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from engines.face.canonical_face import COUNT

from .layers import Conversion, convert
from .onnx_builder import Builder
from .regions import CUSTOM
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

    Its input is `picture` (1, 192, 192, 3): RGB, 0 to 1. Its outputs are `points`
    (1, 478, 3), pixels of the picture, and `presence` (1, 1), the logit of whether it
    shows a face.

    Raises:
        ValueError: the model is not the attention mesh.
    """
    builder = Builder()
    conversion = Conversion(model, builder)
    (picture,) = model.inputs
    conversion.names[picture] = builder.node("Transpose", "picture", perm=[0, 3, 1, 2])
    convert(conversion, CUSTOM)
    values = [model.shapes[tensor][-1] for tensor in model.outputs]
    if values != [1404, 160, 142, 142, 10, 10, 1]:
        raise ValueError(f"outputs of {values} values: not the attention mesh")
    mesh, *finer, presence = (conversion.value(tensor) for tensor in model.outputs)
    flat = builder.node("Reshape", mesh, builder.indices([1, MESH, 3]))
    along = [
        builder.node("Reshape", part, builder.indices([1, -1, 2])) for part in finer
    ]
    xy = builder.node("Gather", flat, builder.indices([0, 1]), axis=2)
    z = builder.node("Gather", flat, builder.indices([2]), axis=2)
    candidates = builder.node("Concat", xy, *along, axis=1)
    joined = builder.node("Gather", candidates, builder.indices(_chosen()), axis=1)
    depth = builder.node("Concat", z, *(_depth(builder, z, e) for e in _EYES), axis=1)
    builder.named(builder.node("Concat", joined, depth, axis=2), "points")
    builder.named(
        builder.node("Reshape", presence, builder.indices([1, 1])), "presence"
    )
    return builder.model(
        {"picture": (1, SIDE, SIDE, 3)},
        {"points": (1, COUNT, 3), "presence": (1, 1)},
        about,
    )


_EYES: Final = (RIGHT_EYE, LEFT_EYE)


def _depth(builder: Builder, z: str, eye: tuple[int, ...]) -> str:
    """Return (1, 5, 1): the mean depth of an eye's contour, for its iris."""
    contour = builder.node("Gather", z, builder.indices(eye[:CONTOUR]), axis=1)
    mean = builder.node("ReduceMean", contour, axes=[1], keepdims=1)
    return builder.node("Expand", mean, builder.indices([1, 5, 1]))


def _chosen() -> npt.NDArray[np.int64]:
    """Return, for each of the 478 points, its place among all candidates."""
    place = np.arange(COUNT, dtype=np.int64)
    start = MESH
    for part in (LIPS, *_EYES):
        place[list(part)] = start + np.arange(len(part))
        start += len(part)
    place[MESH:] = start + np.arange(COUNT - MESH)
    return place
