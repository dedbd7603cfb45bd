"""The exported mesh is what its script makes of the head."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("scipy", reason="models need SciPy")

from models.data.rendered.morphs import (
    FACE,
    LOWER_RIM,
    UPPER_RIM,
    make_rig,
    tessellation,
)
from tests.models.data.dataset import dataset


def edges() -> None:
    """Skip the test unless the mediapipe is installed that knows the mesh's edges."""
    pytest.importorskip(
        "mediapipe.python.solutions.face_mesh_connections",
        reason="mediapipe 0.10.21 has the edges of the mesh",
        exc_type=ImportError,
    )


def test_the_edges_enclose_a_surface_with_a_mouth_two_eyes_and_an_outline() -> None:
    edges()
    triangles = tessellation()
    sides: dict[tuple[int, int], int] = {}
    for a, b, c in triangles.tolist():
        for one, other in ((a, b), (b, c), (a, c)):
            side = (min(one, other), max(one, other))
            sides[side] = sides.get(side, 0) + 1
    assert set(sides.values()) == {1, 2}
    open_ones = [side for side, count in sides.items() if count == 1]
    # 20 around the mouth, 16 around each eye, 36 around the face.
    assert len(open_ones) == 20 + 2 * 16 + 36
    rim = UPPER_RIM + LOWER_RIM
    for one, other in zip(rim, rim[1:] + rim[:1], strict=True):
        assert (min(one, other), max(one, other)) in open_ones
    points = len(np.unique(triangles))
    # Euler: a disc with three holes.
    assert points == FACE and points - len(sides) + len(triangles) == 1 - 3


def test_the_shipped_mesh_is_made_by_the_script(tmp_path: Path) -> None:
    edges()
    data = dataset("ict_facekit/ict_facekit.npz").parent.parent
    path = make_rig(data, tmp_path / "new")
    asset = resources.files("bridge") / "assets" / "face_rig.npz"
    with np.load(path) as made, asset.open("rb") as file, np.load(file) as shipped:
        assert set(made.files) == set(shipped.files)
        for name in made.files:
            np.testing.assert_allclose(made[name], shipped[name], atol=1e-5)


def test_the_triangles_of_the_face_look_outward(tmp_path: Path) -> None:
    asset = resources.files("bridge") / "assets" / "face_rig.npz"
    with asset.open("rb") as file, np.load(file) as rig:
        points, triangles = rig["points"].astype(float), rig["triangles"].astype(int)
    face = triangles[(triangles < FACE).all(axis=1)]
    a, b, c = (points[face[:, k]] for k in range(3))
    across = np.cross(b - a, c - a)
    middle = (a + b + c) / 3.0
    # From the axis of the head, 8 cm behind the eyes.
    outward = middle - np.array([0.0, 0.0, -0.08])
    outward[:, 1] = 0.0
    ahead = (across * outward).sum(axis=1) > 0
    # But for the undersides of nose, chin and lips.
    assert ahead.mean() > 0.93
    sides: dict[tuple[int, int], int] = {}
    for a1, b1, c1 in face.tolist():
        for side in ((a1, b1), (b1, c1), (c1, a1)):
            sides[side] = sides.get(side, 0) + 1
    # Neighbours run along their common edge in opposite directions.
    assert max(sides.values()) == 1
