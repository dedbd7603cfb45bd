from __future__ import annotations

from pathlib import Path

import pytest

from models.data.manifest import MEDIAPIPE
from models.data.rendered.head import HEAD_FILE
from models.reenactment.data_folder import find_data, find_task


def touch(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def test_data_is_found_above_the_clips(tmp_path: Path) -> None:
    clips = tmp_path / "faces" / "clips"
    clips.mkdir(parents=True)
    touch(tmp_path / HEAD_FILE)
    assert find_data(None, [clips]) == tmp_path.resolve()
    assert find_data(tmp_path, []) == tmp_path


def test_absent_data_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="--data names the folder"):
        find_data(tmp_path, [tmp_path])


def test_a_missing_task_is_a_remark(tmp_path: Path) -> None:
    remarks: list[str] = []
    assert find_task(tmp_path, remarks) is None
    assert "MediaPipe was left out" in remarks[0]
    touch(tmp_path / MEDIAPIPE)
    assert find_task(tmp_path, remarks) == tmp_path / MEDIAPIPE
    assert len(remarks) == 1
