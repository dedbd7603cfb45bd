from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("torch", reason="the report is written by torch's checkpoints")

from rich.console import Console

from engines.face.face_graph import FaceGraph
from engines.face.mediapipe_mesh import drawn_face
from models.data.manifest import ManifestError, Row
from models.reenactment.evaluate import Report, evaluate_clips, evaluate_labels
from models.reenactment.labelled import Passage, Segments
from models.reenactment.loop import measure_avatar, reenact, solve_clip
from models.reenactment.measures import NAMES
from models.reenactment.report import as_json, show
from models.reenactment.stills import read_picture
from models.solver.clip_solvers import ClipSolver
from tests.clips import write_mp4
from tests.models.reenactment.made import OURS, Blind, DrawnFace, curves
from tests.models.solver_faces import Says


def quiet(what: str, done: int, total: int) -> None:
    assert 0 < done <= total, what


def write_face(path: Path, pictures: int = 48) -> Path:
    face = np.ascontiguousarray(drawn_face()[..., ::-1])
    return write_mp4(path, [face] * pictures)


def test_a_clip_is_tracked_solved_and_drawn(tmp_path: Path) -> None:
    path = write_face(tmp_path / "face.mp4", 13)
    made: list[Says] = []

    def make() -> ClipSolver:
        made.append(Says())
        return made[-1]

    second = Blind()
    shot = solve_clip(path, {OURS: make}, quiet, second, every=4)
    assert [solver.closed for solver in made] == [True]
    assert made[0].held
    assert second.asked == 4
    assert shot.actor.shape == (13, len(NAMES))
    assert np.isfinite(shot.actor).all()
    assert shot.jitter[OURS].max() > 0.0

    avatar, graph = DrawnFace(), FaceGraph()
    try:
        found = reenact(shot, avatar, graph, 4, [OURS], quiet)
    finally:
        graph.close()
    assert found.name == "face"
    assert found.kept.tolist() == [0, 4, 8, 12]
    np.testing.assert_array_equal(found.weights[OURS], avatar.drawn)
    np.testing.assert_array_equal(found.actor, shot.actor[found.kept])
    assert np.isfinite(found.avatar[OURS]).all()


def test_a_picture_without_weights_is_not_drawn() -> None:
    weights = curves(3)
    weights[1] = np.nan
    avatar, graph = DrawnFace(), FaceGraph()
    try:
        found = measure_avatar(avatar, weights, graph)
    finally:
        graph.close()
    assert len(avatar.drawn) == 2
    assert np.isfinite(found).all(axis=1).tolist() == [True, False, True]


def test_a_report_names_what_was_left_out(tmp_path: Path) -> None:
    face = write_face(tmp_path / "face.mp4")
    empty = write_mp4(tmp_path / "empty.mp4", [np.zeros((96, 128, 3), np.uint8)] * 3)
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no video")
    still = tmp_path / "still.png"
    cv2.imwrite(str(still), drawn_face()[..., ::-1])
    rows = [Row(path, "test") for path in (face, empty, broken)]
    rows.append(Row(still, "test", expected=(("jawOpen",),)))
    segments = {"face": Segments(((0, 5),), (Passage(6, 9, (("browDownLeft",),)),))}

    report, makes = Report(), {OURS: Says}
    evaluate_clips(report, rows, makes, DrawnFace(), Blind(), 4, quiet)
    evaluate_labels(report, rows, segments, makes, quiet)
    assert [clip.name for clip in report.clips] == ["face"]
    assert [each.action for each in report.labels[OURS]] == ["jaw open", "brow down"]
    sentences = " ".join(report.remarks)
    assert "empty.mp4: a face in fewer than 40 pictures" in sentences
    assert "broken.mp4: is a text file" in sentences

    console = Console(width=200, record=True)
    show(report, console, each=True)
    printed = console.export_text()
    for words in ("Avatar against actor, 1 clips", "r by clip: ours", *NAMES):
        assert words in printed
    content = as_json(report)
    assert content["pictures"] == [12]
    assert content["reenactment"][OURS]["clips"]["chin"] == 0.0
    assert content["labels"][OURS]["jaw open"]["count"] == 1
    assert content["curves"][OURS]["faults"] is None


def test_a_file_that_is_no_picture_is_named(tmp_path: Path) -> None:
    path = tmp_path / "still.jpg"
    path.write_bytes(b"no picture")
    with pytest.raises(ManifestError, match=r"still\.jpg: cannot be read as a picture"):
        read_picture(path)
