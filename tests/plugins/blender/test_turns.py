"""Turns about a bone's own axes move the head as the actor's moved."""

from __future__ import annotations

import math

import numpy as np
import pytest
from facewire.core.turns import USUAL, Matrix, axes_of, local, turns

from protocols.channels import CHANNELS, INDEX
from protocols.rotation import Quaternion, Triple, multiply, quaternion, to_matrix

LIMIT = math.radians(90)


def vector(**channels: float) -> list[float]:
    found = [0.0] * len(CHANNELS)
    for name, value in channels.items():
        found[INDEX[name.replace("__", ".")]] = value
    return found


def matrix(turn: Quaternion) -> Matrix:
    a, b, c = (tuple(row) for row in to_matrix(turn).tolist())
    return (a, b, c)


def same(a: Quaternion, b: Quaternion) -> None:
    assert to_matrix(a) == pytest.approx(to_matrix(b), abs=1e-9)


RESTS = [
    quaternion(0.0, 0.0, 0.0),
    quaternion(math.pi / 2, 0.0, 0.0),
    quaternion(0.3, -1.2, 0.7),
    quaternion(0.0, math.pi, 0.0),
]


@pytest.mark.parametrize("rest", RESTS)
@pytest.mark.parametrize("turn", [(0.0, 0.4, 0.0), (0.3, -0.2, 0.1), (0.0, 0.0, -0.5)])
def test_a_turn_in_the_armature_does_not_depend_on_the_bone(
    rest: Quaternion, turn: Triple
) -> None:
    basis = local(quaternion(*turn), USUAL, matrix(rest), 1.0, LIMIT)
    # rest * basis = Q * rest, with Q about the armature's axes: left X, up Z, ahead -Y.
    x, y, z = turn
    same(multiply(rest, basis), multiply(quaternion(x, -z, y), rest))


def test_gain_and_limit_are_those_of_the_angle() -> None:
    turn, rest = quaternion(0.0, 0.4, 0.0), matrix(RESTS[0])
    same(local(turn, USUAL, rest, 0.5, LIMIT), quaternion(0.0, 0.0, 0.2))
    same(local(turn, USUAL, rest, -1.0, LIMIT), quaternion(0.0, 0.0, -0.4))
    same(local(turn, USUAL, rest, 2.0, 0.3), quaternion(0.0, 0.0, 0.3))
    same(local(RESTS[0], USUAL, rest, 2.0, 0.3), RESTS[0])


def test_a_missing_bone_gives_its_turn_to_the_next() -> None:
    face = vector(spine__y=0.1, neck__y=0.2, head__y=0.3, leftEye__x=0.05, jaw__x=0.4)
    every = turns(face, {"spine", "neck", "head", "leftEye"})
    assert set(every) == {"spine", "neck", "head", "leftEye"}
    same(every["head"], quaternion(0.0, 0.3, 0.0))
    same(turns(face, {"head"})["head"], quaternion(0.0, 0.6, 0.0))
    assert turns(face, {"jaw"}) == {"jaw": quaternion(0.4, 0.0, 0.0)}


def columns(left: Triple, up: Triple, ahead: Triple) -> Matrix:
    a, b, c = (tuple(row) for row in np.array([left, up, ahead]).T.tolist())
    return (a, b, c)


@pytest.mark.parametrize(
    ("head", "side", "axes"),
    [
        ((0.0, 0.1, 0.5), (0.06, 0.01, 0.0), USUAL),
        ((0.0, 0.5, 0.0), (1.0, 0.0, 0.2), columns((1, 0, 0), (0, 1, 0), (0, 0, 1))),
        ((0.0, 0.0, 9.0), (-1.0, 0.0, 0.0), columns((-1, 0, 0), (0, 0, 1), (0, 1, 0))),
    ],
    ids=["blender", "glTF", "backwards"],
)
def test_axes_come_from_the_bones(head: Triple, side: Triple, axes: Matrix) -> None:
    points = {"spine": (0.0, 0.0, 0.0), "head": head}
    found = axes_of(points, [side])
    assert found == axes and np.linalg.det(found) == pytest.approx(1.0)


def test_bones_that_say_too_little_are_blenders_own() -> None:
    origin, up = (0.0, 0.0, 0.0), (0.0, 0.0, 1.0)
    assert axes_of({}, []) == USUAL
    assert axes_of({"head": up}, [(1.0, 0.0, 0.0)]) == USUAL
    assert axes_of({"spine": origin, "head": up}, []) == USUAL
    assert axes_of({"spine": origin, "head": up}, [(0.0, 0.0, 1.0)]) == USUAL
