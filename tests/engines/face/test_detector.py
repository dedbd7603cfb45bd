"""How a detector's answers become faces; its network is a fake here."""

import math

import numpy as np
import numpy.typing as npt
import pytest

from engines.face.detector import FAR, NEAR, Detector, FaceDetector
from engines.face.region import ROOM
from engines.runtime.engine import Spec, Tensors
from engines.runtime.graphs import FAR_FACES, NEAR_FACES, Graph

PICTURE = np.zeros((128, 128, 3), dtype=np.uint8)


class FakeEngine:
    """Answers what it was given, and keeps what it saw."""

    device = "fake"
    inputs: tuple[Spec, ...] = ()
    outputs: tuple[Spec, ...] = ()

    def __init__(self) -> None:
        self.boxes = np.zeros((1, 896, 16), dtype=np.float32)
        self.scores = np.full((1, 896, 1), -100.0, dtype=np.float32)
        self.saw: npt.NDArray[np.float32] | None = None

    def put(self, place: int, logit: float, *box: float) -> None:
        """Put a box (x, y, width, height from its anchor) with level eyes."""
        self.scores[0, place, 0] = logit
        self.boxes[0, place, :4] = box
        self.boxes[0, place, 4:8] = [-10.0, 0.0, 10.0, 0.0]

    def run(self, feeds: Tensors) -> Tensors:
        self.saw = feeds["picture"].copy()
        return {"boxes": self.boxes, "scores": self.scores}

    def close(self) -> None:
        pass


@pytest.mark.parametrize(("kind", "graph"), [(NEAR, NEAR_FACES), (FAR, FAR_FACES)])
def test_there_is_an_anchor_for_every_answer(kind: Detector, graph: Graph) -> None:
    anchors = kind.anchors()
    assert anchors.shape == (graph.outputs[0].shape[1], 2)
    assert graph.inputs[0].shape == (1, kind.side, kind.side, 3)
    assert anchors.min() == kind.cells[0][0] / 2
    assert anchors.max() == kind.side - kind.cells[0][0] / 2


def test_a_box_is_placed_by_its_anchor() -> None:
    engine = FakeEngine()
    engine.put(2, 3.0, 1.0, 2.0, 40.0, 50.0)  # the second cell: (12, 4)
    (face,) = FaceDetector(engine, NEAR, 0.5).find(PICTURE)
    assert (face.x, face.y, face.width, face.height) == (13.0, 6.0, 40.0, 50.0)
    assert face.score == pytest.approx(1.0 / (1.0 + math.exp(-3.0)))
    assert face.angle == 0.0
    assert face.region().size == pytest.approx(50.0 * ROOM)


def test_places_are_those_of_the_whole_picture() -> None:
    engine = FakeEngine()
    engine.put(2, 3.0, 1.0, 2.0, 40.0, 50.0)
    wide = np.zeros((128, 256, 3), dtype=np.uint8)
    (face,) = FaceDetector(engine, NEAR, 0.5).find(wide)
    # Two pixels each, with 64 pixels of black above and below.
    assert (face.x, face.y, face.width) == (26.0, 12.0 - 64.0, 80.0)


def test_the_network_sees_minus_one_to_one_and_black_bars() -> None:
    engine = FakeEngine()
    FaceDetector(engine, NEAR, 0.5).find(np.full((64, 128, 3), 255, np.uint8))
    assert engine.saw is not None
    assert engine.saw.shape == (1, 128, 128, 3)
    assert engine.saw[0, 0].max() == -1.0
    assert engine.saw[0, 64].min() == pytest.approx(1.0)


def test_boxes_that_overlap_are_one_face_between_them() -> None:
    engine = FakeEngine()
    engine.put(0, 2.0, 40.0, 40.0, 40.0, 40.0)
    engine.put(1, 2.0, 44.0, 40.0, 40.0, 40.0)
    engine.put(511, 1.0, 0.0, 0.0, 20.0, 20.0)
    faces = FaceDetector(engine, NEAR, 0.5).find(PICTURE)
    assert [round(face.x) for face in faces] == [46, 124]
    assert faces[0].score > faces[1].score


def test_what_is_unlikely_is_no_face() -> None:
    engine = FakeEngine()
    engine.put(0, 1.0, 40.0, 40.0, 40.0, 40.0)
    assert len(FaceDetector(engine, NEAR, 0.7).find(PICTURE)) == 1
    assert FaceDetector(engine, NEAR, 0.75).find(PICTURE) == []


def test_huge_answers_break_nothing() -> None:
    engine = FakeEngine()
    engine.scores[:] = 1e30
    engine.boxes[:] = 1e30
    faces = FaceDetector(engine, NEAR, 0.5).find(PICTURE)
    assert len(faces) >= 1
