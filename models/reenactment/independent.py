"""A second opinion on where the actor's features are.

All our solvers see FaceMesh's points, so that a fault of FaceMesh looks like a fault of
the avatar. Other trackers' landmarks tell the two apart. Two can be used: a network of
OpenSeeFace in a folder (BSD 2-Clause, https://github.com/emilianavt/OpenSeeFace), or
the landmarks of MediaPipe's newer task.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

import cv2
import numpy as np

from engines.face.mesh import Picture
from engines.face.task import FaceTask
from models.solver.clip_solvers import Shot
from protocols.arrays import Floats, Numbers

from .agreement import agree, mean_of
from .measures import COLUMN, MOVES, measure_face
from .measures import NAMES as MEASURED
from .mesh import NAMES as MESH_NAMES

NAMES: Final = (
    *("mouth gap", "mouth width", "corner up R", "corner up L"),
    *("brow inner R", "brow inner L", "brow outer R", "brow outer L"),
)
"""What two trackers can agree on."""
COLUMNS: Final = [COLUMN[name] for name in NAMES]
"""Where these stand in `measures.NAMES`."""
ON_MESH: Final = [MESH_NAMES.index(name) for name in NAMES]
"""And in `mesh.NAMES`."""
MOVES_HERE: Final[Numbers] = MOVES[COLUMNS]
NOTHING: Final[Numbers] = np.full(len(NAMES), np.nan)

GROUPS: Final = (
    ("gap", ("mouth gap",)),
    ("width", ("mouth width",)),
    ("corners", ("corner up R", "corner up L")),
    ("brows", NAMES[4:]),
)
"""Rows of the report, and the measures whose r they average."""

FILES: Final = tuple(f"lm_model{i}_opt.onnx" for i in (4, 3, 2, 1, 0))
"""OpenSeeFace's networks with 66 landmarks, the most exact one first."""


class TrackerError(ValueError):
    """A folder without a tracker; the sentence says what was expected."""


class SecondTracker(Protocol):
    """Measures faces on its own."""

    name: str

    def measure(self, shot: Shot) -> Numbers:
        """Return (K,) `NAMES` in any one unit; NaN where it sees no face.

        Args:
            shot: pictures of one clip in order. Its points say where to look only.
        """

    def close(self) -> None:
        """Free what it holds."""


class TaskTracker:
    """Implements `SecondTracker` with the 478 points of MediaPipe's task."""

    name = "MediaPipe's task"

    def __init__(self, task: Path) -> None:
        self._task = FaceTask(task, video=False)

    def measure(self, shot: Shot) -> Numbers:
        """Implement `SecondTracker`."""
        found = self._task.find(_rgb(shot.picture), 0)
        if not found:
            return NOTHING
        faces = measure_face(found[0][0])
        scaled: Numbers = faces[COLUMNS] / faces[len(MEASURED)]
        return scaled

    def close(self) -> None:
        """Implement `SecondTracker`."""
        self._task.close()


_SIDE: Final = 224
"""Pixels a side of the network's picture."""
_CELLS: Final = 28
"""Cells a side of its heat maps."""
_COUNT: Final = 66
_MEAN: Final = np.array([0.485, 0.456, 0.406], dtype=np.float32)
_SPREAD: Final = np.array([0.229, 0.224, 0.225], dtype=np.float32)
"""Of the colours that the network was trained with."""
_STEEP: Final = 16.0
"""Its offsets are logits divided by this, in pictures."""
_SURE: Final = 0.5
"""Mean confidence of the landmarks from which there is a face."""

# Its landmarks in its own order: brows and eyes as iBUG has them, the mouth not.
_EYES: Final = ((36, 39), (42, 45))
_GAP: Final = ((59, 60, 61), (65, 64, 63))
_MOUTH: Final = (58, 62)
_NOSE_TIP: Final = 30
_BROWS: Final = ((20, 21), (22, 23), (17, 18), (25, 26))


