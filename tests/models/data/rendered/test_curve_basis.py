from __future__ import annotations

import numpy as np
import pytest

from engines.face import mirror
from engines.face.canonical_face import COUNT
from engines.face.mediapipe_mesh import drawn_face
from engines.face.mesh import Picture
from models.data.rendered import curve_basis
from models.data.rendered.curve_basis import measure_moves, measure_people
from models.data.rendered.head import load_head
from protocols.arrays import Floats, Numbers
from protocols.channels import ARKIT, INDEX
from tests.models.data.dataset import dataset

CHIN, UPPER_LIP, LOWER_LIP, LEFT_BROW = 152, 13, 14, 334
LEFT_UPPER_LID = 386


def test_every_curve_is_drawn_alone_and_both_sides_alike() -> None:
    asked: list[Floats] = []

    def draw(weights: Floats) -> Picture:
        asked.append(weights)
        return drawn_face()

    moves = measure_moves(draw)
    assert moves.shape == (len(ARKIT), COUNT, 3)
    np.testing.assert_allclose(
        (moves[:, mirror.POINTS] * mirror.SIGN)[mirror.CURVES], moves, atol=1e-6
    )
    assert not asked[0].any()
    alone = [w for w in asked if np.count_nonzero(w) == 1]
    for curve, name in enumerate(ARKIT):
        amounts = {float(w[curve]) for w in alone if w[curve]}
        if name == "mouthClose":
            pairs = [w for w in asked if w[curve]]
            assert all(w[INDEX["jawOpen"]] == w[curve] for w in pairs)
            assert {float(w[curve]) for w in pairs} == set(curve_basis.AMOUNTS)
        else:
            assert amounts == set(curve_basis.AMOUNTS)


def test_a_face_that_is_not_found_moves_nothing() -> None:
    grey = np.full((200, 200, 3), 128, dtype=np.uint8)
    moves = measure_moves(lambda weights: grey)
    assert not moves.any()


@pytest.fixture(scope="module")
def one_person() -> Numbers:
    path = dataset("ict_facekit") / "ict_facekit.npz"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(curve_basis, "AMOUNTS", (1.0,))
        told: list[tuple[int, int]] = []
        moves = measure_people(load_head(path), 1, 0, lambda *of: told.append(of))
    assert told == [(1, 1)]
    return moves


def height(moves: Numbers, name: str, point: int) -> float:
    """Return the centimetres by which a curve lifts a point."""
    return float(moves[INDEX[name], point, 1])


@pytest.mark.slow
def test_curves_move_what_they_are_named_for(one_person: Numbers) -> None:
    moves = one_person
    assert moves.shape == (len(ARKIT), COUNT, 3) and np.isfinite(moves).all()
    np.testing.assert_allclose(
        (moves[:, mirror.POINTS] * mirror.SIGN)[mirror.CURVES], moves, atol=1e-9
    )
    assert height(moves, "jawOpen", CHIN) < -1.0
    # mouthClose lifts the lower lip of an open jaw, and not the chin.
    assert height(moves, "mouthClose", LOWER_LIP) > 0.5
    gap = height(moves, "mouthClose", LOWER_LIP) - height(
        moves, "mouthClose", UPPER_LIP
    )
    assert gap > 0.5
    assert height(moves, "browOuterUpLeft", LEFT_BROW) > 0.1
    assert height(moves, "eyeBlinkLeft", LEFT_UPPER_LID) < -0.2
    # One side's curve hardly moves the other side.
    other = int(mirror.POINTS[LEFT_UPPER_LID])
    assert abs(height(moves, "eyeBlinkLeft", other)) < 0.15
