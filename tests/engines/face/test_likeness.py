import numpy as np
import pytest

from bridge.solve.tracker import Landmarks
from engines.face.canonical_face import CANONICAL
from engines.face.likeness import SIZE, Likeness, apart, likeness
from engines.face.preprocess import align
from protocols.rotation import from_yaw_pitch_roll
from tests.bridge.solve.puppet import face, seen

POINTS = CANONICAL.astype(np.float32)


def looks(landmarks: Landmarks) -> Likeness:
    alignment = align(landmarks.points)
    assert alignment is not None
    return likeness(alignment.points)


def test_a_likeness_is_sixteen_numbers() -> None:
    found = likeness(POINTS)
    assert found.shape == (SIZE,) and found.dtype == np.float32
    assert np.isfinite(found).all()


def test_where_a_face_is_and_how_it_is_turned_does_not_matter() -> None:
    before = looks(seen(face()))
    turn = from_yaw_pitch_roll(0.3, 0.2, -0.1)
    assert apart(before, looks(seen(face(), scale=4.0, at=(90.0, 400.0)))) < 0.05
    assert apart(before, looks(seen(face(), turn))) < 0.05


def test_proportions_matter() -> None:
    wide = face() * (1.15, 1.0, 1.0)
    assert apart(looks(seen(face())), looks(seen(wide))) > 1.5


def test_how_far_apart_is_a_root_mean_square() -> None:
    here = np.zeros(SIZE, dtype=np.float32)
    there = here.copy()
    there[0] = 8.0
    assert apart(here, there) == pytest.approx(2.0)
    assert apart(there, here) == apart(here, there)
    assert apart(here, here) == 0.0
