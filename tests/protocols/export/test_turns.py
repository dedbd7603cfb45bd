"""The arrays' rotations are those of `protocols.rotation`, number by number."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols import rotation
from protocols.export import turns

angle = st.floats(-2.0, 2.0)
vector = st.tuples(angle, angle, angle)


@given(vector, vector)
def test_one_by_one_they_are_the_same(a: rotation.Triple, b: rotation.Triple) -> None:
    qa, qb = turns.quaternions([a])[0], turns.quaternions([b])[0]
    assert qa == pytest.approx(rotation.quaternion(*a), abs=1e-9)
    pair = rotation.quaternion(*a), rotation.quaternion(*b)
    assert turns.multiply(qa, qb) == pytest.approx(rotation.multiply(*pair), abs=1e-9)
    angles = turns.yaw_pitch_roll(qa)
    if abs(angles[1]) < 1.5:  # at the poles yaw and roll are one
        assert angles == pytest.approx(rotation.yaw_pitch_roll(pair[0]), abs=1e-6)
    vector = turns.rotation_vectors(qa)
    assert vector == pytest.approx(rotation.rotation_vector(pair[0]), abs=1e-6)


@given(vector)
def test_angles_there_and_back_are_the_same_turn(v: rotation.Triple) -> None:
    q = turns.quaternions([v])
    back = turns.from_yaw_pitch_roll(turns.yaw_pitch_roll(q))
    assert abs((q * back).sum()) == pytest.approx(1.0, abs=1e-9)


def test_a_quarter_about_y_takes_z_to_x() -> None:
    q = turns.quaternions([0.0, np.pi / 2, 0.0])
    assert turns.turned(q, [0.0, 0.0, 1.0]) == pytest.approx([1.0, 0.0, 0.0])


def test_between_goes_the_short_way_at_an_even_pace() -> None:
    a = turns.quaternions([[0.0, 3.0, 0.0]])
    b = turns.quaternions([[0.0, -3.0, 0.0]])
    for share in (0.0, 0.25, 0.5, 1.0):
        q = turns.between(a, b, np.array([[share]]))
        told = turns.quaternions([[0.0, 3.0 + share * (2 * np.pi - 6.0), 0.0]])
        assert abs((q * told).sum()) == pytest.approx(1.0, abs=1e-12)


def test_neighbours_are_near_in_numbers_too() -> None:
    angles = np.linspace(0.0, 4 * np.pi, 100)
    v = np.stack([0 * angles, angles, 0 * angles], axis=-1)
    q = turns.quaternions(turns.rotation_vectors(turns.quaternions(v)))
    assert np.abs(np.diff(q, axis=0)).max() > 1.0
    even = turns.continuous(q[:, None])[:, 0]
    assert np.abs(np.diff(even, axis=0)).max() < 0.1
    assert np.abs((even * q).sum(axis=1)) == pytest.approx(1.0)
