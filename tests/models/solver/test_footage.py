from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest

from engines.face.mediapipe_mesh import drawn_face
from models.data.blinks import Blink
from models.solver.clip_solvers import geometric
from models.solver.clips import SETTLE, TIMES, Watched, frames, jitter, perturbed, watch
from models.solver.footage import CLIPS, Clip, Known, Lids, judge_clip
from models.solver.metrics import mean
from protocols.channels import ARKIT
from tests.clips import damage, leave_gap, turn, write_mp4
from tests.footage import footage_dir
from tests.models.solver_faces import Says
from tests.streams import picture

SMILE = ARKIT.index("mouthSmileLeft")


def quiet(what: str, done: int, total: int) -> None:
    assert done > 0
    assert total > 0


def made_clip(*blinks: Blink) -> Clip:
    nothing = np.zeros(len(ARKIT))
    said = np.zeros((100, len(ARKIT)), dtype=np.float32)
    return Clip(
        name="made.mp4",
        known=Known(lids=(Lids(10, 20), Lids(40, 41, whole=False)), stills=()),
        watched=Watched(np.arange(100) / 10, {"ours": said}),
        agreement={"ours": nothing},
        loose={"ours": nothing},
        spans={"ours": (nothing, nothing)},
        mirror={"ours": nothing},
        jitter={"ours": nothing},
        blinks={"ours": list(blinks)},
    )


def test_a_half_blink_is_neither_missed_nor_invented() -> None:
    whole, half = Blink(1.1, 1.9, 1.0), Blink(4.0, 4.1, 0.6)
    assert made_clip(whole).blink_errors("ours") == ([], [])
    assert made_clip(whole, half).blink_errors("ours") == ([], [])
    assert made_clip(half).blink_errors("ours") == ([0], [])
    nowhere = Blink(7.0, 7.1, 0.6)
    assert made_clip(half, nowhere, whole).blink_errors("ours") == ([], [1])


def test_known_times_are_in_seconds_and_in_order() -> None:
    clip = made_clip()
    assert clip.true_blinks(True) == [(1.0, 2.0)]
    assert clip.true_blinks(False) == [(4.0, 4.1)]
    for known in CLIPS.values():
        ends = [frame for lids in known.lids for frame in (lids.first, lids.last)]
        assert ends == sorted(ends)


def test_changes_are_small_and_always_the_same() -> None:
    face = drawn_face()
    shown = list(perturbed(face))
    assert len(shown) == TIMES
    for each in shown:
        assert each.shape == face.shape
        off = np.abs(each.astype(float) - face).mean()
        assert 0.5 < off < 10.0
    assert not np.array_equal(shown[0], shown[1])
    for one, other in zip(shown, perturbed(face), strict=True):
        np.testing.assert_array_equal(one, other)


def test_solvers_are_asked_frame_by_frame() -> None:
    class Blind(Says):
        def __call__(self, shot: object) -> None:
            return None

    shown = [(0.1 * i, np.full((48, 64, 3), 51 * i, np.uint8)) for i in range(3)]
    found = watch(shown, {"says": Says(), "blind": Blind()})
    assert found.seconds.tolist() == pytest.approx([0.0, 0.1, 0.2])
    assert found.said["says"][:, 0].tolist() == pytest.approx([0.0, 0.2, 0.4])
    assert np.isnan(found.said["blind"]).all()
    assert found.said["blind"].shape == (3, len(ARKIT))


def test_a_smoothing_solver_jitters_less() -> None:
    solvers = {"quick": Says(), "smooth": Says(lag=0.9)}
    found = jitter(drawn_face(), 0.0, solvers)
    assert all(solver.held for solver in solvers.values())
    quick, smooth = (found[name][SMILE] for name in solvers)
    assert 0.0 < smooth < 0.6 * quick
    direct = [float(picture.mean()) / 255 for picture in perturbed(drawn_face())]
    assert quick == pytest.approx(np.std(direct), rel=1e-3)
    assert SETTLE > 0


def test_a_file_that_is_no_video_is_named(tmp_path: Path) -> None:
    path = tmp_path / "none.mp4"
    path.write_bytes(b"no video")
    with pytest.raises(ValueError, match=r"none\.mp4: is a text file, expected a vid"):
        list(frames(path))


def test_a_clip_is_shown_as_players_do(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = write_mp4(tmp_path / "phone.mp4", [picture(i) for i in range(12)])
    turn(path, 90)
    leave_gap(path, 6, 15.0)
    damage(path, (2, 3))
    with caplog.at_level(logging.WARNING):
        shown = list(frames(path))
    places = [0, 1, 4, 5, *range(456, 462)]
    assert [at_s for at_s, _ in shown] == pytest.approx(
        [place / 30 for place in places], abs=1e-3
    )
    assert {each.shape for _, each in shown} == {(64, 48, 3)}
    messages = [record.getMessage() for record in caplog.records]
    assert messages[-1] == f"{path}: 2 of 12 pictures are missing: it is damaged"


def test_geometry_on_a_real_face() -> None:
    path = footage_dir() / "single_face.mp4"
    known = CLIPS[path.name]
    clip = judge_clip(
        path,
        Known(known.lids, stills=(10,)),
        {"geometric": geometric},
        "geometric",
        quiet,
    )
    assert len(clip.watched.seconds) == 72
    assert clip.blink_errors("geometric") == ([], [])
    assert np.nanmin(clip.agreement["geometric"]) == pytest.approx(1.0)
    assert 0.0 < mean(clip.mirror["geometric"]) < 0.05
    assert 0.0 < mean(clip.jitter["geometric"]) < 0.03
    assert clip.spans["geometric"][1][SMILE] > 0.8
