from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engines.face.solver_network import SolverNetwork
from models.solver.baselines import (
    at_rest,
    cached,
    geometric_outputs,
    learned_outputs,
    less_neutral,
    people,
)
from protocols.channels import ARKIT
from tests.models.solver_faces import Distance, MadeFaces, made_faces

JAW = ARKIT.index("jawOpen")
LIPS = (14, 17, 84, 87, 178, 181, 314, 317, 402, 405, 152, 175, 199, 148, 377, 176, 400)
"""Points of the lower lip and the chin."""


def quiet(what: str, done: int, total: int) -> None:
    assert 0 < done <= total


def opened(people: int = 2) -> MadeFaces:
    """Return faces at rest but for the last of each person, whose mouth is open."""
    faces = made_faces(people)
    points = faces.points.copy()
    for rows in (np.flatnonzero(faces.identity == who) for who in range(people)):
        points[rows[-1], LIPS, 1] += 20.0
    return replace(faces, points=points)


def test_people_stand_together() -> None:
    faces = made_faces(3)
    rows = people(faces)
    assert [len(each) for each in rows] == [18, 18, 18]
    assert np.concatenate(rows).tolist() == list(range(54))


def test_geometry_measures_against_each_persons_rest() -> None:
    faces = opened()
    said = geometric_outputs(faces, quiet)
    for rows in people(faces):
        assert said[rows[:-1]].max() == 0.0
        assert said[rows[-1], JAW] > 0.3


def test_the_learned_solver_is_told_the_rest_or_not() -> None:
    faces = opened()
    # The second person's face is wider, at rest as well.
    faces.points[faces.identity == 1, :, 0] *= 1.1
    solver = SolverNetwork(Distance())
    knowing = learned_outputs(faces, solver, True, quiet)
    guessing = learned_outputs(faces, solver, False, quiet)
    first, second = people(faces)
    assert knowing[first[:-1]].max() < 1e-3
    assert knowing[second[:-1]].max() < 1e-3
    assert min(knowing[first[-1], JAW], knowing[second[-1], JAW]) > 0.01
    assert guessing[first[0], JAW] < 1e-3 < 0.01 < guessing[second[0], JAW]


def test_who_was_never_seen_at_rest_is_not_solved() -> None:
    faces = made_faces(2)
    faces.points[:3] = np.nan
    faces.points[20] = np.nan
    said = geometric_outputs(faces, quiet)
    assert np.isnan(said[:18]).all()
    assert np.isfinite(said[18:20]).all()
    assert np.isnan(said[20]).all()
    assert np.isfinite(said[21:]).all()
    learned = learned_outputs(faces, SolverNetwork(Distance()), True, quiet)
    np.testing.assert_array_equal(np.isnan(learned), np.isnan(said))
    guessing = learned_outputs(faces, SolverNetwork(Distance()), False, quiet)
    assert np.isnan(guessing).all(axis=1).sum() == 4


def test_less_neutral_takes_away_what_is_said_at_rest() -> None:
    faces = made_faces(2)
    said = np.full((36, len(ARKIT)), 0.5, dtype=np.float32)
    said[:3] = 0.25
    said[1] = np.nan
    said[3] = 0.125
    found = less_neutral(said, faces)
    assert found[0].max() == 0.0
    assert found[3].max() == 0.0  # never below 0
    assert found[4].min() == 0.25
    assert found[18:].max() == 0.0
    rest = at_rest(said, faces)
    assert rest[17, 0] == 0.25
    assert rest[18, 0] == 0.5


def test_what_took_long_is_kept(tmp_path: Path) -> None:
    made = 0

    def make() -> npt.NDArray[np.float32]:
        nonlocal made
        made += 1
        return np.array([made], dtype=np.float32)

    path = tmp_path / "new" / "answers.npy"
    assert cached(path, make, b"a", b"b")[0] == 1
    assert cached(path, make, b"a", b"b")[0] == 1
    assert cached(path, make, b"a", b"c")[0] == 2
    assert len(list(path.parent.iterdir())) == 2
