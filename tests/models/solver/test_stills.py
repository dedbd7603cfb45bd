from __future__ import annotations

from dataclasses import replace

import numpy as np

from engines.face.expected_error import LEAST, MOST
from engines.face.solver_network import SolverNetwork
from models.solver.baselines import geometric_outputs, people
from models.solver.stills import Stills, solve_stills
from protocols.arrays import Floats
from protocols.channels import ARKIT
from tests.engines.fake_solver import FakeSolverEngine
from tests.models.solver_faces import Distance, MadeFaces, made_faces, opened

JAW, CLOSE = ARKIT.index("jawOpen"), ARKIT.index("mouthClose")


def quiet(what: str, done: int, total: int) -> None:
    assert what == "learned" and 0 < done <= total


def solved(faces: MadeFaces, *, calibrated: bool, sigma: float | None = None) -> Stills:
    """Return what a network says that tells the distance, or that nothing moves."""
    engine = Distance() if sigma is None else FakeSolverEngine(0.0, sigma)
    return solve_stills(faces, SolverNetwork(engine), calibrated, quiet)


def rows_of(found: Stills) -> tuple[Floats, ...]:
    return found.weights, found.network, found.sigma, found.doubt


def test_the_network_is_told_the_rest_or_not() -> None:
    faces = opened()
    # The second person's face is wider, at rest as well.
    faces.points[faces.identity == 1, :, 0] *= 1.1
    knowing = solved(faces, calibrated=True).network
    guessing = solved(faces, calibrated=False).network
    first, second = people(faces)
    assert knowing[first[:-1]].max() < 1e-3
    assert knowing[second[:-1]].max() < 1e-3
    assert min(knowing[first[-1], JAW], knowing[second[-1], JAW]) > 0.01
    assert guessing[first[0], JAW] < 1e-3 < 0.01 < guessing[second[0], JAW]


def test_the_anchor_is_told_the_rest_or_not() -> None:
    faces = opened()
    faces.points[faces.identity == 1, :, 0] *= 1.1
    knowing = solved(faces, calibrated=True, sigma=0.3)
    guessing = solved(faces, calibrated=False, sigma=0.3)
    first, second = people(faces)
    # The network sees nothing move; the landmarks do, on one picture of each.
    assert not knowing.network.any()
    for rows in (first, second):
        assert knowing.weights[rows[:-1]].max() < 0.01
        assert knowing.weights[rows[-1]].max() > 0.03
        assert (knowing.misfit[rows[-1]] > knowing.misfit[rows[0]]).any()
    # Of whom nothing is known, a wide face is one that moves.
    assert guessing.weights[second[0]].max() > 0.1
    assert (guessing.misfit[second[0]] > knowing.misfit[second[0]]).all()


def test_a_still_does_not_depend_on_the_one_before() -> None:
    faces = opened(3)
    some = faces.identity != 1
    fewer = replace(
        faces, **{name: getattr(faces, name)[some] for name in MadeFaces.__slots__}
    )
    all_of, few = (solved(each, calibrated=True, sigma=0.1) for each in (faces, fewer))
    for whole, part in zip(rows_of(all_of), rows_of(few), strict=True):
        np.testing.assert_array_equal(whole[some], part)
    np.testing.assert_array_equal(all_of.misfit[some], few.misfit)


def test_who_was_never_seen_at_rest_is_not_solved() -> None:
    faces = made_faces(2)
    faces.points[:3] = np.nan
    faces.points[20] = np.nan
    other = geometric_outputs(faces, lambda *_: None)
    knowing = solved(faces, calibrated=True)
    for found in rows_of(knowing):
        np.testing.assert_array_equal(np.isnan(found), np.isnan(other))
    assert np.isnan(knowing.misfit).all(axis=1).sum() == 19
    assert np.isnan(knowing.turn).sum() == 19
    guessing = solved(faces, calibrated=False)
    for found in rows_of(guessing):
        assert np.isnan(found).all(axis=1).sum() == 4


def test_lips_are_sealed_and_every_weight_has_its_doubt() -> None:
    faces = opened()
    found = solved(faces, calibrated=True, sigma=0.2)
    assert found.weights.shape == found.doubt.shape == (36, len(ARKIT))
    assert found.misfit.shape == (36, 3) and found.turn.shape == (36,)
    assert float(found.doubt.min()) + 1e-6 >= LEAST
    assert float(found.doubt.max()) <= MOST + 1e-6
    # At rest the lips touch.
    assert (found.weights[0, CLOSE] >= found.weights[0, JAW] - 1e-6).all()
    assert float(found.turn.max()) < 0.05
