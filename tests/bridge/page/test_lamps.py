"""Lamps of a face, and hints in words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bridge.feeds.feed import Solved
from bridge.page.hints import Facts, hints
from bridge.page.lamps import Lamps, covered, dark, lamps, turned
from bridge.solve.tracker import Landmarks
from engines.face.canonical_face import CANONICAL
from protocols.frame import FaceFrame
from tests.bridge.faces import face
from tests.bridge.fakes import image

GOOD = Lamps(found=True)


def head(yaw: float = 0.0, x: float = 320.0) -> Landmarks:
    """The canonical face, turned by radians, in the middle of a picture."""
    points = np.zeros((478, 3))
    points[: len(CANONICAL)] = CANONICAL[:478]
    cos, sin = np.cos(yaw), np.sin(yaw)
    turn = np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]])
    moved = points @ turn.T * [12.0, -12.0, -12.0] + [x, 240.0, 0.0]
    return Landmarks(moved.astype(np.float32), 640, 480)


def solved(
    landmarks: Landmarks | None, frame: FaceFrame | None = None, light: int = 120
) -> Solved:
    pixels = np.full((480, 640, 3), light, dtype=np.uint8)
    return Solved(
        *(1, 0, 0),
        {0: frame or face(1)},
        image=replace(image(1), pixels=pixels),
        landmarks={} if landmarks is None else {0: landmarks},
    )


def test_no_face_lights_no_lamp() -> None:
    assert lamps(None, 0) == Lamps()
    assert lamps(solved(head()), 1) == Lamps()


def test_a_face_that_looks_ahead_in_good_light_is_good() -> None:
    assert lamps(solved(head()), 0) == GOOD
    assert GOOD.as_json() == {
        "found": True,
        "turned": False,
        "dark": False,
        "covered": False,
    }


def test_a_face_without_landmarks_is_found_and_nothing_more_is_known() -> None:
    assert lamps(solved(None), 0) == GOOD


@pytest.mark.parametrize(("yaw", "away"), [(0.0, False), (0.5, False), (-0.7, True)])
def test_a_face_is_turned_from_34_degrees_on(yaw: float, away: bool) -> None:
    assert turned(head(yaw)) is away
    assert lamps(solved(head(yaw)), 0).turned is away


def test_points_that_are_no_face_are_not_turned() -> None:
    assert not turned(Landmarks(np.zeros((478, 3), np.float32), 640, 480))


@pytest.mark.parametrize(("light", "is_dark"), [(0, True), (40, True), (60, False)])
def test_a_face_is_dark_by_its_own_light(light: int, is_dark: bool) -> None:
    assert lamps(solved(head(), light=light), 0).dark is is_dark


def test_a_bright_room_does_not_light_a_dark_face() -> None:
    pixels = np.full((480, 640, 3), 250, dtype=np.uint8)
    pixels[80:400, 200:440] = 20
    assert dark(pixels, head())


def test_a_face_beyond_the_picture_is_not_dark() -> None:
    assert not dark(np.zeros((480, 640, 3), np.uint8), head(x=5000.0))


def test_an_unsure_face_that_looks_ahead_is_covered() -> None:
    unsure = replace(face(1), confidence=0.4)
    assert covered(head(), unsure, away=False)
    # One that is turned away is unsure for that reason.
    assert not covered(head(), unsure, away=True)
    assert not covered(head(), replace(face(1), confidence=0.8), away=False)
    assert not covered(head(), None, away=False)


def test_a_face_that_reaches_beyond_the_picture_is_covered() -> None:
    assert covered(head(x=0.0), face(1), away=False)


GOING = Facts(camera=True, asked=30.0, images=29.0, dropped=0.0, faces=(GOOD,))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, []),
        ({"images": 0.0}, []),
        (
            {"images": 15.2},
            [
                "the camera gives 15 pictures a second: more light lets it give 30",
            ],
        ),
        ({"images": 15.2, "camera": False}, []),
        ({"images": 15.2, "asked": 0.0}, []),
        (
            {"faces": (Lamps(),)},
            ["no face is seen: look into the camera, with light on your face"],
        ),
        ({"faces": (GOOD, Lamps())}, []),
        (
            {"faces": (replace(GOOD, dark=True),), "images": 15.0},
            ["your face is dark: turn a lamp or a window toward it"],
        ),
        (
            {"faces": (replace(GOOD, turned=True),)},
            ["your face is turned away: the curves of its far side are guesses"],
        ),
        (
            {"faces": (replace(GOOD, covered=True),)},
            ["a part of your face is hidden or outside the picture"],
        ),
        (
            {"unanswered": ("vmc",)},
            ["vmc: no program listens there; start the receiver"],
        ),
        (
            {"failing": ("vmc",), "unanswered": ("vmc",)},
            ["vmc: sending fails; facewire keeps trying"],
        ),
        (
            {"dropped": 12.0},
            [
                "this machine solves 17 of 29 pictures a second: close other programs, "
                "or ask the camera for smaller pictures (capture.width)"
            ],
        ),
        ({"incidents": ("One-Euro replaced it",)}, ["One-Euro replaced it"]),
    ],
)
def test_hints_say_what_helps(change: dict[str, object], told: list[str]) -> None:
    assert hints(replace(GOING, **change)) == told  # type: ignore[arg-type]
