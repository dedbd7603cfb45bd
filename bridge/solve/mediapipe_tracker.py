"""Faces out of pictures: MediaPipe's FaceMesh, 478 points with both irises.

The graph hands each face over as a protobuf of 478 messages. Walking them in Python
takes longer than all our own work on a frame, so the serialised bytes are read as one
array instead: as long as every message has the same size, and it nearly always has,
the list is a table.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from bridge.capture.source import Pixels

from .crowd import PATIENCE, Box, Crowd
from .tracker import Landmarks, Points

COUNT: Final = 478

# A NormalizedLandmarkList is `0A 0F` and a message of 15 bytes, repeated; the message
# is `0D` x `15` y `1D` z, little-endian float32 each. proto3 would leave a zero out;
# these fields are proto2 optionals and always written, but a later version may add
# `visibility`, hence the check of every tag below.
_ROW: Final = np.dtype(
    [
        *(("head", "u1", 3), ("x", "<f4")),
        *(("y_tag", "u1"), ("y", "<f4"), ("z_tag", "u1"), ("z", "<f4")),
    ]
)
_HEAD: Final = np.array([0x0A, 0x0F, 0x0D], dtype=np.uint8)


def parse_landmarks(message: Any, width: int, height: int) -> Points:
    """Return a NormalizedLandmarkList as (n, 3) float32 pixels, in its own order."""
    # MediaPipe scales z like x: by the width of the picture.
    scale = np.array([width, height, width], dtype=np.float32)
    data = message.SerializeToString()
    if len(data) % _ROW.itemsize == 0:
        rows = np.frombuffer(data, dtype=_ROW)
        if (
            (rows["head"] == _HEAD).all()
            and (rows["y_tag"] == 0x15).all()
            and (rows["z_tag"] == 0x1D).all()
        ):
            points = np.empty((len(rows), 3), dtype=np.float32)
            points[:, 0] = rows["x"]
            points[:, 1] = rows["y"]
            points[:, 2] = rows["z"]
            points *= scale
            return points
    listed = [(p.x, p.y, p.z) for p in message.landmark]
    slow: Points = np.array(listed, dtype=np.float32).reshape(-1, 3) * scale
    return slow


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep the C++ library's start-up chatter off the terminal.

    It writes to file descriptor 2 directly, before and whatever GLOG_minloglevel says,
    so that the descriptor itself is turned away for a moment. Errors are raised, not
    printed, and pass.
    """
    logging.getLogger("absl").setLevel(logging.ERROR)
    try:
        kept = os.dup(2)
    except OSError:  # started without a stderr: nothing to keep quiet
        yield
        return
    try:
        sink = os.open(os.devnull, os.O_WRONLY)
        os.dup2(sink, 2)
        os.close(sink)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _drawn_face() -> Pixels:
    """Return a face that the detector takes for one, (96, 128, 3)."""
    import cv2

    face: Pixels = np.full((96, 128, 3), 90, dtype=np.uint8)

    def ellipse(x: int, y: int, wide: int, high: int, *colour: int) -> None:
        cv2.ellipse(face, (x, y), (wide, high), 0.0, 0.0, 360.0, colour, -1)

    ellipse(64, 48, 26, 34, 200, 160, 140)
    for x in (53, 75):
        ellipse(x, 33, 8, 1, 60, 40, 30)
        ellipse(x, 40, 5, 3, 255, 255, 255)
        ellipse(x, 40, 2, 2, 30, 20, 10)
    ellipse(64, 54, 4, 3, 150, 110, 95)
    ellipse(64, 66, 10, 3, 150, 60, 60)
    return face


class FaceGraph:
    """One FaceMesh graph for one face. Knows where it saw the face last."""

    def __init__(
        self, *, detection_confidence: float = 0.5, tracking_confidence: float = 0.5
    ) -> None:
        with quiet():
            # Imported here: it takes 0.6 s, and `facewire --help` needs no face.
            from mediapipe.python.solutions.face_mesh import FaceMesh

            self._mesh: Any = FaceMesh(
                static_image_mode=False,
                max_num_faces=1,
                refine_landmarks=True,
                min_detection_confidence=detection_confidence,
                min_tracking_confidence=tracking_confidence,
            )
            # A drawn face starts every thread of the graph, so that the first real one
            # is not late and what they have to say is said now.
            self._mesh.process(_drawn_face())
        self.forget()

    def find(self, picture: Pixels) -> Points | None:
        """Return (478, 3) float32 pixels of a face in an RGB picture, or None."""
        height, width = picture.shape[:2]
        for message in self._mesh.process(picture).multi_face_landmarks or ():
            points = parse_landmarks(message, width, height)
            if len(points) == COUNT and np.isfinite(points).all():
                return points
        return None

    def forget(self) -> None:
        """Look everywhere for the next face."""
        self._mesh.process(np.zeros((96, 128, 3), dtype=np.uint8))

    def close(self) -> None:
        """Free the graph."""
        self._mesh.close()


class MediaPipeTracker:
    """Implements `Tracker`: one face in the whole picture; several, or one that is far
    away, each in its own cut-out of it (see `crowd.py`)."""

    def __init__(
        self,
        faces: int = 1,
        *,
        detection_confidence: float = 0.5,
        tracking_confidence: float = 0.5,
    ) -> None:
        """Load the graphs.

        Args:
            faces: at most so many faces in one picture.
            detection_confidence: 0 to 1, to accept a new face.
            tracking_confidence: 0 to 1, to go on with one without detecting again.
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
        self._crowd = Crowd(self._graphs, FaceFinder(detection_confidence))
        # Pictures without the only face; several faces are the crowd's from the start.
        self._missed = 0 if faces == 1 else PATIENCE
        self._open = True

    def track(self, pixels: Pixels) -> list[Landmarks]:
        """Return every face in a BGR image, in an order that may change."""
        if not self._open:
            raise RuntimeError("tracker: used after close")
        import cv2

        height, width = pixels.shape[:2]
        # The graphs take RGB, and a reversed view would be copied pixel by pixel.
        picture = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), dtype=np.uint8)
        found = self._one(picture) if len(self._graphs) == 1 else []
        if not found and self._missed >= PATIENCE:
            found = self._crowd.find(picture)
        return [Landmarks(points, width, height) for points in found]

    def _one(self, picture: Pixels) -> list[Points]:
        """Look for the only face in the whole picture, the quickest and calmest way.

        That overlooks who stands far away; after a moment without a face the crowd's
        finder helps, and while it holds a face it goes on doing so.
        """
        points = None if self._crowd.busy else self._graphs[0].find(picture)
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
            self._crowd.close()


class FaceFinder:
    """MediaPipe's full-range detector: small faces too, from 5 m away."""

    def __init__(self, confidence: float) -> None:
        with quiet():
            from mediapipe.python.solutions.face_detection import FaceDetection

            self._detection: Any = FaceDetection(
                model_selection=1, min_detection_confidence=confidence
            )
            self._detection.process(_drawn_face())

    def find(self, picture: Pixels) -> list[Box]:
        """Return the boxes of the faces in an RGB picture, the surest first."""
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
