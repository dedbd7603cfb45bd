from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from engines.face.mesh import Picture
from models.reenactment.avatar import Reenacted
from models.reenactment.captions import GROUND, LINE, blank, text_width, write
from models.reenactment.character_avatar import CharacterAvatar, open_character
from models.reenactment.crops import (
    MARGIN,
    Framed,
    Square,
    cut,
    cut_faces,
    square_around,
)
from models.reenactment.differing import APART_S, differences, most_different
from models.reenactment.measures import COLUMN, MOVES
from models.reenactment.sheet import (
    ACROSS,
    BANDS,
    CELL,
    EACH,
    Column,
    pages,
    write_sheets,
)
from models.reenactment.video import tile, write_video
from protocols.arrays import Numbers
from protocols.channels import ARKIT
from tests.glb_writer import head

from .made import DrawnFace, curves, measures


def disagreeing(n: int, **more: Numbers) -> Reenacted:
    """Return a clip that two solvers follow, one of them with more of a measure."""
    return Reenacted(
        path=Path("made.mp4"),
        kept=np.arange(n),
        seconds=np.arange(n) / 10.0,
        actor=measures(n),
        weights={"one": curves(n), "other": curves(n, jawOpen=1.0)},
        avatar={"one": measures(n), "other": measures(n, **more)},
    )


