"""Where the tracker sees the 478 points in a data set's small images."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from engines.face.canonical_face import COUNT
from engines.face.crop import cut
from engines.face.face_graph import FaceGraph

_SIDE: Final = 192
"""Faces are enlarged to this: the detector expects more than 48 pixels."""
_MARGIN: Final = _SIDE // 4
"""Of repeated border on each side: the detector expects more than a face."""


def find_landmarks(
    images: npt.NDArray[np.uint8], tell: Callable[[int], None] = lambda done: None
) -> npt.NDArray[np.float32]:
    """Return (n, 478, 2) float32 as shares of the image's side; NaN where no face.

    About 4 ms a face. Finds 97 % of FER2013's.
    """
    graph = FaceGraph(detection_confidence=0.3)
    out = np.full((len(images), COUNT, 2), np.nan, np.float32)
    edges = (_MARGIN,) * 4
    for i, image in enumerate(images):
        large = cv2.resize(image, (_SIDE, _SIDE), interpolation=cv2.INTER_CUBIC)
        large = cv2.copyMakeBorder(large, *edges, cv2.BORDER_REPLICATE)
        points = _find(graph, np.asarray(large, np.uint8), still=True)
        if points is not None:
            out[i] = (points - _MARGIN) / _SIDE
        tell(i + 1)
    graph.close()
    return out


def cropper(
    still: bool = True,
) -> Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.uint8] | None]:
    """Return a function that cuts the face out of a whole grey picture, as live.

    With `still` False the pictures are a clip's, in order, and the face is followed.
    """
    graph = FaceGraph()

    def crop(image: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8] | None:
        points = _find(graph, image, still)
        return None if points is None else cut(image, points)

    return crop


def _find(
    graph: FaceGraph, image: npt.NDArray[np.uint8], still: bool
) -> npt.NDArray[np.float32] | None:
    """Return (478, 2) pixels of a face in a grey picture, or None."""
    if still:
        graph.forget()
    rgb = np.asarray(cv2.cvtColor(image, cv2.COLOR_GRAY2RGB), np.uint8)
    points = graph.find(rgb)
    return None if points is None else points[:, :2]


def geometry(landmarks: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return (n, 956) float32: the points, moved, turned and scaled onto their mean.

    A face that was not found gets the mean, which says nothing.
    """
    found = np.isfinite(landmarks[:, 0, 0])
    shapes = landmarks[found].astype(np.float64)
    shapes -= shapes.mean(axis=1, keepdims=True)
    shapes /= np.sqrt((shapes**2).sum(axis=(1, 2), keepdims=True))
    mean = shapes[0]
    for _ in range(3):
        along = (shapes * mean).sum(axis=(1, 2))
        across = (shapes[..., 0] * mean[:, 1] - shapes[..., 1] * mean[:, 0]).sum(axis=1)
        size = np.hypot(along, across)
        c, s = (along / size)[:, None], (across / size)[:, None]
        x, y = shapes[..., 0], shapes[..., 1]
        shapes = np.stack([c * x - s * y, s * x + c * y], axis=2)
        mean = shapes.mean(axis=0)
        mean /= np.sqrt((mean**2).sum())
    out = np.repeat(mean[None], len(landmarks), axis=0)
    out[found] = shapes
    return out.reshape(len(landmarks), -1).astype(np.float32)
