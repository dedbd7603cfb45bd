"""Degrees, percent, and values that are none."""

from __future__ import annotations

import numpy as np
import pytest

from protocols.errors import DecodeError
from protocols.export.livelink_csv import decode

from .sheets import labels, moved, take

COUNT = 120
TIMES = labels(COUNT)
VALUES = moved(COUNT)
HEAD, EYES = slice(52, 55), slice(55, 61)
DEGREES = "which cannot be radians: treated as degrees and converted"


def read(
    values: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.float32]], tuple[str, ...]]:
    sheet = decode(take(TIMES, values).encode())
    return sheet.values, sheet.notes


@pytest.mark.parametrize(
    ("part", "name"),
    [(HEAD, "the angles of the head"), (EYES, "the angles of the eyes")],
)
def test_degrees_are_converted_where_they_are(part: slice, name: str) -> None:
    values = VALUES.copy()
    values[:, part] = np.degrees(values[:, part])
    found, notes = read(values)
    np.testing.assert_allclose(found, VALUES, atol=1e-4)
    assert notes == (f"{name} go up to 11.46, {DEGREES}",)


def test_a_glance_of_three_rows_is_enough() -> None:
    values = np.zeros_like(VALUES)
    values[50:53, 52] = 12.0, 15.0, 12.0
    found, notes = read(values)
    assert found[51, 52] == pytest.approx(np.radians(15.0)) and len(notes) == 1


@pytest.mark.parametrize("angle", [3.2, 15.0, 400.0])
def test_slips_of_a_tracker_are_no_degrees(angle: float) -> None:
    values = VALUES.copy()
    values[[20, 21, 60], 53] = angle
    found, notes = read(values)
    kept = np.setdiff1d(np.arange(COUNT), [20, 21, 60])
    np.testing.assert_allclose(found, VALUES[kept], atol=1e-4)
    assert notes == (
        "left out 3 rows with a value out of range, the first in line 22: HeadPitch is "
        f"{angle:g}, expected weights 0 to 1 and angles in radians",
    )


def test_a_phone_upside_down_rolls_by_half_a_turn() -> None:
    values = VALUES.copy()
    values[:, 54] = np.pi * np.where(np.arange(COUNT) % 2, 1, -1)
    found, notes = read(values)
    assert notes == () and np.abs(found[:, 54]).min() > 3.14


def test_angles_that_no_camera_sees_are_doubted() -> None:
    values = VALUES.copy()
    values[:, HEAD] *= 10.0
    found, notes = read(values)
    np.testing.assert_allclose(found, values, atol=1e-4)
    assert notes == (
        "the angles of the head are beyond a quarter turn in 74% of the frames: read "
        "as radians, but small angles in degrees look the same",
    )


def test_percent_is_divided() -> None:
    values = VALUES.copy()
    values[:, :52] *= 100.0
    found, notes = read(values)
    np.testing.assert_allclose(found, VALUES, atol=1e-4)
    assert notes == ("weights go up to 55: treated as percent and divided by 100",)


def test_percent_of_a_face_that_hardly_moves_is_divided() -> None:
    values = np.zeros_like(VALUES)
    values[:, 3] = 3.0
    values[40:43, 17] = 80.0
    for some in (values, np.minimum(values, 3.0), np.where(values > 3.0, values, 0.0)):
        found, notes = read(some)
        np.testing.assert_allclose(found, some / 100.0, atol=1e-6)
        assert len(notes) == 1


@pytest.mark.parametrize("times", [1.0, 2.0, 3.0])
def test_weights_that_were_exaggerated_are_none(times: float) -> None:
    values = VALUES.copy()
    values[:, :52] *= times
    found, notes = read(values)
    np.testing.assert_allclose(found, values, atol=1e-4)
    assert notes == ()


def test_a_few_large_weights_are_no_percent() -> None:
    values = VALUES.copy()
    values[[3, 50, 51], 17] = 60.0
    found, notes = read(values)
    np.testing.assert_allclose(found, values, atol=1e-4)
    assert notes == ()


def test_three_broken_rows_on_end_do_not_make_the_rest_percent() -> None:
    values = VALUES.copy()
    values[[3, 4, 5], 17] = 60.0
    found, notes = read(values)
    np.testing.assert_allclose(found, values, atol=1e-4)
    assert notes == ()


def test_weights_of_another_scale_are_refused() -> None:
    values = VALUES.copy()
    values[:, :52] *= 400.0
    with pytest.raises(DecodeError, match="weights go up to 220, expected 0 to 1 or"):
        read(values)


def test_rows_without_a_face_show_no_unit() -> None:
    values = VALUES.copy()
    values[:, 52] = np.nan
    values[:3, 52] = 20.0, 21.0, 22.0
    found, notes = read(values)
    assert np.isnan(found[3:]).all() and len(notes) == 1
    assert found[1, 52] == pytest.approx(np.radians(21.0))
