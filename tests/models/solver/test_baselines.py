from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.solver.baselines import (
    at_rest,
    cached,
    geometric_outputs,
    less_neutral,
    people,
)
from protocols.channels import ARKIT
from tests.models.solver_faces import made_faces, opened

JAW = ARKIT.index("jawOpen")


def quiet(what: str, done: int, total: int) -> None:
    assert 0 < done <= total


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


def test_who_was_never_seen_at_rest_is_not_solved() -> None:
    faces = made_faces(2)
    faces.points[:3] = np.nan
    faces.points[20] = np.nan
    said = geometric_outputs(faces, quiet)
    assert np.isnan(said[:18]).all()
    assert np.isfinite(said[18:20]).all()
    assert np.isnan(said[20]).all()
    assert np.isfinite(said[21:]).all()


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
