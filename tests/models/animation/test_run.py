from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

pytest.importorskip("scipy", reason="models need SciPy")

from models.animation.heads import HeadError, built_in_head, head, open_head
from models.animation.run import find_material
from models.cli import app
from models.data.manifest import ManifestError
from tests import characters

from . import made


def manifest(folder: Path) -> Path:
    """Write a folder with two clips for judging and one for tuning."""
    for name in ("a.mp4", "b.png", "c.mp4"):
        (folder / name).touch()
    path = folder / "manifest.csv"
    path.write_text("file,use\na.mp4,test\nb.png,test\nc.mp4,train\n", "utf-8")
    return path


def test_rows_for_tuning_are_not_judged(tmp_path: Path) -> None:
    manifest(tmp_path)
    found = find_material(None, [tmp_path], None, ("test",))
    assert [row.path.name for row in found.judged] == ["a.mp4", "b.png"]
    assert [row.path.name for row in found.train] == ["c.mp4"]


def test_rows_that_tune_cannot_be_judged(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="tuned on these rows"):
        find_material(None, [tmp_path], manifest(tmp_path), ("train",))


def test_without_clips_it_says_which_option(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="--clips names a folder"):
        find_material(None, [], None, ("test",))


def test_a_missing_folder_is_one_sentence_and_exit_code_1(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="the JSON report needs torch")
    arguments = ["evaluate", "animation", "--clips", str(tmp_path / "nowhere")]
    result = CliRunner().invoke(app, [*arguments, "--out", str(tmp_path / "out")])
    assert result.exit_code == 1
    assert "no such folder" in result.output and "Traceback" not in result.output


def test_a_damaged_character_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "broken.glb"
    path.write_bytes(b"glTF" + bytes(20))
    with pytest.raises(HeadError, match=r"broken\.glb: "):
        open_head(path, made.graph())


def test_a_character_that_nothing_moves_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plain.glb"
    path.write_bytes(characters.tiny([]))
    with pytest.raises(HeadError, match="no morph target moves it"):
        open_head(path, made.graph())


def test_a_head_without_a_face_in_sight_is_refused() -> None:
    class Blind(made.SeesACanonicalFace):
        def find(self, picture: object) -> None:  # type: ignore[override]
            return None

    ball = made.head()
    with pytest.raises(HeadError, match="finds no face"):
        head(ball.character, ball.mapping, Blind())  # type: ignore[arg-type]


def test_the_built_in_head_moves_with_every_curve_and_knows_its_lids() -> None:
    found = built_in_head(made.graph())
    assert len(found.mapping.drives) == 52
    assert 0 < found.lids.sum() < len(found.lids) / 2
    blink = np.zeros((2, 85), dtype=np.float32)
    blink[1, [0, 7]] = 1.0
    places = found.places(found.postures(blink, np.array([0.0, 0.1])))
    away = np.linalg.norm(places[1] - places[0], axis=1)
    assert away[found.lids].max() > 5 * away[~found.lids].max()
