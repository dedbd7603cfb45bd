from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.drawing import compiled, scanlines
from engines.drawing.camera import Camera, project
from engines.drawing.raster import Cutout, Fill, Fragments, blank, fastest, rasterise
from protocols.arrays import Floats, Indices, Mask

# Anticlockwise on screen, whose y points down: a faces the camera.
FRONT = np.array([[0, 1, 2]], dtype=np.int32)
BACK = np.array([[0, 2, 1]], dtype=np.int32)


Points = list[tuple[float, float, float]]


@pytest.fixture(params=["numpy", "numba"])
def fill(request: pytest.FixtureRequest) -> Fill:
    return compiled.fill if request.param == "numba" else scanlines.fill


def drawn(
    fill: Fill,
    points: Points,
    triangles: Indices = FRONT,
    cutout: Cutout | None = None,
    both: Mask | None = None,
) -> Fragments:
    found = blank(8, 6)
    screen = np.array(points, dtype=np.float32)
    rasterise(found, screen, triangles, cutout=cutout, both=both, fill=fill)
    return found


def test_a_triangle_covers_the_pixels_whose_middles_it_holds(fill: Fill) -> None:
    found = drawn(fill, [(1, 1, 1), (1, 5, 1), (5, 1, 1)])
    expected = np.full((6, 8), -1)
    expected[1, 1:5] = expected[2, 1:4] = expected[3, 1:3] = expected[4, 1:2] = 0
    np.testing.assert_array_equal(found.triangle, expected)


def test_two_that_share_an_edge_have_each_pixel_once(fill: Fill) -> None:
    # The edge runs through the middles of pixels, which the first of the two has.
    square: Points = [(0.5, 0.5, 1), (0.5, 4.5, 1), (4.5, 4.5, 1), (4.5, 0.5, 1)]
    halves = np.array([[0, 1, 2], [0, 2, 3]], dtype=np.int32)
    found = drawn(fill, square, halves).triangle
    expected = np.full((6, 8), -1)
    expected[:5, :5] = 1 - np.tri(5, dtype=np.int64)
    np.testing.assert_array_equal(found, expected)
    alone = [drawn(fill, square, half[None]).triangle == 0 for half in halves]
    assert (alone[0] | alone[1]).sum() == (found >= 0).sum() == 25
    assert (alone[0] & alone[1]).sum() == 5


def test_a_sliver_is_not_drawn(fill: Fill) -> None:
    flat: Points = [(0.5, 0.5, 1), (4.5, 4.5, 1), (2.5, 2.5, 1)]
    assert (drawn(fill, flat, both=np.array([True])).triangle == -1).all()
    thin: Points = [(0.0, 0.5, 1), (8.0, 0.502, 1), (8.0, 0.498, 1)]
    found = drawn(fill, thin, both=np.array([True]))
    assert (found.triangle[0] == 0).all()
    assert np.isfinite(found.weights).all()


@pytest.mark.parametrize("lost", [np.nan, np.inf, -np.inf, 1e30, -1e30])
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_corner_that_is_nowhere_takes_its_triangles_away(
    fill: Fill, lost: float, axis: int
) -> None:
    points: Points = [(1, 1, 1), (1, 5, 1), (5, 1, 1), (0, 0, 2)]
    corner = [0.0, 0.0, 2.0]
    corner[axis] = lost
    points[3] = (corner[0], corner[1], corner[2])
    triangles = np.array([[3, 1, 2], [0, 1, 2]], dtype=np.int32)
    found = drawn(fill, points, triangles, both=np.ones(2, dtype=bool))
    assert set(found.triangle.flat) == {-1, 1}
    assert np.isfinite(found.weights).all()
    assert np.isfinite(found.nearness).all()


