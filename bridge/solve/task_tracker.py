"""Finds faces and their curves with a task file of MediaPipe."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from bridge.capture.source import Pixels
from bridge.errors import ModelError
from engines.face.task import FaceTask
from engines.runtime.engine import GraphError

from .tracker import Landmarks, Points

USUAL_STEP_NS: Final = 33_333_333
"""Step between two pictures whose times cannot be used."""
LONGEST_STEP_NS: Final = 1_000_000_000
"""A longer step is not used: the time has jumped."""


class Task(Protocol):
    """Finds faces and their curves; `engines.face.task.FaceTask` does."""

    def find(
        self, picture: Pixels, at_ms: int
    ) -> list[tuple[Points, npt.NDArray[np.float32]]]:
        """Return (478, 3) pixels and (52,) weights for each face of an RGB picture."""

    def close(self) -> None:
        """Free the graph."""


class TaskTracker:
    """Implements `Tracker`; its landmarks carry weights. It owns the task."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._captured_ns = 0
        self._at_ns = 0
        self._open = True

    def track(self, pixels: Pixels, captured_ns: int = 0) -> list[Landmarks]:
        """Return every face in a BGR image, with its weights.

        The task smooths over time and needs rising times. If a clip starts again, or
        no time is given, the picture counts as 1/30 s later than the last one.
        """
        if not self._open:
            raise RuntimeError("tracker: used after close")
        import cv2

        step_ns = captured_ns - self._captured_ns
        if not 0 < step_ns <= LONGEST_STEP_NS:
            step_ns = USUAL_STEP_NS
        self._captured_ns = captured_ns
        self._at_ns += step_ns
        height, width = pixels.shape[:2]
        picture = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), dtype=np.uint8)
        return [
            Landmarks(points, width, height, weights)
            for points, weights in self._task.find(picture, self._at_ns // 1_000_000)
        ]

    def close(self) -> None:
        """Free the graph. Safe to call twice."""
        if self._open:
            self._open = False
            self._task.close()


def open_task(path: Path, faces: int) -> TaskTracker:
    """Return a tracker over a task file; ModelError if it cannot be used."""
    try:
        return TaskTracker(FaceTask(path, faces))
    except GraphError as error:
        raise ModelError(f"solve.task: {error}") from error
