"""The lamps of a face, from points of the canonical face that are turned and moved."""

import math

import numpy as np
import pytest

from bridge.capture.source import Image, Pixels
from bridge.feeds.feed import Solved
from bridge.page.lamps import Lamps, covered, dark, lamps, turned
from bridge.solve.tracker import Landmarks
from engines.face.canonical_face import CANONICAL
from protocols.frame import FaceFrame
from tests.bridge.faces import face
from tests.bridge.page.served import dark_pixels


def seen(yaw_deg: float = 0.0, x: float = 320.0) -> Landmarks:
    """A face of 15 pixels a centimetre, turned about the vertical axis."""
    angle = math.radians(yaw_deg)
    cos, sin = math.cos(angle), math.sin(angle)
    turn = np.array([[cos, 0.0, sin], [0.0, 1.0, 0.0], [-sin, 0.0, cos]])
    points = CANONICAL @ turn.T * [15.0, -15.0, -15.0] + [x, 240.0, 0.0]
    return Landmarks(points.astype(np.float32), 640, 480)


def sure(confidence: float = 1.0) -> FaceFrame:
    frame = face(1)
    return FaceFrame(1, frame.captured_ns, "ann", frame.vector, confidence=confidence)


def solved(pixels: Pixels, found: Landmarks) -> Solved:
    return Solved(
        *(1, 0, 0, {0: sure()}),
        image=Image(1, 0, 0, pixels),
        landmarks={0: found},
    )


@pytest.mark.parametrize(("yaw", "away"), [(0, False), (25, False), (-45, True)])
def test_a_face_is_turned_beyond_34_degrees(yaw: float, away: bool) -> None:
    assert turned(seen(yaw)) is away


def test_points_that_are_no_face_are_not_turned() -> None:
    nowhere = Landmarks(np.full((478, 3), np.nan, dtype=np.float32), 640, 480)
    assert not turned(nowhere)


def test_a_face_that_leaves_the_picture_is_covered() -> None:
    assert not covered(seen(), sure(), away=False)
    assert covered(seen(x=610.0), sure(), away=False)


def test_an_unsure_solver_means_a_covered_face_unless_it_is_turned() -> None:
    assert covered(seen(), sure(0.4), away=False)
    assert not covered(seen(), sure(0.4), away=True)
    assert not covered(seen(), None, away=False)


def test_darkness_is_that_of_the_face_not_of_the_room() -> None:
    pixels = dark_pixels()
    assert dark(pixels, seen())
    x0, y0, x1, y1 = seen().box().astype(int).tolist()
    pixels[y0:y1, x0:x1] = 120
    assert not dark(pixels, seen())
    assert dark(255 - pixels, seen()) is False


def test_a_face_outside_the_picture_is_not_called_dark() -> None:
    assert not dark(dark_pixels(), seen(x=5000.0))


def test_all_lamps_of_a_face() -> None:
    assert lamps(None, 0) == Lamps()
    found = solved(dark_pixels(), seen(-45))
    assert lamps(found, 0) == Lamps(found=True, turned=True, dark=True)
    assert lamps(found, 1) == Lamps()


def test_a_face_of_another_program_is_only_found() -> None:
    assert lamps(Solved(1, 0, 0, {0: sure()}), 0) == Lamps(found=True)


@pytest.mark.parametrize(("light", "is_dark"), [(0, True), (40, True), (60, False)])
def test_a_face_is_dark_below_48_of_255(light: int, is_dark: bool) -> None:
    pixels = dark_pixels() + np.uint8(light)
    assert lamps(solved(pixels, seen()), 0).dark is is_dark


@pytest.mark.parametrize(("light", "is_dark"), [(0, True), (20, True), (30, False)])
def test_a_black_picture_without_a_face_is_dark(light: int, is_dark: bool) -> None:
    pixels = np.full((480, 640, 3), light, dtype=np.uint8)
    nobody = Solved(1, 0, 0, {}, image=Image(1, 0, 0, pixels))
    assert lamps(nobody, 0) == Lamps(dark=is_dark)
    assert lamps(Solved(1, 0, 0, {}), 0) == Lamps()
