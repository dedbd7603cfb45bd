"""Makes our own graphs of MediaPipe's two face detectors.

`face_detection_short_range.tflite` finds near faces in 128 x 128 pixels,
`face_detection_full_range_sparse.tflite` small ones in 192 x 192 (both Apache-2.0).
"""

from __future__ import annotations

from .layers import Conversion, convert
from .onnx_builder import Builder
from .tflite_file import Model

VALUES = 16
"""Of a box: centre and size, then x and y of six points."""


def detector_graph(model: Model, about: str) -> bytes:
    """Return the ONNX file.

    Its input is `picture` (1, side, side, 3): RGB, -1 to 1. Its outputs are `boxes`
    (1, n, 16), pixels relative to each anchor, and `scores` (1, n, 1), logits.

    Raises:
        ValueError: the model is not such a detector.
    """
    builder = Builder()
    conversion = Conversion(model, builder)
    (picture,) = model.inputs
    conversion.names[picture] = builder.node("Transpose", "picture", perm=[0, 3, 1, 2])
    convert(conversion)
    by_width = {model.shapes[tensor][-1]: tensor for tensor in model.outputs}
    if set(by_width) != {VALUES, 1}:
        raise ValueError(
            f"outputs {[model.shapes[t] for t in model.outputs]}: not a face detector"
        )
    builder.named(conversion.flat(by_width[VALUES]), "boxes")
    builder.named(conversion.flat(by_width[1]), "scores")
    return builder.model(
        {"picture": model.shapes[picture]},
        {
            "boxes": model.shapes[by_width[VALUES]],
            "scores": model.shapes[by_width[1]],
        },
        about,
    )
