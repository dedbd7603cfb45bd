from pathlib import Path

import numpy as np
import pytest

from bridge.solve.agreement import compare, mean_correlation, read_truth, table
from protocols.arrays import Floats
from protocols.channels import ARKIT, INDEX

N = 50
RAMP = np.linspace(0.0, 1.0, N, dtype=np.float32)


def take(**curves: Floats) -> Floats:
    weights = np.zeros((N, len(ARKIT)), dtype=np.float32)
    for name, values in curves.items():
        weights[:, INDEX[name]] = values
    return weights


def test_half_the_range_in_step_is_full_correlation_and_half_slope() -> None:
    (row,) = compare(take(jawOpen=0.5 * RAMP), take(jawOpen=RAMP), ["jawOpen"])
    assert row.correlation == pytest.approx(1.0)
    assert row.slope == pytest.approx(0.5)
    assert row.error == pytest.approx(0.25, abs=0.01)


def test_only_named_curves_that_move_count() -> None:
    truth = take(jawOpen=RAMP, mouthSmileLeft=0.01 * RAMP, cheekPuff=RAMP)
    rows = compare(truth, truth, ["jawOpen", "mouthSmileLeft"])
    assert [row.curve for row in rows] == ["jawOpen"]


def test_a_curve_that_stands_still_is_worth_nothing() -> None:
    rows = compare(take(), take(jawOpen=RAMP), ["jawOpen"])
    assert rows[0].correlation == 0.0


def test_frames_without_a_face_are_left_out() -> None:
    solved = take(jawOpen=RAMP)
    solved[10:20] = np.nan
    (row,) = compare(solved, take(jawOpen=RAMP), ["jawOpen"])
    assert row.correlation == pytest.approx(1.0)
    assert compare(np.full_like(solved, np.nan), solved, ["jawOpen"]) == ()
    assert mean_correlation(()) == 0.0


def test_the_table_has_a_line_a_curve_and_the_mean() -> None:
    truth = take(jawOpen=RAMP, cheekPuff=RAMP)
    rows = compare(take(jawOpen=RAMP), truth, ["jawOpen", "cheekPuff"])
    lines = table(rows).splitlines()
    assert len(lines) == 4
    assert lines[1].startswith("jawOpen")
    assert lines[-1].split() == ["mean", "of", "2", "0.50"]


def test_truth_is_read_by_column_name(tmp_path: Path) -> None:
    file = tmp_path / "truth.csv"
    names = ["frame", *reversed(ARKIT), "headYaw"]
    values = ["0", *(f"{INDEX[n] / 100:.2f}" for n in reversed(ARKIT)), "9"]
    file.write_text(",".join(names) + "\n" + ",".join(values) + "\n", "utf-8")
    truth = read_truth(file)
    assert truth.shape == (1, len(ARKIT))
    np.testing.assert_allclose(truth[0], np.arange(len(ARKIT)) / 100, atol=1e-6)
