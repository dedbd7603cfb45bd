"""Follows one face from picture to picture, with networks of our own.

The mesh looks where the face was in the picture before. Only if it is not there does
the detector look at the whole picture. This is what MediaPipe's graph
`face_landmark_front_cpu` does (Apache-2.0); here the place is smoothed as well.
"""

from __future__ import annotations

from pathlib import Path

from engines.runtime.graphs import MESH, NEAR_FACES, Graph
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from engines.runtime.weights import FOLDER, find_weights

from .detector import NEAR, FaceDetector
from .mesh import FaceMesh, Picture, Points
from .region import Region, around_points, followed


class FaceFollower:
    """Finds one face. Several may share mesh and detector in one thread."""

    def __init__(self, mesh: FaceMesh, detector: FaceDetector) -> None:
        self._mesh, self._detector = mesh, detector
        self._region: Region | None = None

    def find(self, picture: Picture) -> Points | None:
        """Return (478, 3) float32 pixels of a face in a picture, or None.

        Mesh and detector know whether it is RGB or BGR.
        """
        region = self._region or self._detected(picture)
        points = None if region is None else self._mesh.look(picture, region)
        if region is None or points is None:
            self._region = None
            return None
        self._region = followed(region, around_points(points))
        return points

    def forget(self) -> None:
        """Look everywhere for the next face."""
        self._region = None

    def _detected(self, picture: Picture) -> Region | None:
        found = self._detector.find(picture)
        return found[0].region() if found else None


class FaceGraph(FaceFollower):
    """A follower in RGB pictures, with networks of its own, on the processor."""

    def __init__(
        self,
        *,
        detection_confidence: float = 0.5,
        tracking_confidence: float = 0.5,
        folder: Path = FOLDER,
    ) -> None:
        """Load the networks.

        Args:
            detection_confidence: 0 to 1, needed to accept a new face.
            tracking_confidence: 0 to 1, needed to follow one without new detection.
            folder: where the networks are.

        Raises:
            GraphError: a network is missing or damaged.
        """
        self._engines = [_engine(graph, folder) for graph in (MESH, NEAR_FACES)]
        mesh, near = self._engines
        super().__init__(
            FaceMesh(mesh, tracking_confidence),
            FaceDetector(near, NEAR, detection_confidence),
        )

    def close(self) -> None:
        """Free the networks. Safe to call twice."""
        for engine in self._engines:
            engine.close()


def _engine(graph: Graph, folder: Path) -> OnnxRuntimeEngine:
    weights = find_weights(graph.name, folder)
    return OnnxRuntimeEngine(graph, weights.read(), str(weights.path))
