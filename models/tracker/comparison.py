"""Compares our tracker with MediaPipe's FaceMesh on the same pictures.

same region    our mesh, where MediaPipe has looked: the networks and the cut-out
followed       our tracker by itself: its regions are smoothed, MediaPipe's tremble
trembling      the third difference of the points over pictures, less that of their
               middle: movement that no face makes
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from engines.face.face_graph import FaceGraph
from engines.face.mediapipe_mesh import MediaPipeGraph
from engines.face.mesh import FaceMesh, Picture, Points
from engines.face.region import around_points
from engines.runtime.graphs import MESH
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from engines.runtime.weights import find_weights

CHEEKS: Final = (234, 454)
"""The points at the sides of a face: its width."""

IRISES: Final = slice(468, 478)


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """One clip; distances are shares of the face's width."""

    clip: str
    pictures: int
    theirs: int
    """Pictures in which MediaPipe tracked a face."""
    ours: int
    same: npt.NDArray[np.float32]
    """(n, 478) distances in the same region."""
    followed: npt.NDArray[np.float32]
    """(m, 478) distances when each follows the face by itself."""
    trembling: tuple[float, float]
    """Of MediaPipe and of ours, medians, thousandths of the face's width."""
    ms: tuple[float, float]
    """A picture, medians: MediaPipe and ours, in turns, with warm caches."""


def compare(path: Path, longest: int) -> Compared:
    """Track a clip with both.

    Args:
        path: the clip.
        longest: use at most this many pictures from its start.
    """
    same: list[Points] = []
    apart: list[Points] = []
    tracks: tuple[list[Points], list[Points]] = ([], [])
    took: tuple[list[float], list[float]] = ([], [])
    engine = OnnxRuntimeEngine(MESH, find_weights(MESH.name).read())
    mesh, count, before = FaceMesh(engine, 0.5), 0, None
    theirs, ours = MediaPipeGraph(), FaceGraph()
    with closing(engine), closing(theirs), closing(ours):
        for picture in _pictures(path, longest):
            count += 1
            found = []
            for find, times in zip((theirs.find, ours.find), took, strict=True):
                start = time.perf_counter()
                found.append(find(picture))
                times.append(time.perf_counter() - start)
            for points, track in zip(found, tracks, strict=True):
                if points is not None:
                    track.append(points)
            their, our = found
            if their is not None and our is not None:
                apart.append(_distances(their, our))
            if their is not None and before is not None:
                again = mesh.look(picture, around_points(before))
                if again is not None:
                    same.append(_distances(their, again))
            before = their
    return Compared(
        path.name,
        count,
        len(tracks[0]),
        len(tracks[1]),
        np.array(same, np.float32).reshape(-1, 478),
        np.array(apart, np.float32).reshape(-1, 478),
        (_trembling(tracks[0]), _trembling(tracks[1])),
        (1e3 * float(np.median(took[0])), 1e3 * float(np.median(took[1]))),
    )


def _pictures(path: Path, longest: int) -> Iterator[Picture]:
    clip = cv2.VideoCapture(str(path))
    try:
        for _ in range(longest):
            read, picture = clip.read()
            if not read:
                return
            yield np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)
    finally:
        clip.release()


def _width(points: Points) -> float:
    right, left = CHEEKS
    return max(float(np.linalg.norm(points[left, :2] - points[right, :2])), 1.0)


def _distances(one: Points, other: Points) -> Points:
    gap: Points = np.linalg.norm(one[:, :2] - other[:, :2], axis=1) / _width(one)
    return gap


def _trembling(track: list[Points]) -> float:
    if len(track) < 4:
        return float("nan")
    points = np.array(track)[:, :, :2]
    inside = points - points.mean(axis=1, keepdims=True)
    third = np.abs(np.diff(inside, 3, axis=0))
    return 1e3 * float(np.median(third)) / _width(track[len(track) // 2])
