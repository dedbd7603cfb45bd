import numpy as np
import pytest

from bridge.capture.source import Pixels
from bridge.solve.task_tracker import TaskTracker
from bridge.solve.tracker import Points
from protocols.arrays import Floats
from tests.bridge.solve.puppet import FRAME_NS

PICTURE = np.zeros((60, 80, 3), dtype=np.uint8)
PICTURE[..., 0] = 200  # blue


class ListTask:
    """Finds two faces and notes what it was asked."""

    def __init__(self) -> None:
        self.times_ms: list[int] = []
        self.pictures: list[Pixels] = []
        self.closed = 0

    def find(self, picture: Pixels, at_ms: int) -> list[tuple[Points, Floats]]:
        self.times_ms.append(at_ms)
        self.pictures.append(picture)
        return [
            (np.full((478, 3), i, np.float32), np.full(52, 0.25 * i, np.float32))
            for i in (1, 2)
        ]

    def close(self) -> None:
        self.closed += 1


def test_every_face_comes_with_its_weights_and_the_pictures_size() -> None:
    task = ListTask()
    one, two = TaskTracker(task).track(PICTURE, FRAME_NS)
    assert (one.width, one.height) == (80, 60)
    assert one.weights is not None and two.weights is not None
    assert (one.weights == 0.25).all() and (two.weights == 0.5).all()
    assert (two.points == 2.0).all()
    # The task wants red first.
    assert task.pictures[0][0, 0].tolist() == [0, 0, 200]


def test_its_time_is_the_pictures_and_always_rises() -> None:
    task = ListTask()
    tracker = TaskTracker(task)
    gap_ns = 20_000_000
    # A clip of four pictures that starts again, then one a minute later.
    for captured_ns in (*range(0, 4 * gap_ns, gap_ns), 0, gap_ns, 60_000_000_000):
        tracker.track(PICTURE, captured_ns)
    steps = np.diff(task.times_ms).tolist()
    assert steps[:3] == [20, 20, 20]
    assert steps[4] == 20
    assert 32 <= steps[3] <= 34 and 32 <= steps[5] <= 34


def test_without_times_pictures_are_a_thirtieth_of_a_second_apart() -> None:
    task = ListTask()
    tracker = TaskTracker(task)
    for _ in range(31):
        tracker.track(PICTURE)
    assert task.times_ms[-1] - task.times_ms[0] == 1000
    assert min(np.diff(task.times_ms)) >= 33


def test_it_is_closed_once_and_refuses_pictures_then() -> None:
    task = ListTask()
    tracker = TaskTracker(task)
    tracker.close()
    tracker.close()
    assert task.closed == 1
    with pytest.raises(RuntimeError, match="close"):
        tracker.track(PICTURE, 0)
