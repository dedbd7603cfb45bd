from fractions import Fraction

import numpy as np

from bridge.capture.source import Pixels
from bridge.feeds.expressions import Reads
from bridge.metrics import Stopwatch
from bridge.shape.shaper import Shaper, ShapeStyle
from bridge.solve.tracker import Landmarks
from protocols.channels import INDEX, Vector
from protocols.timecode import Timeline
from tests.bridge.faces import FRAME_NS
from tests.bridge.fakes import ListRoute, Steps, image

JAW = INDEX["jawOpen"]


def pipeline(
    route: ListRoute, watch: Stopwatch, *subjects: str, read: Reads | None = None
) -> Steps:
    style = ShapeStyle(smooth=False)
    shapers = [Shaper(name, style) for name in subjects]
    return Steps(shapers, route, Timeline(Fraction(30)), watch, read=read)


def test_one_image_becomes_one_frame_a_face() -> None:
    route, watch = ListRoute(), Stopwatch()
    steps = pipeline(route, watch, "anna", "ben")
    steps.step(image(7, faces=2))
    assert [frame.subject for frame in route.frames] == ["anna", "ben"]
    assert all(frame.index == 7 and frame.tracked for frame in route.frames)
    assert route.frames[0].vector[JAW] == np.float32(0.07)
    assert route.times[0].frame == 7  # 7 x 33.3 ms at 30 a second
    assert (watch.frames, watch.tracked) == (1, 1)


def test_the_first_face_is_announced_before_it_is_seen_the_second_is_not() -> None:
    route = ListRoute()
    steps = pipeline(route, Stopwatch(), "anna", "ben")
    steps.step(image(0, faces=0))
    assert [(f.subject, f.tracked) for f in route.frames] == [("anna", False)]


def test_a_lost_face_is_held_and_marked_while_the_other_goes_on() -> None:
    route, watch = ListRoute(), Stopwatch()
    steps = pipeline(route, watch, "anna", "ben")
    steps.step(image(10, faces=2))
    frames = steps.step(image(11, faces=1))
    assert [(f.subject, f.tracked) for f in frames] == [("anna", True), ("ben", False)]
    assert frames[1].vector[JAW] == np.float32(0.1)
    assert frames[1].confidence == 0.0
    assert steps.pipeline.shown == frames


def test_without_images_the_pose_is_held_then_eases_to_neutral() -> None:
    route = ListRoute()
    steps = pipeline(route, Stopwatch(), "anna")
    steps.step(image(50))
    (soon,) = steps.idle(100_000_000)
    (late,) = steps.idle(3_000_000_000)
    assert not soon.tracked and soon.vector[JAW] == np.float32(0.5)
    assert late.vector[JAW] == 0.0
    assert late.captured_ns == 50 * FRAME_NS + 3_000_000_000
    assert len(route.frames) == 3


def test_every_face_has_an_expression_of_its_own() -> None:
    route = ListRoute()

    def read(pixels: Pixels, landmarks: Landmarks) -> Vector:
        """The further to the right, the happier; the third is no face at all."""
        place = int(landmarks.points[0, 0] / 100)
        if place == 2:
            raise ValueError("no face")
        shares: Vector = np.eye(8, dtype=np.float32)[place]
        return shares

    steps = pipeline(route, Stopwatch(), "anna", "ben", "carl", read=read)
    frames = steps.step(image(0, faces=3))
    assert [int(frame.expression.argmax()) for frame in frames[:2]] == [0, 1]
    assert not frames[2].expression.any() and frames[2].tracked
