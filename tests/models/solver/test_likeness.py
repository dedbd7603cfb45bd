import numpy as np
import numpy.typing as npt
import pytest

from engines.face.canonical_face import CANONICAL, COUNT
from engines.face.likeness import SIZE
from engines.face.preprocess import align
from models.solver.likeness import FEWEST, directions

PICTURES = 6


def crowd(
    people: int, seed: int = 0
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int32]]:
    """Return tracked points of people who differ in twenty ways and act in five."""
    rng = np.random.default_rng(seed)
    ways = np.random.default_rng(7).normal(0.0, 0.05, (25, COUNT, 3))
    built = np.tensordot(rng.normal(size=(people, 20)), ways[:20], axes=1)
    acts = np.tensordot(rng.normal(size=(people, PICTURES, 5)), 3 * ways[20:], axes=1)
    faces = CANONICAL + built[:, None] + acts
    faces += rng.normal(0.0, 0.005, faces.shape)
    points = (10.0 * faces * (1.0, -1.0, -1.0)).astype(np.float32)
    identity = np.repeat(np.arange(people, dtype=np.int32), PICTURES)
    return points.reshape(-1, COUNT, 3), identity


def numbers(
    found: npt.NDArray[np.float32], points: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """Return (people, PICTURES, SIZE)."""
    rows = []
    for each in points:
        alignment = align(each)
        assert alignment is not None
        rows.append(found @ alignment.points.reshape(-1))
    return np.array(rows).reshape(-1, PICTURES, SIZE)


def test_it_tells_people_apart_that_it_has_not_seen_whatever_they_do() -> None:
    found = directions(*crowd(400))
    assert found.shape == (SIZE, COUNT * 3) and found.dtype == np.float32
    strangers = numbers(found, crowd(40, seed=1)[0])
    alike = strangers - strangers.mean(axis=1, keepdims=True)
    # By what a picture of one person varies, people differ many times over.
    assert 0.5 < float(alike.std()) < 1.5
    assert float(strangers.mean(axis=1).std(axis=0).min()) > 4.0 * float(alike.std())


def test_faces_that_were_not_found_are_left_out_and_the_order_is_any() -> None:
    points, identity = crowd(100)
    order = np.random.default_rng(0).permutation(len(points))
    lost = np.concatenate([points[order], np.full_like(points[:3], np.nan)])
    people = np.concatenate([identity[order], identity[:3]])
    there = np.abs(directions(lost, people))
    np.testing.assert_allclose(there, np.abs(directions(points, identity)), atol=0.05)


def test_too_few_people_are_refused_with_a_number() -> None:
    with pytest.raises(ValueError, match=f"5 people .* at least {FEWEST}"):
        directions(*crowd(5))
    with pytest.raises(ValueError, match="0 people"):
        directions(np.full((3, COUNT, 3), np.nan, np.float32), np.zeros(3, np.int32))
