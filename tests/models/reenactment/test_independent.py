from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.reenactment.independent import (
    COLUMNS,
    GROUPS,
    NAMES,
    OpenSeeFaceTracker,
    TrackerError,
    decode,
    measure_marks,
    second_opinion,
)
from protocols.arrays import Numbers
from tests.models.reenactment.made import measures

CELLS = 28


def maps(row: int, column: int, down: float = 0.5, right: float = 0.5) -> Numbers:
    """Return maps in which each of 66 landmarks lies in one cell, moved by offsets."""
    made = np.zeros((198, CELLS, CELLS))
    made[:66, row, column] = 0.9
    made[66:132], made[132:] = down, right
    return made


def test_a_landmark_lies_in_the_hottest_cell() -> None:
    found = decode(maps(27, 0))
    assert found is not None
    assert found.shape == (66, 2)
    np.testing.assert_allclose(found, np.tile([0.0, 1.0], (66, 1)), atol=1e-9)


def test_offsets_are_logits_over_sixteen() -> None:
    share = 1.0 / (1.0 + np.exp(-0.16))
    found = decode(maps(0, 27, down=share))
    assert found is not None
    np.testing.assert_allclose(found[0], [1.0, 0.01])


def test_cold_maps_are_no_face() -> None:
    assert decode(np.zeros((198, CELLS, CELLS))) is None
    assert decode(np.full((198, CELLS, CELLS), np.nan)) is None


@given(st.integers(0, 2**32 - 1))
def test_any_maps_give_finite_places_or_none(seed: int) -> None:
    noise = np.random.default_rng(seed).uniform(-2, 2, (198, CELLS, CELLS))
    found = decode(noise)
    assert found is None or np.isfinite(found).all()


def face() -> Numbers:
    """Return (66, 2) pixels: eyes 100 apart, all else between them."""
    marks = np.full((66, 2), 100.0)
    marks[[36, 39]], marks[[42, 45]] = (50.0, 100.0), (150.0, 100.0)
    marks[58], marks[62] = (70.0, 160.0), (130.0, 160.0)
    marks[[59, 60, 61], 1], marks[[63, 64, 65], 1] = 155.0, 165.0
    marks[30] = (100.0, 130.0)
    for brow in ((20, 21), (22, 23), (17, 18), (25, 26)):
        marks[list(brow), 1] = 60.0
    return marks


def test_marks_are_measured_in_eye_distances() -> None:
    found = dict(zip(NAMES, measure_marks(face()).tolist(), strict=True))
    assert found["mouth gap"] == pytest.approx(0.1)
    assert found["mouth width"] == pytest.approx(0.6)
    assert found["corner up R"] == pytest.approx(-0.3)
    assert found["brow inner L"] == pytest.approx(0.4)


def test_a_head_on_its_side_has_the_same_measures() -> None:
    quarter = face() @ np.array([[0.0, 1.0], [-1.0, 0.0]])
    np.testing.assert_allclose(measure_marks(quarter), measure_marks(face()))


def test_eyes_in_one_place_are_no_face() -> None:
    assert np.isnan(measure_marks(np.zeros((66, 2)))).all()


def test_a_folder_without_a_network_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrackerError, match=r"lm_model4_opt\.onnx"):
        OpenSeeFaceTracker(tmp_path)


def test_opinions_are_means_of_both_sides() -> None:
    wave = 0.1 * np.sin(np.arange(60) / 3.0)
    seen = measures(60, corner_up_R=wave, corner_up_L=wave)[:, COLUMNS]
    ours = measures(60, corner_up_R=wave, corner_up_L=-wave)[:, COLUMNS]
    found = second_opinion([seen], [ours])
    assert list(found) == [name for name, _ in GROUPS]
    assert found["corners"] == pytest.approx(0.0, abs=1e-6)
    assert np.isnan(found["gap"])
