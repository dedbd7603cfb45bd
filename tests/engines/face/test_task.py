"""MediaPipe's own solver, over the file that a user supplies."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from engines.face.face_graph import FaceGraph
from engines.face.mediapipe_mesh import drawn_face
from engines.face.mesh import Picture
from engines.face.task import FaceTask, by_name
from engines.runtime.engine import GraphError
from protocols.channels import ARKIT
from tests.footage import footage_dir, landmarker_task, pictures


@dataclass
class Category:
    category_name: str
    score: float


def test_curves_are_placed_by_name() -> None:
    found = by_name(
        [
            Category("_neutral", 0.9),
            Category("jawOpen", 0.25),
            Category("eyeBlinkLeft", 0.5),
            # A channel of ours, but no curve.
            Category("head.x", 0.7),
        ]
    )
    assert found.shape == (52,)
    assert found.dtype == np.float32
    assert found[ARKIT.index("jawOpen")] == 0.25
    assert found[ARKIT.index("eyeBlinkLeft")] == 0.5
    assert found.sum() == 0.75


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match=r"none\.task: cannot be read \(No such file"):
        FaceTask(tmp_path / "none.task")


def test_a_missing_package_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "face_landmarker.task"
    path.write_bytes(b"no task")
    monkeypatch.setitem(sys.modules, "mediapipe", None)
    with pytest.raises(GraphError, match=r"not installed; run .*mediapipe"):
        FaceTask(path)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    pytest.importorskip("mediapipe", reason="the task needs mediapipe")
    path = tmp_path / "half.task"
    path.write_bytes(b"PK\x03\x04 and then nothing")
    with pytest.raises(GraphError, match=r"half\.task: MediaPipe cannot open it; exp"):
        FaceTask(path)


def test_what_comes_of_half_the_real_file(tmp_path: Path) -> None:
    path = tmp_path / "half.task"
    path.write_bytes(landmarker_task().read_bytes()[:2_000_000])
    with pytest.raises(GraphError, match=r"expected its face_landmarker\.task"):
        FaceTask(path)


@pytest.fixture(scope="module")
def still() -> Picture:
    """Return the first frame of a clip, RGB."""
    _, _, picture = next(pictures(footage_dir() / "single_face.mp4"))
    return np.ascontiguousarray(picture[:, :, ::-1])


@pytest.fixture(scope="module")
def task() -> Iterator[FaceTask]:
    opened = FaceTask(landmarker_task())
    yield opened
    opened.close()


def test_points_lie_where_the_tracker_finds_them(
    task: FaceTask, still: Picture
) -> None:
    graph = FaceGraph()
    seen = graph.find(still)
    graph.close()
    ((points, weights),) = task.find(still, 0)
    assert seen is not None
    assert points.shape == (478, 3)
    assert points.dtype == np.float32
    # Two networks of one maker: the same face within 3 % of its height.
    high = np.ptp(seen[:, 1])
    assert np.abs(points - seen).mean() < 0.03 * high
    # The actor's right iris stands on the left of the picture.
    assert points[468, 0] < points[473, 0]
    assert weights.shape == (52,)
    assert 0.0 <= weights.min() <= weights.max() <= 1.0
    assert weights[ARKIT.index("tongueOut")] == 0.0


def test_time_may_stand_still_or_start_over(task: FaceTask, still: Picture) -> None:
    for at_ms in (1000, 1000, 0, 500):
        assert len(task.find(still, at_ms)) == 1


def test_a_picture_without_a_face_gives_nothing(task: FaceTask, still: Picture) -> None:
    assert task.find(np.full_like(still, 90), 5000) == []


def test_pictures_by_themselves_do_not_depend_on_their_order(still: Picture) -> None:
    task = FaceTask(landmarker_task(), video=False)
    try:
        ((points, weights),) = task.find(still, 0)
        task.find(drawn_face(), 0)
        task.find(np.ascontiguousarray(still[:, ::-1]), 0)
        ((again, same),) = task.find(still, 0)
    finally:
        task.close()
    np.testing.assert_array_equal(points, again)
    np.testing.assert_array_equal(weights, same)


def test_a_closed_task_says_so(still: Picture) -> None:
    task = FaceTask(landmarker_task())
    task.close()
    task.close()
    with pytest.raises(RuntimeError, match="used after close"):
        task.find(still, 0)
