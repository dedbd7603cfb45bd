from __future__ import annotations

import numpy as np

from engines.character.character import rest
from engines.drawing.draw import View, draw
from engines.drawing.drawable import Drawable, drawable
from engines.drawing.labels import LINE, PAPER
from engines.drawing.sheet import (
    MOST,
    grid,
    sheet,
    sheet_legend,
    slot_cells,
    turntable,
)
from protocols.gltf.scene import Mesh

from .scenes import SQUARE, made, node, primitive

VIEW = View(48, 32, fine=1)


def subject(*names: str) -> Drawable:
    moves = np.zeros((len(names), 4, 3), np.float32)
    moves[:, 2:] = (0, -1, 0)
    part = primitive(SQUARE, moves=moves)
    nodes = (node("head", mesh=0), node("teeth", mesh=0))
    return drawable(made(nodes, (Mesh("head", names, (part,)),)))


def test_targets_of_one_name_share_a_cell() -> None:
    shape = subject("jawOpen", "あ").made.character
    cells = slot_cells(shape)
    assert [text for text, _ in cells] == ["rest", "jawOpen", "あ"]
    weights = np.array([posture.weights for _, posture in cells])
    np.testing.assert_array_equal(weights, [[0, 0, 0, 0], [1, 0, 1, 0], [0, 1, 0, 1]])
    assert sheet_legend(cells) == ["2 あ"]


def test_a_sheet_has_each_picture_over_its_label_and_tells_of_it() -> None:
    face = subject("jawOpen")
    cells = slot_cells(face.made.character)
    told: list[tuple[int, int]] = []
    found = sheet(face, cells, VIEW, 2, lambda *count: told.append(count))
    assert found.shape == (32 + LINE, 96, 3)
    np.testing.assert_array_equal(found[:32, 48:], draw(face, cells[1][1], VIEW))
    assert (found[32:, :48] != np.array(PAPER, np.uint8)).any()
    assert told == [(1, 2), (2, 2)]


def test_a_sheet_of_very_many_targets_has_an_end() -> None:
    names = tuple(f"m{number}" for number in range(MOST + 5))
    assert len(slot_cells(subject(*names).made.character)) == MOST


def test_a_turntable_goes_all_the_way_round() -> None:
    face = subject()
    told: list[int] = []
    found = turntable(
        face, rest(face.made.character), 4, VIEW, 4, lambda done, _: told.append(done)
    )
    assert found.shape == (32 + LINE, 4 * 48, 3)
    covered = [(cell != cell[0, 0]).any() for cell in np.split(found[:32], 4, axis=1)]
    # A square of one side is seen from the front alone.
    assert covered == [True, False, False, False]
    assert told == [1, 2, 3, 4]


def test_what_a_grid_lacks_is_dark() -> None:
    found = grid([np.full((2, 3, 3), value, np.uint8) for value in (1, 2, 3)])
    assert found.shape == (4, 6, 3)
    assert (found[2:, 3:] == np.array(PAPER)).all()
    assert (found[2:, :3] == 3).all()
