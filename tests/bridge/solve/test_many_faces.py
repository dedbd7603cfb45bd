"""Cut-outs that follow faces; a face is a bright square here."""

from dataclasses import dataclass, field

import cv2
import numpy as np
import pytest

from bridge.capture.source import Pixels
from bridge.solve.many_faces import LOOK_EVERY, PATIENCE, SIDE, Box, ManyFaces
from bridge.solve.own_tracker import open_own_tracker
from bridge.solve.tracker import Points
from tests.footage import footage_dir

FACE = 60


def picture(*faces: tuple[float, float]) -> Pixels:
    out = np.zeros((360, 640, 3), dtype=np.uint8)
    for x, y in faces:
        x0, y0 = round(x - FACE / 2), round(y - FACE / 2)
        out[max(0, y0) : y0 + FACE, max(0, x0) : x0 + FACE] = 200
    return out


@dataclass
class SquareGraph:
    """Finds the bright square nearest the middle of what it is shown."""

    forgotten: int = 0

    def find(self, picture: Pixels) -> Points | None:
        assert picture.shape == (SIDE, SIDE, 3)
        count, _, stats, centres = cv2.connectedComponentsWithStats(
            (picture[..., 0] > 100).astype(np.uint8)
        )
        if count < 2:
            return None
        middle = np.abs(centres[1:] - SIDE / 2).sum(axis=1)
        x, y, w, h, _ = stats[1 + int(middle.argmin())]
        along = np.linspace(0.0, 1.0, 478, dtype=np.float32)
        points: Points = np.stack([x + w * along, y + h * along, 0 * along], axis=1)
        return points

    def forget(self) -> None:
        self.forgotten += 1


@dataclass
class ListFinder:
    """Says where the faces are; counts how often it was asked."""

    boxes: list[Box] = field(default_factory=list)
    asked: int = 0

    def find(self, picture: Pixels) -> list[Box]:
        self.asked += 1
        return self.boxes

    def close(self) -> None:
        pass


def boxes(*faces: tuple[float, float]) -> list[Box]:
    return [Box(x, y, FACE) for x, y in faces]


def centres(found: list[Points]) -> list[tuple[float, float]]:
    return sorted(tuple((p[:, :2].mean(axis=0)).tolist()) for p in found)


def test_every_face_is_found_where_it_is() -> None:
    faces = [(100.0, 100.0), (320.0, 200.0), (560.0, 250.0)]
    many = ManyFaces([SquareGraph() for _ in range(4)], ListFinder(boxes(*faces)))
    found = many.find(picture(*faces))
    for seen, true in zip(centres(found), faces, strict=True):
        assert seen == pytest.approx(true, abs=1.5)


def test_cut_outs_follow_faces_that_walk_and_the_finder_rests() -> None:
    finder = ListFinder(boxes((100, 100), (500, 250)))
    many = ManyFaces([SquareGraph(), SquareGraph()], finder)
    for i in range(60):
        faces = [(100.0 + 5 * i, 100.0), (500.0 - 5 * i, 250.0)]
        found = centres(many.find(picture(*faces)))
        for seen, true in zip(found, sorted(faces), strict=True):
            assert seen == pytest.approx(true, abs=2.0)
    assert finder.asked == 1


def test_a_face_half_outside_the_picture_is_followed() -> None:
    many = ManyFaces([SquareGraph()], ListFinder(boxes((20, 100))))
    (found,) = many.find(picture((20, 100)))
    assert found[:, 0].max() == pytest.approx(50, abs=1.5)


def test_a_graph_whose_face_has_gone_serves_another() -> None:
    finder = ListFinder(boxes((100, 100)))
    graph = SquareGraph()
    many = ManyFaces([graph], finder)
    assert len(many.find(picture((100, 100)))) == 1
    finder.boxes = boxes((500, 200))
    found = [many.find(picture((500, 200))) for _ in range(PATIENCE + LOOK_EVERY + 3)]
    assert found[0] == []
    assert graph.forgotten == 1
    assert centres(found[-1]) == [pytest.approx((500, 200), abs=1.5)]


def test_two_graphs_never_report_one_face() -> None:
    finder = ListFinder(boxes((200, 150), (420, 150)))
    graphs = [SquareGraph(), SquareGraph()]
    many = ManyFaces(graphs, finder)
    many.find(picture((200, 150), (420, 150)))
    finder.boxes = []
    for i in range(20):
        x = 420 - 11 * i
        faces = [(200.0, 150.0), (float(x), 150.0)] if x > 270 else [(200.0, 150.0)]
        found = many.find(picture(*faces))
    assert len(found) == 1


def test_no_more_faces_than_graphs() -> None:
    faces = [(60.0 + 100 * i, 150.0) for i in range(6)]
    many = ManyFaces([SquareGraph(), SquareGraph()], ListFinder(boxes(*faces)))
    assert len(many.find(picture(*faces))) == 2


def test_all_five_people_of_a_group_are_found() -> None:
    group = np.asarray(cv2.imread(str(footage_dir() / "multi_face.jpg")), np.uint8)
    tracker = open_own_tracker(6)
    for _ in range(3):
        found = tracker.track(group)
    tracker.close()
    assert len(found) == 5
    x = sorted(float(face.points[:, 0].mean()) for face in found)
    assert x == pytest.approx([262, 365, 478, 582, 738], abs=25)
