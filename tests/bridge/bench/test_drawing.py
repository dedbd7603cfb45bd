from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from bridge.bench.drawing import lively, measure_drawing, show_drawing
from bridge.characters.open import open_character
from bridge.errors import CharacterError
from tests.characters import tiny


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "tiny.glb"
    file.write_bytes(tiny(["jawOpen", "eyeBlinkLeft"]))
    return file


def test_a_row_has_what_was_measured(path: Path) -> None:
    told: list[tuple[int, int]] = []
    (row,) = measure_drawing([path], 0.0, lambda *count: told.append(count))
    assert (row.name, row.triangles, row.z_buffer) == ("tiny", 32, "numba")
    assert 0 <= row.smooth_ms[0] <= row.smooth_ms[1]
    assert 0 <= row.plain_ms[0] <= row.plain_ms[1]
    assert told == [(1, 1)]
    console = Console(record=True, width=120)
    show_drawing(console, [row])
    text = console.export_text()
    assert "tiny" in text
    assert "z-buffer: numba" in text


def test_a_lively_posture_moves_targets_and_sets_bones(path: Path) -> None:
    posture = lively(open_character(path))
    np.testing.assert_allclose(posture.weights, 0.3)
    assert list(posture.turns) == [0]


def test_what_is_no_character_is_told(tmp_path: Path) -> None:
    with pytest.raises(CharacterError, match="absent"):
        measure_drawing([tmp_path / "absent.glb"], 0.0)
