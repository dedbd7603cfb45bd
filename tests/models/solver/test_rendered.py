from __future__ import annotations

import numpy as np
import pytest

from models.data.rendered.expressions import Kind
from models.solver.metrics import CURVES, NAMED, TONGUE, live
from models.solver.rendered import behind, judge
from protocols.channels import ARKIT
from tests.models.solver_faces import made_faces

EYE = np.eye(len(ARKIT))


def test_the_truth_itself_is_perfect() -> None:
    faces = made_faces()
    ours = judge(faces, {"truth": faces.weights.copy()}, {"face": EYE})["truth"]
    assert ours.found == 1.0
    assert ours.mean_r == pytest.approx(1.0)
    assert ours.error.max() == ours.bias.max() == ours.turn.max() == 0.0
    assert ours.slope == pytest.approx(np.ones(len(ARKIT)))
    assert ours.surface_mm == {"face": 0.0}
    assert live(ours.top) == 51
    assert set(ours.by_kind) == {"mixture", "sparse", "sweep", "take"}
    driven = np.isfinite(np.diag(ours.cross))
    assert 5 < driven.sum() < 20
    assert np.diag(ours.cross)[driven].max() < 1.0
    assert np.diag(ours.cross)[driven].max() > 0.9


def test_what_the_surface_costs() -> None:
    faces = made_faces()
    said = faces.weights.copy()
    said[:, TONGUE] += 0.5
    ours = judge(faces, {"off": said}, {"face": 4.0 * EYE})["off"]
    assert ours.surface_mm["face"] == pytest.approx(1.0)
    assert ours.mean_r == pytest.approx(1.0)


def test_only_what_all_found_counts() -> None:
    faces = made_faces()
    blind = faces.weights.copy()
    at = np.flatnonzero(faces.kind == Kind.MIXTURE)[0]
    blind[at] = np.nan
    wrong = faces.weights.copy()
    wrong[at] = 1.0 - wrong[at]
    judged = judge(faces, {"blind": blind, "wrong": wrong}, {})
    assert judged["blind"].found == pytest.approx(1 - 1 / len(faces))
    assert judged["wrong"].found == 1.0
    assert judged["wrong"].error.max() == 0.0


def test_bias_leaves_out_the_faces_that_calibrated() -> None:
    faces = made_faces()
    said = faces.weights.copy()
    calm = np.tile(np.arange(18) < 3, 6)
    said[calm] += 0.25
    said[(faces.kind == Kind.NEUTRAL) & ~calm] += 0.125
    ours = judge(faces, {"ours": said}, {})["ours"]
    assert ours.bias == pytest.approx(np.full(len(ARKIT), 0.125))


def test_the_turn_is_measured_from_what_was_said_at_rest() -> None:
    faces = made_faces()
    said = faces.weights + np.float32(0.25)
    said[faces.kind == Kind.TURN, 0] += 0.125
    faces.pose[faces.identity == 5, 0] = 0.9  # too far round to count
    said[faces.identity == 5, 1] += (faces.kind == Kind.TURN)[faces.identity == 5]
    ours = judge(faces, {"ours": said}, {})["ours"]
    assert ours.turn[0] == pytest.approx(0.125, abs=1e-6)
    assert ours.turn[1:].max() == pytest.approx(0.0, abs=1e-6)


def test_behind_lists_healthy_curves_only() -> None:
    faces = made_faces()
    rng = np.random.default_rng(1)
    noise = rng.uniform(0, 1, faces.weights.shape).astype(np.float32)
    jaw, sneer, puff = (
        ARKIT.index(n) for n in ("jawOpen", "noseSneerLeft", "cheekPuff")
    )
    ours, theirs = faces.weights.copy(), faces.weights.copy()
    # On the jaw we are worse, though not much; on the puff as well, but so are they.
    ours[:, jaw] = 0.5 * ours[:, jaw] + 0.5 * noise[:, jaw]
    ours[:, puff] = noise[:, puff]
    theirs[:, puff] = 0.15 * theirs[:, puff] + noise[:, puff]
    theirs[:, sneer] = 0.0
    judged = judge(faces, {"ours": ours, "theirs": theirs}, {})
    assert 0.0 < judged["theirs"].r[puff] < 0.4
    listed = behind(judged["ours"], judged["theirs"])
    assert [each.curve for each in listed] == ["jawOpen"]
    assert listed[0].r == pytest.approx(judged["ours"].r[jaw])
    assert listed[0].theirs == pytest.approx(1.0)
    assert behind(judged["theirs"], judged["theirs"]) == []


def test_named_curves_are_curves_of_the_51() -> None:
    assert len(NAMED) == len(set(NAMED)) == 16
    assert {ARKIT.index(name) for name in NAMED} <= set(CURVES.tolist())
