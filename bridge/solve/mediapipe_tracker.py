"""Opens MediaPipe's own face graphs as a tracker, with which ours is compared."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import numpy as np

from bridge.capture.source import Pixels
from engines.face.mediapipe_mesh import MediaPipeGraph, drawn_face, quiet

from .face_tracker import FaceTracker
from .many_faces import Box


def open_mediapipe_tracker(
    faces: int = 1,
    *,
    detection_confidence: float = 0.5,
    tracking_confidence: float = 0.5,
) -> FaceTracker:
    """Load the graphs and return a tracker.

    Args:
        faces: the most faces that are found in one picture.
        detection_confidence: 0 to 1, needed to accept a new face.
        tracking_confidence: 0 to 1, needed to follow one without new detection.

    Raises:
        ImportError: mediapipe is not installed, has no FaceMesh, or does not work with
            the installed protobuf.
    """
    with ExitStack() as stack:
        graphs = []
        try:
            for _ in range(faces):
                graph = MediaPipeGraph(
                    detection_confidence=detection_confidence,
                    tracking_confidence=tracking_confidence,
                )
                stack.callback(graph.close)
                graphs.append(graph)
            finder = FaceFinder(detection_confidence)
        except AttributeError as error:
            # Its protobuf messages do not fit a newer protobuf.
            raise ImportError(f"mediapipe does not work here ({error})") from error
        stack.callback(finder.close)
        return FaceTracker(graphs, finder, stack.pop_all().close, in_rgb)


def in_rgb(pixels: Pixels) -> Pixels:
    """Return a BGR picture as RGB."""
    import cv2

    # OpenCV converts faster than a reversed view is copied.
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), dtype=np.uint8)


class FaceFinder:
    """MediaPipe's full-range detector: small faces too, from 5 m away."""

    def __init__(self, confidence: float) -> None:
        with quiet():
            from mediapipe.python.solutions.face_detection import FaceDetection

            self._detection: Any = FaceDetection(
                model_selection=1, min_detection_confidence=confidence
            )
            self._detection.process(drawn_face())

    def find(self, picture: Pixels) -> list[Box]:
        """Return the boxes of the faces in an RGB picture, the most certain first."""
        height, width = picture.shape[:2]
        boxes = []
        for detection in self._detection.process(picture).detections or ():
            box = detection.location_data.relative_bounding_box
            x, y = (
                (box.xmin + box.width / 2) * width,
                (box.ymin + box.height / 2) * height,
            )
            boxes.append(Box(x, y, max(box.width * width, box.height * height)))
        return boxes

    def close(self) -> None:
        """Free the graph."""
        self._detection.close()
