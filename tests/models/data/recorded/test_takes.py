from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.data.recorded.takes import TakeError, read_take
from protocols.channels import ARKIT, pascal

BONES = "HeadYaw,HeadPitch,HeadRoll"


def written(folder: Path, count: str, columns: list[str], *rows: str) -> Path:
    path = folder / "take.csv"
    header = ",".join(["Timecode", count, *columns, BONES])
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return path


def row(
    count: int, weights: dict[str, float], columns: list[str], frame: int = 0
) -> str:
    values = [str(weights.get(name, 0.0)) for name in columns]
    return ",".join([f"10:00:00:{frame:02}.500", str(count), *values, "0", "0", "0"])


PASCAL = [pascal(name) for name in ARKIT]


@pytest.mark.parametrize("count", ["BlendshapeCount", "BlendShapeCount"])
def test_either_spelling_of_the_count_is_read(tmp_path: Path, count: str) -> None:
    line = row(61, {"JawOpen": 0.5}, PASCAL)
    take = read_take(written(tmp_path, count, PASCAL, line))
    assert take.weights.shape == (1, 52)
    assert take.weights[0, ARKIT.index("jawOpen")] == 0.5
    assert take.seconds.tolist() == [0.0]
    assert take.name == "take"


def test_columns_are_found_by_name_not_by_place(tmp_path: Path) -> None:
    columns = PASCAL[::-1]
    line = row(61, {"JawLeft": 0.25, "JawRight": 0.75}, columns)
    take = read_take(written(tmp_path, "BlendshapeCount", columns, line))
    assert take.weights[0, ARKIT.index("jawLeft")] == 0.25
    assert take.weights[0, ARKIT.index("jawRight")] == 0.75


def test_a_frame_without_a_face_is_nan_and_not_valid(tmp_path: Path) -> None:
    lines = [
        row(61, {}, PASCAL),
        "10:00:00:01.000,0",
        row(0, {"JawOpen": 1}, PASCAL, 2),
    ]
    take = read_take(written(tmp_path, "BlendshapeCount", PASCAL, *lines))
    assert take.valid.tolist() == [True, False, False]
    assert take.seconds == pytest.approx([0.0, 0.5 / 60, 2.0 / 60])
    assert np.isnan(take.weights[1:]).all()
    assert not take.weights[0].any()


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    columns = [name for name in PASCAL if name != "TongueOut"]
    path = written(tmp_path, "BlendshapeCount", columns, row(61, {}, columns))
    with pytest.raises(TakeError, match="no column tongueout"):
        read_take(path)


@pytest.mark.parametrize("bad", ["10:00:00:00.5,61,1.0", "10:00:00:00.5,61,much", "x"])
def test_a_broken_row_is_left_out_and_named_by_its_line(
    tmp_path: Path, bad: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = written(tmp_path, "BlendshapeCount", PASCAL, row(61, {}, PASCAL), bad)
    assert len(read_take(path).seconds) == 1
    assert "take.csv: left out 1 row" in caplog.text and "line 3" in caplog.text
    path = written(tmp_path, "BlendshapeCount", PASCAL, bad)
    with pytest.raises(TakeError, match="line 2"):
        read_take(path)


def test_an_empty_file_is_a_take_error(tmp_path: Path) -> None:
    (tmp_path / "take.csv").touch()
    with pytest.raises(TakeError, match="empty"):
        read_take(tmp_path / "take.csv")
