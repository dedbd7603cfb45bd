"""What a pucker moves real faces by, found in made clips."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engines.face import mirror
from engines.face.canonical_face import CANONICAL, COUNT
from engines.face.face_basis import bends
from models.data.manifest import MEDIAPIPE, ManifestError
from models.solver import real_moves
from models.solver.real_moves import (
    PUCKER,
    Seen,
    fit_pucker,
    measure_pucker,
    task_and_clips,
)
from protocols.arrays import Numbers
from protocols.channels import ARKIT, INDEX

JAW = INDEX["jawOpen"]


def even(moves: Numbers) -> Numbers:
    """Return moves that are alike on both sides."""
    return np.asarray(0.5 * (moves + moves[mirror.POINTS] * mirror.SIGN))


def made_clip(pucker: Numbers, jaw: Numbers, amount: float, seed: int) -> Seen:
    """Return a clip of a face that puckers up to `amount` while it talks and nods."""
    rng = np.random.default_rng(seed)
    n = 150
    curves = np.zeros((n, len(ARKIT)))
    curves[:, PUCKER] = rng.uniform(0.0, amount, n)
    curves[:, JAW] = 0.5 * curves[:, PUCKER] + rng.uniform(0.0, 0.3, n)
    turns = np.array([bends(tuple(t)) for t in rng.uniform(-0.1, 0.1, (n, 3)).tolist()])
    rest = CANONICAL + rng.normal(0.0, 0.2, (COUNT, 3))
    points = rest + np.einsum("n,pc->npc", curves[:, PUCKER], pucker)
    points += np.einsum("n,pc->npc", curves[:, JAW], jaw)
    points[:, :, 1] += turns[:, :1]
    return Seen(points + rng.normal(0.0, 0.01, points.shape), turns, curves)


def made_moves(seed: int) -> Numbers:
    return even(np.random.default_rng(seed).normal(0.0, 0.2, (COUNT, 3)))


def test_a_pucker_is_told_from_the_jaw_the_turn_and_the_face_at_rest() -> None:
    pucker, jaw = made_moves(1), made_moves(2)
    found = fit_pucker(made_clip(pucker, jaw, 0.9, 3))
    assert np.corrcoef(found.ravel(), pucker.ravel())[0, 1] > 0.99
    assert np.abs(found - pucker).max() < 0.1


def test_both_sides_are_fitted_alike() -> None:
    found = fit_pucker(made_clip(made_moves(1), made_moves(2), 0.9, 3))
    assert found == pytest.approx(even(found), abs=1e-12)


def test_clips_count_by_how_much_they_pucker(monkeypatch: pytest.MonkeyPatch) -> None:
    much, little = made_moves(1), made_moves(4)
    clips = {
        Path("much.mp4"): made_clip(much, made_moves(2), 0.9, 3),
        Path("some.mp4"): made_clip(little, made_moves(2), 0.3, 5),
        Path("none.mp4"): made_clip(little, made_moves(2), 0.1, 6),
    }
    monkeypatch.setattr(real_moves, "see_clip", lambda path, task: clips[path])
    done: list[int] = []
    found = measure_pucker(list(clips), Path("task"), done.append)
    assert done == [1, 2, 3]
    assert np.abs(found - 0.9 * much - 0.1 * little).max() < 0.1


def test_clips_without_a_pucker_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    clip = made_clip(made_moves(1), made_moves(2), 0.1, 3)
    monkeypatch.setattr(real_moves, "see_clip", lambda path, task: clip)
    with pytest.raises(ValueError, match="none of 2 clips shows a pucker"):
        measure_pucker([Path("a"), Path("b")], Path("task"))


def test_only_clips_that_may_teach_are_taken(tmp_path: Path) -> None:
    (tmp_path / MEDIAPIPE).parent.mkdir()
    (tmp_path / MEDIAPIPE).touch()
    names = ("train.mp4", "test.mp4", "still.jpg")
    for name in names:
        (tmp_path / name).touch()
    manifest = tmp_path / "manifest.csv"
    manifest.write_text("file,use\ntrain.mp4,train\ntest.mp4,test\nstill.jpg,train\n")
    assert task_and_clips(tmp_path, manifest) == (
        tmp_path / MEDIAPIPE,
        [tmp_path / "train.mp4"],
    )


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="--data names the folder that holds"):
        task_and_clips(tmp_path, tmp_path / "manifest.csv")
    (tmp_path / MEDIAPIPE).parent.mkdir()
    (tmp_path / MEDIAPIPE).touch()
    (tmp_path / "manifest.csv").write_text("name\n")
    with pytest.raises(ManifestError, match="columns file and use"):
        task_and_clips(tmp_path, tmp_path / "manifest.csv")
