"""Finds faces with MediaPipe's face graph, one graph for each face."""

from __future__ import annotations

from typing import Any

import numpy as np

from bridge.capture.source import Pixels
from engines.face.mesh import FaceGraph, drawn_face, quiet

from .many_faces import PATIENCE, Box, ManyFaces
from .tracker import Landmarks, Points


class MediaPipeTracker:
    """Implements `Tracker`. A single face is found in the whole picture. Several faces,
    or a single one far away, are each found in a cut-out (see `many_faces.py`)."""

    def __init__(
        self,
        faces: int = 1,
        *,
        detection_confidence: float = 0.5,
        tracking_confidence: float = 0.5,
    ) -> None:
        """Load the graphs.

        Args:
            faces: the most faces that are found in one picture.
            detection_confidence: 0 to 1, needed to accept a new face.
            tracking_confidence: 0 to 1, needed to follow one without new detection.
        """
        if faces < 1:
            raise ValueError(f"tracker: faces is {faces}, expected 1 or more")
        self._graphs = [
            FaceGraph(
                detection_confidence=detection_confidence,
                tracking_confidence=tracking_confidence,
            )
            for _ in range(faces)
        ]
        self._many = ManyFaces(self._graphs, FaceFinder(detection_confidence))
        # Pictures without the single face. Several faces use cut-outs from the start.
        self._missed = 0 if faces == 1 else PATIENCE
        self._open = True

    def track(self, pixels: Pixels, captured_ns: int = 0) -> list[Landmarks]:
        """Return every face in a BGR image, in an order that may change.

        The capture time is not used.
        """
        if not self._open:
            raise RuntimeError("tracker: used after close")
        import cv2

        height, width = pixels.shape[:2]
        # The graphs take RGB. OpenCV converts faster than a reversed view is copied.
        picture = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), dtype=np.uint8)
        found = self._one(picture) if len(self._graphs) == 1 else []
        if not found and self._missed >= PATIENCE:
            found = self._many.find(picture)
        return [Landmarks(points, width, height) for points in found]

    def _one(self, picture: Pixels) -> list[Points]:
        """Look for the single face in the whole picture: the fastest and steadiest way.

        It misses a face that is far away. After some pictures without a face, the
        detector for small faces takes over, until it loses its face.
        """
        points = None if self._many.busy else self._graphs[0].find(picture)
        if points is None:
            self._missed += 1
            return []
        self._missed = 0
        return [points]

    def close(self) -> None:
        """Free the graphs. Safe to call twice."""
        if self._open:
            self._open = False
            for graph in self._graphs:
                graph.close()
            self._many.close()


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
