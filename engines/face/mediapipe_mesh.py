"""MediaPipe's own FaceMesh, with which ours is compared.

The graph returns each face as a protobuf of 478 messages. A Python loop over them takes
longer than all our own work on a frame. So the serialised bytes are read as one array,
which is possible if all messages have the same size, as they nearly always have.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from engines.stderr import muted

from .canonical_face import COUNT
from .mesh import Picture, Points

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
    """Keep the C++ library's start-up messages off the terminal.

    The library writes to file descriptor 2 directly and ignores GLOG_minloglevel at
    first.
    """
    logging.getLogger("absl").setLevel(logging.ERROR)
    with muted():
        yield


def drawn_face() -> Picture:
    """Return (96, 128, 3): a drawn face that the detector accepts as a face."""
    import cv2

    face: Picture = np.full((96, 128, 3), 90, dtype=np.uint8)

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


class MediaPipeGraph:
    """One FaceMesh graph for one face. It looks first where the face was last."""

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
            # A drawn face starts every thread of the graph, so that the first real face
            # is not late and their messages are suppressed, too.
            self._mesh.process(drawn_face())
        self.forget()

    def find(self, picture: Picture) -> Points | None:
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
