"""Turned squares: cut out, found around a face, followed."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.face.region import (
    CALM,
    EYE_CORNERS,
    QUICK,
    ROOM,
    Region,
    around_points,
    cut,
    followed,
    whole,
)

numbers = st.floats(-500, 500)
regions = st.builds(Region, numbers, numbers, st.floats(1, 900), st.floats(-3, 3))


def test_the_middle_of_a_cut_out_is_the_centre() -> None:
    region = Region(50.0, 30.0, 40.0, 0.7)
    assert region.matrix(192) @ [96.0, 96.0, 1.0] == pytest.approx([50.0, 30.0])


def test_its_x_axis_is_turned_toward_y() -> None:
    matrix = Region(0.0, 0.0, 192.0, math.pi / 2).matrix(192)
    assert matrix[:, 0] == pytest.approx([0.0, 1.0])


def test_a_whole_picture_is_cut_unchanged_with_bars() -> None:
    picture = np.random.default_rng(1).integers(1, 255, (4, 8, 3)).astype(np.uint8)
    found = cut(picture, whole(8, 4), 8, black=True)
    np.testing.assert_array_equal(found[2:6], picture)
    assert not found[:2].any() and not found[6:].any()


def test_beyond_the_picture_its_edge_goes_on() -> None:
    picture = np.full((4, 4, 3), 7, dtype=np.uint8)
    assert (cut(picture, Region(0.0, 0.0, 20.0), 10, black=False) == 7).all()


def test_the_region_of_points_has_room_and_their_turn() -> None:
    points = np.zeros((478, 3), dtype=np.float32)
    points[:, :2] = [100.0, 100.0]
    points[1, :2], points[2, :2] = [80.0, 90.0], [120.0, 150.0]
    points[EYE_CORNERS[1], :2] = [110.0, 110.0]
    region = around_points(points)
    assert (region.x, region.y) == (100.0, 120.0)
    assert region.size == pytest.approx(60.0 * ROOM)
    assert region.angle == pytest.approx(math.pi / 4)


@given(regions)
def test_a_still_face_is_not_left(region: Region) -> None:
    found = followed(region, region)
    assert found.x == pytest.approx(region.x)
    assert found.size == pytest.approx(region.size)
    assert found.angle == pytest.approx(region.angle)


@given(regions, regions)
def test_following_never_goes_beyond_the_face(before: Region, now: Region) -> None:
    found = followed(before, now)
    for one, at, other in (
        (before.x, found.x, now.x),
        (before.y, found.y, now.y),
        (before.size, found.size, now.size),
    ):
        assert min(one, other) - 1e-6 <= at <= max(one, other) + 1e-6


def test_a_face_that_moves_is_followed_at_once() -> None:
    before = Region(100.0, 100.0, 200.0)
    now = Region(100.0 + QUICK * 200.0, 100.0, 210.0, 0.1)
    assert followed(before, now).x == pytest.approx(now.x)
    assert followed(before, now).angle == pytest.approx(0.1)


def test_trembling_is_followed_slowly() -> None:
    before = Region(100.0, 100.0, 200.0)
    found = followed(before, Region(100.1, 100.0, 200.0))
    assert found.x - 100.0 == pytest.approx(0.1 * (CALM + 0.0005 / QUICK))


def test_angles_are_followed_the_short_way() -> None:
    before = Region(0.0, 0.0, 100.0, 3.1)
    found = followed(before, Region(0.0, 0.0, 100.0, -3.1))
    assert abs(math.remainder(found.angle - 3.1, 2 * math.pi)) < 0.1
