"""The tongue and the glasses: meshes of our own beside ICT-FaceKit's."""

import numpy as np
import numpy.typing as npt
import pytest

from models.data.rendered.glasses import Frames, fit
from models.data.rendered.head import LANDMARKS
from models.data.rendered.tongue import COUNT, tongue_triangles, tongue_vertices
from protocols.arrays import Floats
from protocols.channels import INDEX

from .test_head import CENTRES, doll


def mouth(gap_m: float) -> Floats:
    face = np.zeros((int(LANDMARKS.max()) + 1, 3), dtype=np.float32)
    face[LANDMARKS[62]] = (0, -0.033, 0.112)
    face[LANDMARKS[66]] = (0, -0.033 - gap_m, 0.112)
    return face


def out(amount: float) -> Floats:
    weights = np.zeros(52, dtype=np.float32)
    weights[INDEX["tongueOut"]] = amount
    return weights


def normals(vertices: Floats, triangles: npt.NDArray[np.int32]) -> Floats:
    a, b, c = (vertices[triangles[:, k]] for k in range(3))
    return np.asarray(np.cross(b - a, c - a), dtype=np.float32)


def test_a_tongue_at_rest_lies_behind_the_lips() -> None:
    vertices, air = tongue_vertices(mouth(0.01), out(0.0))
    assert vertices.shape == (COUNT, 3)
    assert vertices[:, 2].max() < 0.112
    assert air.max() < 0.9


def test_the_further_out_the_further_forward_and_down() -> None:
    tips = [tongue_vertices(mouth(0.012), out(v))[0][-1] for v in (0.0, 0.4, 0.7, 1.0)]
    forward = [float(tip[2]) for tip in tips]
    assert forward == sorted(forward)
    assert forward[-1] > 0.112 + 0.015
    assert tips[-1][1] < tips[0][1] - 0.01


def test_a_tongues_triangles_face_outwards() -> None:
    vertices, _ = tongue_vertices(mouth(0.012), out(1.0))
    triangles = tongue_triangles()
    assert triangles.max() == COUNT - 1
    rings = vertices[:-1].reshape(-1, 10, 3)
    spine = np.repeat(rings.mean(axis=1), 10, axis=0)
    first = triangles[: len(triangles) - 10]
    outward = vertices[first].mean(axis=1) - spine[first[:, 0]]
    along = (normals(vertices, first) * outward).sum(axis=1)
    assert (along > 0).mean() > 0.95


def test_frames_sit_before_both_eyes_alike() -> None:
    mesh = fit(doll(), Frames())
    assert mesh.triangles.max() < len(mesh.vertices)
    for centre in CENTRES:
        near = np.abs(mesh.vertices[:, 0] - centre[0]) < 0.03
        assert mesh.vertices[near, 2].max() > centre[2]
    mirrored = np.sort(-mesh.vertices[:, 0])
    np.testing.assert_allclose(np.sort(mesh.vertices[:, 0]), mirrored, atol=1e-5)


@pytest.mark.parametrize("square", [2.0, 5.0])
def test_a_rim_is_as_wide_as_asked(square: float) -> None:
    mesh = fit(doll(), Frames(width=0.025, band=0.002, square=square))
    left = mesh.vertices[: 2 * 28, 0]
    assert np.ptp(left) == pytest.approx(2 * 0.027, abs=0.001)
