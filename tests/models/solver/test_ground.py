from __future__ import annotations

import json
from io import StringIO

import numpy as np
import pytest

pytest.importorskip("scipy", reason="models need SciPy")
pytest.importorskip("torch", reason="reports are written by torch's checkpoints")

from rich.console import Console

from models.data.characters.sequences import Sequence, alone, mixed, whole
from models.solver.ground import Ground, follow, mean_over, rest_of, sweep
from models.solver.ground_report import (
    ground_headline,
    ground_json,
    ground_tables,
    summary,
)
from models.solver.metrics import PAIRS, sides
from protocols.arrays import Floats
from protocols.channels import ARKIT, INDEX, MIRROR

ALL = np.ones(len(ARKIT), dtype=bool)
SWAP = MIRROR[: len(ARKIT)]


def made_take() -> Sequence:
    rng = np.random.default_rng(0)
    return whole(rng.random((90, len(ARKIT)), dtype=np.float32))


def ground(said: float = 1.0) -> Ground:
    """Return a solver that is right but for its range."""
    take = made_take()
    each = (take, mixed(take.weights[take.rest :]), alone())
    return Ground(
        followed={s.name: follow(s, said * s.weights, s.weights) for s in each},
        swept=sweep(each[2], said * each[2].weights, ALL),
        rest=0.01,
        shut=8,
        apart=2,
    )


def test_a_right_answer_follows_the_truth() -> None:
    take = made_take()
    found = follow(take, take.weights, take.weights)
    assert found.found == 1.0
    assert found.r == pytest.approx(1.0)
    assert found.slope == pytest.approx(1.0)
    assert found.sides_r == pytest.approx(1.0)


def test_half_the_range_has_half_the_slope() -> None:
    take = made_take()
    found = follow(take, 0.5 * take.weights, take.weights)
    assert found.r == pytest.approx(1.0)
    assert found.slope == pytest.approx(0.5)
    assert found.sides_slope == pytest.approx(0.5)


def test_sides_that_are_exchanged_are_seen() -> None:
    take = made_take()
    found = follow(take, take.weights[:, SWAP], take.weights)
    assert found.sides_r == pytest.approx(-1.0)


def test_a_dead_curve_counts_as_0_and_a_resting_truth_as_nothing() -> None:
    take = made_take()
    truth = take.weights.copy()
    truth[:, INDEX["jawOpen"]] *= 0.1
    found = follow(take, np.zeros_like(truth), truth)
    assert np.isnan(found.r[INDEX["jawOpen"]])
    assert np.delete(found.r, INDEX["jawOpen"]).tolist() == [0.0] * 51


def test_pictures_without_a_face_are_left_out() -> None:
    take = made_take()
    said = take.weights.copy()
    said[take.rest : take.rest + 45] = np.nan
    found = follow(take, said, take.weights)
    assert found.found == 0.5
    assert found.r == pytest.approx(1.0)


def test_a_sweep_tells_what_else_rises() -> None:
    sequence = alone()
    said = sequence.weights * 0.8 + 0.1
    left, right = INDEX["mouthSmileLeft"], INDEX["mouthSmileRight"]
    said[:, right] += 0.5 * sequence.weights[:, left]
    found = sweep(sequence, said, ALL)
    up = sequence.weights[sequence.sweep[:, left] > 0, left].mean()
    assert found.own[left] == pytest.approx(0.9, abs=0.02)
    assert found.culprit[left] == "mouthSmileRight"
    assert found.wrong[left] == pytest.approx(0.5 * up, abs=1e-4)
    assert found.other_side[left] == pytest.approx(0.5 * up, abs=1e-4)
    assert found.other_side[right] == pytest.approx(0.0, abs=1e-4)
    assert np.isnan(found.other_side[INDEX["jawOpen"]])


def test_the_jaw_is_not_wrong_where_it_goes_with_mouth_close() -> None:
    found = sweep(alone(), alone().weights, ALL)
    assert found.wrong[INDEX["mouthClose"]] == pytest.approx(0.0)


def test_a_curve_that_a_head_lacks_is_not_asked_for() -> None:
    present = ALL.copy()
    present[INDEX["tongueOut"]] = False
    found = sweep(alone(), alone().weights, present)
    assert np.isnan(found.own[INDEX["tongueOut"]])
    assert np.isfinite(np.delete(found.own, INDEX["tongueOut"])).all()


def test_what_is_said_at_rest_comes_from_its_second_half() -> None:
    take = made_take()
    said = np.zeros_like(take.weights)
    said[: take.rest // 2] = 1.0
    said[take.rest // 2 : take.rest] = 0.25
    assert rest_of(take, said) == pytest.approx(0.25)
    assert np.isnan(rest_of(take, np.full_like(said, np.nan))).all()


def test_means_are_over_what_is_known() -> None:
    rows = [np.array([1.0, np.nan, np.nan]), np.array([3.0, 5.0, np.nan])]
    assert mean_over(rows)[:2].tolist() == [2.0, 5.0]
    assert np.isnan(mean_over(rows)[2])


def test_sides_are_left_less_right_of_fourteen_pairs() -> None:
    row = np.zeros((1, len(ARKIT)), dtype=np.float32)
    row[0, INDEX["eyeBlinkLeft"]] = 0.75
    row[0, INDEX["mouthSmileRight"]] = 0.5
    row[0, INDEX["jawLeft"]] = 1.0
    found: Floats = sides(row)
    assert len(PAIRS) == 14
    expected = {"eyeBlink": 0.75, "mouthSmile": -0.5}
    assert found[0].tolist() == [expected.get(pair, 0.0) for pair in PAIRS]


def test_the_summary_is_the_mean_over_heads() -> None:
    found = summary([ground(1.0), ground(0.4)])
    assert found["take_r"] == pytest.approx(1.0)
    assert found["take_slope"] == pytest.approx(0.7)
    assert found["passing"] == pytest.approx(26)
    assert found["apart"] == 0.25
    assert found["shut"] == 16
    assert found["rest"] == pytest.approx(0.01)


def test_the_report_has_table_json_and_headline() -> None:
    each = {"learned": [ground()], "geometric": [ground(0.5)]}
    console = Console(file=StringIO(), width=140)
    for table in ground_tables(each):
        console.print(table)
    shown = " ".join(console.file.getvalue().split())  # type: ignore[attr-defined]
    assert "mean of 1 head of other makers" in shown
    assert "1.00 / 0.50" in shown
    assert "eyeBlink" in shown
    plain = json.loads(json.dumps(ground_json(each)))
    assert plain["geometric"]["alone_slope"] == pytest.approx(0.5)
    assert plain["learned"]["alone_by_curve"]["jawOpen"]["r"] == 1.0
    assert set(plain["learned"]["take_by_pair"]) == set(PAIRS)
    assert ground_headline(each["learned"])["ground_mixed_r"] == pytest.approx(1.0)
    assert ground_tables({}) == []