def test_what_is_there_already_stays_where_it_is_nearer(fill: Fill) -> None:
    near: Points = [(0, 0, 1), (0, 12, 1), (4, 0, 1)]
    found = drawn(fill, near)
    far = np.array([(0, 0, 2), (0, 12, 2), (16, 0, 2)], dtype=np.float32)
    rasterise(found, far, np.concatenate([FRONT, FRONT]), slice(1, 2), fill=fill)
    assert found.triangle[0].tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    assert found.nearness[0].tolist() == [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5]


def test_nothing_is_drawn_of_nothing(fill: Fill) -> None:
    found = drawn(fill, [(0, 0, 1)], np.zeros((0, 3), dtype=np.int32))
    assert (found.triangle == -1).all()


def test_a_back_is_not_drawn(fill: Fill) -> None:
    assert (drawn(fill, [(1, 1, 1), (1, 5, 1), (5, 1, 1)], BACK).triangle == -1).all()


def test_a_back_is_drawn_where_it_is_asked_for(fill: Fill) -> None:
    points: Points = [(1, 1, 1), (1, 5, 1), (5, 1, 1)]
    front = drawn(fill, points).triangle
    back = drawn(fill, points, BACK, both=np.array([True]))
    np.testing.assert_array_equal(back.triangle, front)


def test_nothing_behind_the_camera_is_drawn(fill: Fill) -> None:
    assert (drawn(fill, [(1, 1, 1), (1, 5, -1), (5, 1, 1)]).triangle == -1).all()


def test_what_leaves_the_picture_is_cut_off(fill: Fill) -> None:
    found = drawn(fill, [(-90, -90, 2), (-90, 200, 2), (200, -90, 2)])
    assert (found.triangle == 0).all()
    np.testing.assert_allclose(found.nearness, 0.5, rtol=1e-5)


def test_the_nearer_wins_in_either_order(fill: Fill) -> None:
    points = [
        (x, y, z) for z in (2.0, 1.0) for x, y in ((0.0, 0.0), (0.0, 6.0), (8.0, 0.0))
    ]
    for order in ([[0, 1, 2], [3, 4, 5]], [[3, 4, 5], [0, 1, 2]]):
        triangles = np.array(order, dtype=np.int32)
        found = drawn(fill, points, triangles)
        near = int(np.flatnonzero(triangles[:, 0] == 3)[0])
        assert found.triangle[1, 1] == near
        assert found.nearness[1, 1] == 1


def test_weights_are_those_in_space_not_on_the_screen(fill: Fill) -> None:
    # One corner is three times as far. Halfway between it and a near one on the
    # screen is a quarter of the way in space: 1/z is what is linear there.
    found = drawn(fill, [(0.5, 0.5, 3), (0.5, 4.5, 1), (4.5, 0.5, 1)])
    np.testing.assert_allclose(found.weights[2, 0], (0.25, 0.75, 0), atol=1e-5)
    np.testing.assert_allclose(1 / found.nearness[2, 0], 1.5, atol=1e-5)


@given(st.lists(st.tuples(*(3 * [st.floats(-0.2, 0.2)])), min_size=3, max_size=3))
def test_weights_find_the_point_that_the_pixel_looks_at(
    corners: list[tuple[float, float, float]],
) -> None:
    camera = Camera(24, 24, 40.0)
    points = np.array(corners, dtype=np.float32) - np.array([0, 0, 0.5], np.float32)
    found = blank(24, 24)
    both = np.concatenate([FRONT, BACK])
    rasterise(found, project(points, camera), both, fill=scanlines.fill)
    rows, columns = np.nonzero(found.triangle >= 0)
    order = np.concatenate([FRONT, BACK])[found.triangle[rows, columns]]
    seen = np.einsum("nk,nkc->nc", found.weights[rows, columns], points[order])
    back = project(seen.astype(np.float32), camera)
    np.testing.assert_allclose(back[:, 0], columns + 0.5, atol=0.05)
    np.testing.assert_allclose(back[:, 1], rows + 0.5, atol=0.05)