class OpenSeeFaceTracker:
    """Implements `SecondTracker` with a landmark network of OpenSeeFace."""

    def __init__(self, folder: Path) -> None:
        """Open the most exact network of a folder.

        Raises:
            TrackerError: it has none.
        """
        import onnxruntime

        paths = [folder / name for name in FILES if (folder / name).is_file()]
        if not paths:
            raise TrackerError(
                f"{folder}: no tracker; expected one of OpenSeeFace's files "
                f"{', '.join(FILES)}"
            )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(paths[0]), options, providers=["CPUExecutionProvider"]
        )
        self._input = self._session.get_inputs()[0].name
        self.name = f"OpenSeeFace ({paths[0].name})"

    def measure(self, shot: Shot) -> Numbers:
        """Implement `SecondTracker`."""
        if shot.points is None:
            return NOTHING
        marks = self.find(shot.picture, shot.points)
        return NOTHING if marks is None else measure_marks(marks)

    def find(self, picture: Picture, points: Floats) -> Numbers | None:
        """Return (66, 2) pixels in a BGR picture; None where it sees no face.

        Args:
            picture: the whole one.
            points: (n, 3) pixels of another tracker; only their box is used.
        """
        low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
        # As much air as OpenSeeFace itself leaves around its own landmarks.
        air = np.array([0.1, 0.125]) * (high - low)
        size = np.array(picture.shape[1::-1])
        x0, y0 = np.clip(low - air, 0, size - 2).astype(int).tolist()
        x1, y1 = np.clip(high + air, 2, size).astype(int).tolist()
        if x1 - x0 < 16 or y1 - y0 < 16:
            return None
        cut = cv2.resize(_rgb(picture[y0:y1, x0:x1]), (_SIDE, _SIDE))
        fed = (cut.astype(np.float32) / 255.0 - _MEAN) / _SPREAD
        maps = self._session.run(None, {self._input: fed.transpose(2, 0, 1)[None]})[0]
        found = decode(np.asarray(maps[0], dtype=np.float64))
        if found is None:
            return None
        scaled: Numbers = found * np.array([x1 - x0, y1 - y0]) + np.array([x0, y0])
        return scaled

    def close(self) -> None:
        """Implement `SecondTracker`."""


def decode(maps: Numbers) -> Numbers | None:
    """Return (66, 2) x and y as shares of the picture, or None without a face.

    Args:
        maps: (198, 28, 28): heat, then offsets down, then offsets to the right. The
            landmark lies in the hottest cell, moved by that cell's offsets.
    """
    heat, down, right = maps.reshape(3, _COUNT, _CELLS * _CELLS)
    hottest = heat.argmax(axis=1)
    each = np.arange(_COUNT)
    if not heat[each, hottest].mean() > _SURE:
        return None
    y = (hottest // _CELLS) / (_CELLS - 1) + _offset(down[each, hottest])
    x = (hottest % _CELLS) / (_CELLS - 1) + _offset(right[each, hottest])
    places: Numbers = np.stack([x, y], axis=1)
    return places


def _offset(share: Numbers) -> Numbers:
    clipped = np.clip(share, 1e-7, 1.0 - 1e-7)
    moved: Numbers = np.log(clipped / (1.0 - clipped)) / _STEEP
    return moved


def measure_marks(marks: Numbers) -> Numbers:
    """Return (K,) `NAMES` in eye distances for (66, 2) pixels, the head put upright."""
    right, left = (marks[list(pair)].mean(axis=0) for pair in _EYES)
    across = left - right
    distance = float(np.linalg.norm(across))
    if distance < 1.0:
        return NOTHING
    x, y = across / distance
    # Rows: to the actor's left, and up.
    upright = (marks - (left + right) / 2.0) @ np.array([[x, y], [y, -x]]).T / distance
    upper, lower = (upright[list(lips), 1].mean() for lips in _GAP)
    corners = upright[list(_MOUTH)]
    lift = corners[:, 1] - upright[_NOSE_TIP, 1]
    brows = [upright[list(pair), 1].mean() for pair in _BROWS]
    width = corners[1, 0] - corners[0, 0]
    return np.array([upper - lower, width, lift[0], lift[1], *brows])


def _rgb(picture: Picture) -> Picture:
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)


def open_tracker(folder: Path | None, task: Path | None) -> SecondTracker | None:
    """Return OpenSeeFace of a folder; without a folder MediaPipe's task; without it,
    None.

    Raises:
        TrackerError: the folder has no tracker.
        GraphError: the task cannot be opened.
    """
    if folder is not None:
        return OpenSeeFaceTracker(folder)
    return None if task is None else TaskTracker(task)


def second_opinion(
    seen: Sequence[Numbers], followed: Sequence[Numbers]
) -> dict[str, float]:
    """Return r by name of `GROUPS`, mean over clips and the group's measures.

    A clip counts for a measure that the second tracker sees move clearly; NaN where
    none does.

    Args:
        seen: for each clip (n, K) of the second tracker.
        followed: for each clip (n, K) of what should agree with it.
    """
    found = agree(seen, followed, MOVES_HERE).mean_r
    return {
        name: mean_of(found[[NAMES.index(each) for each in measures]])
        for name, measures in GROUPS
    }
