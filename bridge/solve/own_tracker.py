"""Opens our own tracker: MediaPipe's face networks on the engines of `[engines]`."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Final

from bridge.capture.source import Pixels
from bridge.config import Engines
from bridge.errors import ModelError
from bridge.inference import open_network
from engines.face.detector import FAR, NEAR, FaceDetector
from engines.face.face_graph import FaceFollower
from engines.face.mesh import FaceMesh
from engines.runtime.engine import GraphError
from engines.runtime.graphs import FAR_FACES, MESH, NEAR_FACES
from engines.runtime.weights import FOLDER, find_weights

from .face_tracker import FaceTracker
from .many_faces import Box

GRAPHS: Final = (MESH, NEAR_FACES, FAR_FACES)

SURE: Final = 0.6
"""Least confidence of the detector for small faces, as in MediaPipe's graph. With less
it sees faces in cartoons."""


def open_own_tracker(
    faces: int = 1,
    *,
    detection_confidence: float = 0.5,
    tracking_confidence: float = 0.5,
    engines: Engines | None = None,
    background: bool = False,
    folder: Path = FOLDER,
) -> FaceTracker:
    """Load the networks and return a tracker.

    Args:
        faces: the most faces that are found in one picture.
        detection_confidence: 0 to 1, needed to accept a new face.
        tracking_confidence: 0 to 1, needed to follow one without new detection.
        engines: what must run the networks; unset, "auto".
        background: see `open_network`.
        folder: where the networks are.

    Raises:
        EngineError: what was asked for by name does not run a network.
        ModelError: a network is missing or damaged.
    """
    with ExitStack() as stack:
        try:
            mesh, near, far = (
                open_network(
                    graph,
                    find_weights(graph.name, folder),
                    engines or Engines(),
                    background=background,
                ).engine
                for graph in GRAPHS
            )
        except GraphError as error:
            raise ModelError(str(error)) from error
        for engine in (mesh, near, far):
            stack.callback(engine.close)
        points = FaceMesh(mesh, tracking_confidence, blue_first=True)
        detector = FaceDetector(near, NEAR, detection_confidence, blue_first=True)
        least = max(SURE, detection_confidence)
        return FaceTracker(
            [FaceFollower(points, detector) for _ in range(faces)],
            SmallFaces(FaceDetector(far, FAR, least, blue_first=True)),
            stack.pop_all().close,
        )


class SmallFaces:
    """Implements `Finder` with the detector for small faces."""

    def __init__(self, detector: FaceDetector) -> None:
        self._detector = detector

    def find(self, picture: Pixels) -> list[Box]:
        """Return the boxes of the faces in a BGR picture, the most certain first."""
        return [
            Box(face.x, face.y, max(face.width, face.height))
            for face in self._detector.find(picture)
        ]
