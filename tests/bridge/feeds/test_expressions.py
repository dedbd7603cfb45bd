"""Expressions that are read after the frame was sent."""

from fractions import Fraction

import numpy as np

from bridge.capture.source import Pixels
from bridge.feeds.camera import CameraFeed
from bridge.feeds.expressions import Expressions
from bridge.feeds.feed import OtherSolver
from bridge.metrics import NetworkTimer, Stopwatch
from bridge.solve.identities import Seated
from bridge.solve.tracker import Landmarks
from bridge.stages import STAGES
from protocols.channels import Vector
from protocols.frame import NO_EXPRESSION
from protocols.timecode import Timeline
from tests.bridge.fakes import (
    ListSource,
    NamedSolver,
    OrderedPlaces,
    ScriptedTracker,
    image,
    landmarks,
)


class Reader:
    """Answers with how often it was asked, and keeps what it was asked about."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, float]] = []
        """First byte of the image, and x of the face."""

    def __call__(self, pixels: Pixels, landmarks: Landmarks) -> Vector:
        x = float(landmarks.points[0, 0])
        self.asked.append((int(pixels[0, 0, 0]), x))
        if x < 0.0:
            raise ValueError("not a face")
        return np.full(8, len(self.asked), dtype=np.float32)


def picture(value: int) -> Pixels:
    return np.full((2, 2, 3), value, dtype=np.uint8)


def at(x: float, place: int = 0, person: int | None = 0) -> Seated:
    return Seated(place, landmarks(x), person)


def made(read: Reader | None, *, later: bool = True) -> Expressions:
    return Expressions(read, NetworkTimer(lambda: 0), later=later)


def values(found: list[Vector]) -> list[float]:
    return [float(one[0]) for one in found]


def test_a_frame_has_the_expression_of_the_image_before() -> None:
    read = Reader()
    express = made(read)
    assert values(express(picture(1), [at(0.0)])) == [1.0]
    express.catch_up()
    assert values(express(picture(2), [at(0.0)])) == [2.0]
    assert [seen for seen, _ in read.asked] == [1, 1]
    express.catch_up()
    assert values(express(picture(3), [at(0.0)])) == [3.0]
    assert [seen for seen, _ in read.asked] == [1, 1, 2]


def test_a_new_face_has_its_own_at_once() -> None:
    read = Reader()
    express = made(read)
    express(picture(1), [at(0.0)])
    express.catch_up()
    first, second = values(express(picture(2), [at(0.0), at(50.0, place=1)]))
    assert (first, second) == (2.0, 3.0) and read.asked[-1] == (2, 50.0)


def test_another_person_does_not_get_the_expression_of_the_last() -> None:
    read = Reader()
    express = made(read)
    express(picture(1), [at(0.0, person=0)])
    express.catch_up()
    assert values(express(picture(2), [at(0.0, person=1)])) == [3.0]
    assert read.asked[-1] == (2, 0.0)


def test_a_face_that_was_gone_has_its_own_again() -> None:
    read = Reader()
    express = made(read)
    express(picture(1), [at(0.0)])
    express.catch_up()
    assert express(picture(2), []) == []
    express.catch_up()
    assert values(express(picture(3), [at(0.0)])) == [3.0]


def test_catching_up_reads_each_image_once() -> None:
    read = Reader()
    express = made(read)
    express.catch_up()
    express(picture(1), [at(0.0)])
    express.catch_up()
    express.catch_up()
    assert len(read.asked) == 2


def test_without_catching_up_the_last_expression_stays() -> None:
    """Two images may come before there is time."""
    read = Reader()
    express = made(read)
    express(picture(1), [at(0.0)])
    assert values(express(picture(2), [at(0.0)])) == [1.0]
    express.catch_up()
    assert values(express(picture(3), [at(0.0)])) == [2.0]
    assert read.asked[-1] == (2, 0.0)


def test_at_full_speed_each_frame_has_its_own() -> None:
    read = Reader()
    express = made(read, later=False)
    for seen in (1, 2, 3):
        assert values(express(picture(seen), [at(0.0)])) == [float(seen)]
        express.catch_up()
    assert [one for one, _ in read.asked] == [1, 2, 3]


def test_points_that_are_no_face_have_no_expression() -> None:
    express = made(Reader())
    (found,) = express(picture(1), [at(-5.0)])
    np.testing.assert_array_equal(found, NO_EXPRESSION)
    express.catch_up()
    (found,) = express(picture(2), [at(-5.0)])
    np.testing.assert_array_equal(found, NO_EXPRESSION)


def test_without_a_network_there_are_none() -> None:
    express = made(None)
    (found,) = express(picture(1), [at(0.0)])
    np.testing.assert_array_equal(found, NO_EXPRESSION)
    express.catch_up()


def test_a_feed_reads_them_before_it_waits_for_the_next_image() -> None:
    now = 0

    def clock() -> int:
        return now

    class SlowReader(Reader):
        def __call__(self, pixels: Pixels, landmarks: Landmarks) -> Vector:
            nonlocal now
            now += 400_000
            return super().__call__(pixels, landmarks)

    read, watch = SlowReader(), Stopwatch(clock)
    feed = CameraFeed(
        ListSource([image(k) for k in range(3)]),
        ScriptedTracker(),
        OrderedPlaces(),
        [NamedSolver("anna")],
        watch,
        read,
        timeline=Timeline(Fraction(30)),
        solver=OtherSolver("fake", "a fake"),
        express_later=True,
    )
    found = []
    for _ in range(3):
        solved = feed.read()
        assert solved is not None
        found.append(float(solved.frames[0].expression[0]))
        watch.lap()
        watch.lap()
        watch.finish(tracked=True)
    assert found == [1.0, 2.0, 3.0]
    # The first image's expression was read within its frame, later ones after it.
    assert watch.later_ns().tolist() == [0, 400_000, 400_000]
    latency = watch.latency_ms()
    assert latency["express"]["p50"] == 0.4
    within = watch.laps_ns()[:, STAGES.index("express")]
    assert within.tolist() == [400_000, 0, 0]
