from __future__ import annotations

import numpy as np
import pytest

from models.reenactment.measures import (
    COLUMN,
    MOVES,
    NAMES,
    by_eye_distance,
    lip_gap,
    measure_face,
    of_actor,
)
from protocols.arrays import Floats
from tests.models.reenactment.made import measures
from tests.models.solver_faces import canonical_pixels


def moved(points: tuple[int, ...], by: tuple[float, float]) -> Floats:
    """Return a face with points moved, centimetres to the left of the actor and up."""
    face = canonical_pixels()
    face[list(points), 0] += 10.0 * by[0]
    face[list(points), 1] -= 10.0 * by[1]
    return face


def change(face: Floats, name: str) -> float:
    both = np.array([measure_face(canonical_pixels()), measure_face(face)])
    column = by_eye_distance(both)[:, COLUMN[name]]
    return float(column[1] - column[0])


def test_there_are_nineteen_measures() -> None:
    assert len(NAMES) == len(set(NAMES)) == 19
    assert (MOVES > 0).all()


@pytest.mark.parametrize(
    ("name", "points", "by"),
    [
        ("mouth gap", (13, 82, 312), (0.0, 0.3)),
        ("mouth width", (291, 308), (0.3, 0.0)),
        ("corner up R", (61, 78), (0.0, 0.3)),
        ("corner up L", (291, 308), (0.0, 0.3)),
        ("mouth to one side", (0, 13, 14, 17), (0.3, 0.0)),
        ("smirk", (291, 308), (0.0, 0.3)),
        ("wink", (160, 159, 158), (0.0, -0.3)),
        ("upper lip", (0, 37, 267), (0.0, 0.3)),
        ("chin", (152, 175, 199), (0.0, 0.3)),
        ("eye open R", (160, 159, 158), (0.0, 0.3)),
        ("eye open L", (387, 386, 385), (0.0, 0.3)),
        ("brow inner R", (55, 107, 65, 66), (0.0, 0.3)),
        ("brow inner L", (285, 336, 295, 296), (0.0, 0.3)),
        ("brow outer R", (46, 70, 53, 63), (0.0, 0.3)),
        ("brow outer L", (276, 300, 283, 293), (0.0, 0.3)),
        ("brows together", (55, 107), (0.3, 0.0)),
        ("gaze x", (*range(468, 478),), (0.1, 0.0)),
        ("gaze y", (*range(468, 478),), (0.0, 0.1)),
        ("nose wing", (48, 64, 102, 278, 294, 331), (0.0, 0.2)),
    ],
)
def test_each_measure_rises_with_its_points(
    name: str, points: tuple[int, ...], by: tuple[float, float]
) -> None:
    assert change(moved(points, by), name) > MOVES[COLUMN[name]]


def test_measures_do_not_depend_on_place_and_size() -> None:
    near = canonical_pixels()
    far = 0.5 * near + 40.0
    pairs = by_eye_distance(np.array([measure_face(near), measure_face(far)]))
    np.testing.assert_allclose(pairs[0], pairs[1], atol=1e-4)


def test_no_face_measures_nothing() -> None:
    gone = measure_face(None)
    assert gone.shape == (len(NAMES) + 2,)
    assert np.isnan(gone).all()
    assert np.isnan(by_eye_distance(gone[None])).all()


def test_one_lost_face_leaves_the_others_their_unit() -> None:
    seen = measure_face(canonical_pixels())
    rows = by_eye_distance(np.array([seen, measure_face(None)]))
    np.testing.assert_allclose(
        rows[0], seen[: len(NAMES)] / seen[len(NAMES)], atol=1e-9
    )
    assert np.isnan(rows[1]).all()


def test_the_lip_gap_is_in_mouth_widths() -> None:
    faces = measures(2, mouth_gap=np.array([0.0, 0.2]), mouth_width=0.8)
    np.testing.assert_allclose(lip_gap(faces), [0.0, 0.25])


def test_both_eyes_closing_is_no_wink_although_one_is_wider() -> None:
    rows = np.ones((20, len(NAMES) + 2))
    shut = np.linspace(1.0, 0.2, 20)
    rows[:, COLUMN["eye open L"]], rows[:, COLUMN["eye open R"]] = shut, 0.7 * shut
    found = by_eye_distance(rows)[:, COLUMN["wink"]]
    np.testing.assert_allclose(found, 0.0, atol=1e-9)
    rows[10:, COLUMN["eye open R"]] = 0.7
    assert by_eye_distance(rows)[-1, COLUMN["wink"]] < -0.3


def test_a_mouth_that_only_follows_the_turn_is_not_aside() -> None:
    rng = np.random.default_rng(0)
    rows = np.ones((200, len(NAMES) + 2))
    rows[:, -1] = np.sin(np.arange(200) / 9.0) * 0.2
    aside = rng.normal(0.0, 0.05, 200)
    rows[:, COLUMN["mouth to one side"]] = aside + 0.3 * rows[:, -1]
    found = of_actor(rows)[:, COLUMN["mouth to one side"]]
    assert np.corrcoef(found, aside)[0, 1] > 0.98
    assert abs(np.corrcoef(found, rows[:, -1])[0, 1]) < 1e-6
    rows[:, -1] *= 0.01
    np.testing.assert_array_equal(of_actor(rows), by_eye_distance(rows))