def test_a_cutout_has_the_holes_of_its_pattern_and_both_sides(fill: Fill) -> None:
    pattern = np.array([[0.0, 1.0]], dtype=np.float32)
    corners = np.array([[(0, 0, 0.5), (0, 0, 0.5), (2, 0, 0.5)]], dtype=np.float32)
    cutout = Cutout(pattern, corners)
    found = drawn(fill, [(0, 0, 1), (0, 12, 1), (16, 0, 1)], cutout=cutout)
    assert found.triangle[0].tolist() == [-1, -1, -1, -1, 0, 0, 0, 0]
    turned = Cutout(pattern, np.ascontiguousarray(corners[:, [0, 2, 1]]))
    found = drawn(fill, [(0, 0, 1), (0, 12, 1), (16, 0, 1)], BACK, cutout=turned)
    assert found.triangle[0].tolist() == [-1, -1, -1, -1, 0, 0, 0, 0]


def test_a_tiled_pattern_goes_on_downwards(fill: Fill) -> None:
    pattern = np.array([[0.0], [1.0]], dtype=np.float32)
    corners = np.array([[(0, 0, 0.5), (0, 4, 0.5), (0, 0, 0.5)]], dtype=np.float32)
    for tiled, rows in ((True, [-1, 0, -1, 0]), (False, [-1, 0, 0, 0])):
        cutout = Cutout(pattern, corners, tiled)
        found = drawn(fill, [(0, 0, 1), (0, 8, 1), (16, 0, 1)], cutout=cutout)
        assert found.triangle[:4, 0].tolist() == rows


def crowd(seed: int, count: int) -> tuple[Floats, Indices]:
    """Triangles of every size, many of them small, all over the picture and beyond."""
    rng = np.random.default_rng(seed)
    middle = rng.uniform(-20, 116, (count, 1, 2))
    size = 10 ** rng.uniform(-1.5, 2, (count, 1, 1))
    points = np.empty((count, 3, 3), dtype=np.float32)
    points[..., :2] = middle + rng.normal(size=(count, 3, 2)) * size
    points[..., 2] = rng.uniform(-0.05, 3, (count, 3))
    return points.reshape(-1, 3), np.arange(3 * count, dtype=np.int32).reshape(-1, 3)


@pytest.mark.parametrize("holes", [False, True])
def test_both_implementations_draw_the_same(holes: bool) -> None:
    screen, triangles = crowd(3, 600)
    rng = np.random.default_rng(4)
    both = rng.random(len(triangles)) < 0.3
    cutout = None
    if holes:
        coordinates = rng.uniform(-1, 2, (len(triangles), 3, 3)).astype(np.float32)
        coordinates[..., 2] = 0.4
        cutout = Cutout(rng.random((9, 7), dtype=np.float32), coordinates, True)
    found, expected = blank(96, 80), blank(96, 80)
    part = slice(10, len(triangles) - 10)
    rasterise(found, screen, triangles, part, cutout, both, scanlines.fill)
    rasterise(expected, screen, triangles, part, cutout, both, compiled.fill)
    same = found.triangle == expected.triangle
    # The last bit of a float decides who has the middle of a pixel on an edge.
    assert (~same).sum() <= 3
    assert (expected.triangle >= 0).mean() > 0.5
    np.testing.assert_allclose(found.weights[same], expected.weights[same], atol=2e-3)
    np.testing.assert_allclose(found.nearness[same], expected.nearness[same], rtol=1e-3)


def test_without_numba_numpy_draws() -> None:
    # A process of its own: here numba has been imported.
    lines = (
        "import sys; sys.modules['numba'] = None",
        "from engines.drawing.raster import fastest",
        "print(fastest().__module__)",
    )
    run = [sys.executable, "-c", "\n".join(lines)]
    said = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    assert said.strip() == "engines.drawing.scanlines"


def test_with_numba_it_draws() -> None:
    assert fastest() is compiled.fill
