"""Our own mesh and detector against what MediaPipe's FaceMesh found."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from engines.face.face_graph import FaceGraph
from engines.face.mesh import FaceMesh, Picture, Points
from engines.face.region import around_points
from engines.runtime.engine import GraphError
from engines.runtime.graphs import MESH
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from engines.runtime.weights import find_weights
from tests.engines.face.derive_mesh import CLIP, EVERY, PICTURES, REFERENCE
from tests.footage import footage_dir, pictures

CHEEKS = (234, 454)
"""The points at the sides of a face: its width."""


@pytest.fixture(scope="module")
def graph() -> Iterator[FaceGraph]:
    graph = FaceGraph()
    yield graph
    graph.close()


def rgb(path: Path, until: int) -> Iterator[tuple[int, Picture]]:
    for index, _, picture in pictures(path):
        if index >= until:
            return
        yield index, np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)


def apart(one: Points, other: Points) -> Points:
    """Return how far points are from each other, in widths of the face."""
    right, left = CHEEKS
    wide = np.linalg.norm(one[left, :2] - one[right, :2])
    gap: Points = np.linalg.norm(one[:, :2] - other[:, :2], axis=1) / wide
    return gap


def test_the_points_are_mediapipes() -> None:
    """Where MediaPipe looked, ours finds the same points to 0.1 % of the width."""
    engine = OnnxRuntimeEngine(MESH, find_weights(MESH.name).read())
    mesh = FaceMesh(engine, 0.5)
    gaps = []
    with np.load(REFERENCE) as reference:
        for index, picture in rgb(CLIP, PICTURES):
            if index == 0 or index % EVERY:
                continue
            region = around_points(reference[str(index - 1)])
            points = mesh.look(picture, region)
            assert points is not None
            gaps.append(apart(reference[str(index)], points))
    engine.close()
    assert len(gaps) == PICTURES // EVERY - 1
    assert np.percentile(gaps, 95) < 0.001
    assert np.max(gaps) < 0.005


def test_followed_by_itself_it_stays_near_mediapipe(graph: FaceGraph) -> None:
    """Both loops drift: MediaPipe's region trembles, ours is smoothed."""
    graph.forget()
    gaps = []
    with np.load(REFERENCE) as reference:
        for index, picture in rgb(CLIP, PICTURES):
            points = graph.find(picture)
            if str(index) in reference:
                assert points is not None
                gaps.append(apart(reference[str(index)], points))
    assert np.percentile(gaps, 95) < 0.01
    assert np.percentile(np.array(gaps)[:, 468:], 95) < 0.01


def test_depth_is_mediapipes_too(graph: FaceGraph) -> None:
    graph.forget()
    _, picture = next(rgb(CLIP, 1))
    points = graph.find(picture)
    assert points is not None
    with np.load(REFERENCE) as reference:
        np.testing.assert_allclose(points, reference["0"], atol=0.1)


def test_a_face_is_found_where_it_was_without_the_detector(graph: FaceGraph) -> None:
    graph.forget()
    _, picture = next(rgb(CLIP, 1))
    found = [graph.find(picture) for _ in range(3)]
    assert found[1] is not None and found[2] is not None
    assert np.abs(found[1] - found[2]).max() < 0.01 * np.ptp(found[1][:, 0])


def test_a_turned_picture_turns_the_points(graph: FaceGraph) -> None:
    _, picture = next(rgb(CLIP, 1))
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 25.0, 1.0)
    turned = np.asarray(cv2.warpAffine(picture, turn, (width, height)), np.uint8)
    graph.forget()
    straight = graph.find(picture)
    graph.forget()
    found = graph.find(turned)
    assert straight is not None and found is not None
    expected = straight.copy()
    expected[:, :2] = straight[:, :2] @ turn[:, :2].T + turn[:, 2]
    assert np.median(apart(expected, found)) < 0.01


def test_no_face_is_none(graph: FaceGraph) -> None:
    graph.forget()
    noise = np.random.default_rng(1).integers(0, 255, (240, 320, 3)).astype(np.uint8)
    for picture in (
        noise,
        np.zeros((1, 1, 3), np.uint8),
        np.full((9, 900, 3), 99, "u1"),
    ):
        assert graph.find(picture) is None


def test_a_face_that_leaves_is_lost_at_once(graph: FaceGraph) -> None:
    path = footage_dir() / "face_noface.mov"
    graph.forget()
    seen = [graph.find(picture) is not None for _, picture in rgb(path, 150)]
    # As many as MediaPipe's FaceMesh sees.
    assert sum(seen) == 72
    assert seen == sorted(seen, reverse=True)


def test_a_missing_network_is_told(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match=r"manifest\.toml"):
        FaceGraph(folder=tmp_path)