def flat(
    colour: tuple[int, int, int], width: int = CELL, height: int = CELL
) -> Picture:
    out: Picture = np.empty((height, width, 3), dtype=np.uint8)
    out[:] = colour
    return out


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A clip of 12 pictures, ten a second, each brighter than the one before."""
    path = tmp_path / "made.mp4"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 10, (64, 48))
    for i in range(12):
        writer.write(flat((20 * i, 20 * i, 20 * i), 64, 48))
    writer.release()
    return path


def test_differences_are_in_units_of_what_an_actor_clearly_moves() -> None:
    step = float(MOVES[COLUMN["mouth gap"]])
    found = differences(disagreeing(3, mouth_gap=np.array([0.0, 2 * step, np.nan])))
    # Two solvers that are 2 apart have a standard deviation of 1, in one of 19.
    assert found[:2] == pytest.approx([0.0, 1 / len(MOVES)])
    assert np.isnan(found[2])


def test_the_most_different_pictures_are_apart_and_in_order() -> None:
    gap = np.zeros(40)
    gap[[5, 6, 7, 30, 31]] = [0.2, 0.5, 0.3, 0.1, 0.4]
    rows = most_different(disagreeing(40, mouth_gap=gap), 2)
    assert rows.tolist() == [6, 31]
    every = most_different(disagreeing(40, mouth_gap=gap), 40)
    assert (np.diff(every) / 10.0 >= APART_S).all()


def test_no_picture_is_chosen_without_a_face() -> None:
    rows = most_different(disagreeing(9, mouth_gap=np.full(9, np.nan)), 3)
    assert rows.tolist() == []


def test_a_cut_shows_its_part_at_the_right_size() -> None:
    picture = flat((0, 0, 0), 200, 100)
    picture[40:60, 100:120] = 255
    found = cut(picture, Square(110.0, 50.0, 40.0), 80)
    assert found.shape == (80, 80, 3)
    assert found[40, 40].tolist() == [255] * 3
    assert found[10, 40].tolist() == [0] * 3
    # A cut far larger than the result keeps its middle, too.
    small = cut(picture, Square(110.0, 50.0, 200.0), 20)
    assert small[10, 10].min() > 150


def test_a_cut_beyond_the_edge_repeats_the_border() -> None:
    assert (cut(flat((9, 9, 9), 20, 20), Square(0.0, 0.0, 40.0), 30) == 9).all()


def test_a_square_stands_around_a_face() -> None:
    points = np.zeros((478, 3), dtype=np.float32)
    points[:, 0], points[:, 1] = np.linspace(10, 30, 478), np.linspace(50, 90, 478)
    assert square_around(points) == Square(20.0, 70.0, 40.0 * MARGIN)


def test_without_a_face_the_whole_picture_is_shown(clip: Path) -> None:
    pytest.importorskip("mediapipe")
    found = list(cut_faces(clip, np.array([2, 5, 11]), 32))
    assert [each.shape for each in found] == [(32, 32, 3)] * 3
    levels = [int(each.mean()) for each in found]
    assert levels == pytest.approx([40, 100, 220], abs=12)


def test_an_avatar_is_drawn_and_without_weights_its_place_is_empty() -> None:
    pytest.importorskip("mediapipe")
    framed = Framed(DrawnFace(), 50)
    assert framed.draw(curves(1)[0]).shape == (50, 50, 3)
    nothing = np.full(len(ARKIT), np.nan, dtype=np.float32)
    assert (framed.draw(nothing) == GROUND).all()


def test_a_line_that_is_too_long_ends_in_dots_within_its_width() -> None:
    on = blank(120, LINE)
    write(on, "a very long name of a clip é", 0, 0, 60)
    used = np.flatnonzero((on != GROUND).any(axis=(0, 2)))
    assert len(used)
    assert used.max() <= 64
    assert text_width("ab") > text_width("a") > 0


def test_pages_have_the_actor_above_the_avatars() -> None:
    shown = [
        Column(f"clip {i}", i / 7, (flat((i, 0, 0)), flat((0, i, 0)), flat((0, 0, i))))
        for i in range(ACROSS * BANDS + 1)
    ]
    found = list(pages(("one", "other"), shown))
    assert len(found) == 2
    assert found[0].shape[0] == BANDS * found[1].shape[0]
    # Each picture of the tenth column has a 9 in a channel of its own.
    tops = []
    for k in range(3):
        rows = np.flatnonzero((found[0][..., k] == 9).sum(axis=1) >= CELL)
        assert len(rows) == CELL
        tops.append(rows[0])
    assert tops == sorted(tops)


def test_sheets_are_written_for_clips(clip: Path, tmp_path: Path) -> None:
    pytest.importorskip("mediapipe")
    gap = np.linspace(0, 1, 12)
    made = disagreeing(12, mouth_gap=gap)
    shown = Reenacted(
        clip, made.kept, made.seconds, made.actor, made.weights, made.avatar
    )
    paths = write_sheets(tmp_path / "out", [shown], DrawnFace(), lambda *_: None)
    assert [path.name for path in paths] == ["sheet_1.jpg"]
    page = cv2.imread(str(paths[0]))
    assert page is not None
    assert page.shape[0] > 3 * CELL
    assert EACH * CELL > page.shape[1] > 2 * CELL
    assert write_sheets(tmp_path, [], DrawnFace(), lambda *_: None) == []


@pytest.mark.parametrize(
    ("count", "across", "down"), [(2, 2, 1), (4, 4, 1), (5, 3, 2), (6, 3, 2)]
)
def test_faces_stand_in_one_row_or_two(count: int, across: int, down: int) -> None:
    cells = [flat((200, 200, 200), 320, 320)] * count
    found = tile([str(i) for i in range(count)], cells)
    assert found.shape[1] // 320 == across
    assert found.shape[0] // 320 == down
    assert found.shape[0] % 2 == found.shape[1] % 2 == 0


def test_a_video_has_every_kept_picture(clip: Path, tmp_path: Path) -> None:
    pytest.importorskip("mediapipe")
    made = disagreeing(12)
    kept = np.arange(0, 12, 2)
    shown = Reenacted(
        path=clip,
        kept=kept,
        seconds=made.seconds[kept],
        actor=made.actor[kept],
        weights={name: rows[kept] for name, rows in made.weights.items()},
        avatar={name: rows[kept] for name, rows in made.avatar.items()},
    )
    told: list[tuple[str, int, int]] = []
    path = write_video(tmp_path / "o", shown, DrawnFace(), lambda *s: told.append(s))
    assert path.name == "made.mp4"
    video = cv2.VideoCapture(str(path))
    assert video.get(cv2.CAP_PROP_FRAME_COUNT) == 6
    assert video.get(cv2.CAP_PROP_FPS) == pytest.approx(5.0)
    video.release()
    assert told[-1] == ("made: video", 6, 6)


def test_a_character_is_an_avatar(tmp_path: Path) -> None:
    path = tmp_path / "ball.glb"
    path.write_bytes(head())
    avatar: CharacterAvatar = open_character(path)
    assert avatar.name == "ball"
    first, second = avatar.draw(curves(1)[0]), avatar.draw(curves(1, jawOpen=1.0)[0])
    assert first.shape == second.shape
    assert (first != second).any()
