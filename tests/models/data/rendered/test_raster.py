from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.data.rendered.camera import Camera, project
from models.data.rendered.raster import Cutout, Fragments, blank, rasterise

# Anticlockwise on screen, whose y points down: a faces the camera.
FRONT = np.array([[0, 1, 2]], dtype=np.int32)
BACK = np.array([[0, 2, 1]], dtype=np.int32)


def drawn(
    points: list[tuple[float, float, float]],
    triangles: np.ndarray[tuple[int, int], np.dtype[np.int32]] = FRONT,
    cutout: Cutout | None = None,
) -> Fragments:
    found = blank(8, 6)
    rasterise(found, np.array(points, dtype=np.float32), triangles, cutout=cutout)
    return found


def test_a_triangle_covers_the_pixels_whose_middles_it_holds() -> None:
    found = drawn([(1, 1, 1), (1, 5, 1), (5, 1, 1)])
    expected = np.full((6, 8), -1)
    expected[1, 1:5] = expected[2, 1:4] = expected[3, 1:3] = expected[4, 1:2] = 0
    np.testing.assert_array_equal(found.triangle, expected)


def test_a_back_is_not_drawn() -> None:
    assert (drawn([(1, 1, 1), (1, 5, 1), (5, 1, 1)], BACK).triangle == -1).all()


def test_nothing_behind_the_camera_is_drawn() -> None:
    assert (drawn([(1, 1, 1), (1, 5, -1), (5, 1, 1)]).triangle == -1).all()


def test_what_leaves_the_picture_is_cut_off() -> None:
    found = drawn([(-90, -90, 2), (-90, 200, 2), (200, -90, 2)])
    assert (found.triangle == 0).all()
    np.testing.assert_allclose(found.nearness, 0.5, rtol=1e-5)


def test_the_nearer_wins_in_either_order() -> None:
    points = [
        (x, y, z) for z in (2.0, 1.0) for x, y in ((0.0, 0.0), (0.0, 6.0), (8.0, 0.0))
    ]
    for order in ([[0, 1, 2], [3, 4, 5]], [[3, 4, 5], [0, 1, 2]]):
        triangles = np.array(order, dtype=np.int32)
        found = drawn(points, triangles)
        near = int(np.flatnonzero(triangles[:, 0] == 3)[0])
        assert found.triangle[1, 1] == near
        assert found.nearness[1, 1] == 1


def test_weights_are_those_in_space_not_on_the_screen() -> None:
    # One corner is three times as far. Halfway between it and a near one on the
    # screen is a quarter of the way in space: 1/z is what is linear there.
    found = drawn([(0.5, 0.5, 3), (0.5, 4.5, 1), (4.5, 0.5, 1)])
    np.testing.assert_allclose(found.weights[2, 0], (0.25, 0.75, 0), atol=1e-5)
    np.testing.assert_allclose(1 / found.nearness[2, 0], 1.5, atol=1e-5)


@given(st.lists(st.tuples(*(3 * [st.floats(-0.2, 0.2)])), min_size=3, max_size=3))
def test_weights_find_the_point_that_the_pixel_looks_at(
    corners: list[tuple[float, float, float]],
) -> None:
    camera = Camera(24, 24, 40.0)
    points = np.array(corners, dtype=np.float32) - np.array([0, 0, 0.5], np.float32)
    found = blank(24, 24)
    rasterise(found, project(points, camera), np.concatenate([FRONT, BACK]))
    rows, columns = np.nonzero(found.triangle >= 0)
    order = np.concatenate([FRONT, BACK])[found.triangle[rows, columns]]
    seen = np.einsum("nk,nkc->nc", found.weights[rows, columns], points[order])
    back = project(seen.astype(np.float32), camera)
    np.testing.assert_allclose(back[:, 0], columns + 0.5, atol=0.05)
    np.testing.assert_allclose(back[:, 1], rows + 0.5, atol=0.05)


def test_a_cutout_has_the_holes_of_its_pattern_and_both_sides() -> None:
    pattern = np.array([[0.0, 1.0]], dtype=np.float32)
    corners = np.array([[(0, 0, 0.5), (0, 0, 0.5), (2, 0, 0.5)]], dtype=np.float32)
    cutout = Cutout(pattern, corners)
    found = drawn([(0, 0, 1), (0, 12, 1), (16, 0, 1)], cutout=cutout)
    assert found.triangle[0].tolist() == [-1, -1, -1, -1, 0, 0, 0, 0]
    turned = Cutout(pattern, np.ascontiguousarray(corners[:, [0, 2, 1]]))
    found = drawn([(0, 0, 1), (0, 12, 1), (16, 0, 1)], BACK, cutout=turned)
    assert found.triangle[0].tolist() == [-1, -1, -1, -1, 0, 0, 0, 0]
