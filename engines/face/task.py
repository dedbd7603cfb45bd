"""Runs MediaPipe's own tracker and solver from a `.task` file that the user supplies.

The file (`face_landmarker.task`) holds a detector, a landmark network and a network
that computes 51 ARKit curves from the landmarks. We may not ship it, so it is read from
the user's path.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from engines.installing import here
from engines.runtime.engine import GraphError
from protocols.channels import ARKIT, INDEX

from .canonical_face import COUNT
from .mediapipe_mesh import drawn_face, quiet
from .mesh import Picture, Points

Weights = npt.NDArray[np.float32]
"""(52,) float32 in `ARKIT` order, 0 to 1."""

LARGEST: Final = 256 << 20
"""Bytes. The file has 4 MB; a larger one than this is a wrong file."""


class FaceTask:
    """One FaceLandmarker. Not thread-safe."""

    def __init__(self, path: Path, faces: int = 1, video: bool = True) -> None:
        """Load the file.

        Args:
            path: of the `.task` file.
            faces: the most faces that are found in one picture.
            video: pictures follow one another, and a face is first looked for where it
                was; False treats each picture by itself.

        Raises:
            GraphError: the file is missing, damaged, or offers no curves, or mediapipe
                is not installed.
        """
        content = _content(path)
        with quiet():
            # Imported here: it takes a second, and `facewire --help` needs no face.
            try:
                import mediapipe
                from mediapipe.tasks.python import BaseOptions, vision
            except ImportError as error:
                raise GraphError(
                    f"{path}: MediaPipe's task needs the package mediapipe, which is "
                    f"not installed; run `{here().install_extra('mediapipe')}`"
                ) from error

            mode = vision.RunningMode
            options = vision.FaceLandmarkerOptions(
                base_options=BaseOptions(model_asset_buffer=content),
                running_mode=mode.VIDEO if video else mode.IMAGE,
                num_faces=faces,
                output_face_blendshapes=True,
            )
            try:
                self._task: Any = vision.FaceLandmarker.create_from_options(options)
            except (RuntimeError, ValueError) as error:
                raise GraphError(
                    f"{path}: MediaPipe cannot open it; expected its "
                    "face_landmarker.task with blendshapes; download it again"
                ) from error
            self._image: Any = mediapipe.Image
            self._srgb: Any = mediapipe.ImageFormat.SRGB
            self._video = video
            self._open = True
            self._last_ms = -1
            # Starts the graph's threads, so that their messages are suppressed, too.
            self._ask(drawn_face(), 0)
        # An empty picture, so that the task forgets where the drawn face was.
        self._ask(np.zeros((96, 128, 3), dtype=np.uint8), 0)
        self._origin_ms = self._last_ms + 1

    def find(self, picture: Picture, at_ms: int) -> list[tuple[Points, Weights]]:
        """Return the points and the weights of every face in an RGB picture.

        Args:
            picture: (h, w, 3) uint8 RGB.
            at_ms: when it was taken, from 0 on. If time stands still or goes back, as
                in a clip that starts over, the picture counts as 1 ms later.

        Returns:
            Points as `engines.face.mesh.Points` has them, and (52,) float32 weights;
            tongueOut, which the file does not know, is 0.
        """
        if not self._open:
            raise RuntimeError("face task: used after close")
        result = self._ask(picture, self._origin_ms + at_ms)
        height, width = picture.shape[:2]
        found = []
        for marks, shapes in zip(
            result.face_landmarks, result.face_blendshapes, strict=False
        ):
            # MediaPipe scales z like x: by the width of the picture.
            points = np.array([(p.x, p.y, p.z) for p in marks], dtype=np.float32)
            points *= np.array([width, height, width], dtype=np.float32)
            if points.shape == (COUNT, 3) and np.isfinite(points).all():
                found.append((points, by_name(shapes)))
        return found

    def _ask(self, picture: Picture, at_ms: int) -> Any:
        image = self._image(image_format=self._srgb, data=np.ascontiguousarray(picture))
        if not self._video:
            return self._task.detect(image)
        # MediaPipe raises an error if time does not rise.
        self._last_ms = max(at_ms, self._last_ms + 1)
        return self._task.detect_for_video(image, self._last_ms)

    def close(self) -> None:
        """Free the graph. Safe to call twice."""
        if self._open:
            self._open = False
            self._task.close()


def by_name(shapes: Iterable[Any]) -> Weights:
    """Return categories with `category_name` and `score` as (52,) in `ARKIT` order.

    Names that ARKit does not have, such as `_neutral`, are left out.
    """
    weights = np.zeros(len(ARKIT), dtype=np.float32)
    for shape in shapes:
        at = INDEX.get(shape.category_name, len(ARKIT))
        if at < len(ARKIT):
            weights[at] = shape.score
    return weights


def _content(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise GraphError(f"{path}: {size} bytes, expected under {LARGEST}")
        return path.read_bytes()
    except OSError as error:
        raise GraphError(
            f"{path}: cannot be read ({error.strerror}); expected MediaPipe's "
            "face_landmarker.task"
        ) from error
