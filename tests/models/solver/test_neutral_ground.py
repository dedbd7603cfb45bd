from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy", reason="models need SciPy")
pytest.importorskip("mediapipe")

from models.data.characters.character import load_character
from models.data.characters.sequences import Sequence, alone
from models.solver.clip_solvers import ClipSolver, Shot
from models.solver.neutral_ground import neutral_ground, truth_of
from protocols.arrays import Floats
from protocols.channels import ARKIT, INDEX
from tests.models.data.dataset import dataset


class Reciter:
    """A solver that knows the truth by heart, from the time of a picture."""

    def __init__(self, rows: Floats, bias: float) -> None:
        self._rows, self._bias = rows, bias
        self.closed = False

    def __call__(self, shot: Shot) -> Floats | None:
        assert shot.points is not None
        row: Floats = self._rows[round(shot.at_s * 15)] + np.float32(self._bias)
        return np.clip(row, 0.0, 1.0)

    def hold(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True


def short(name: str) -> Sequence:
    """Return a rest, an open jaw that closes, and one that mouthClose shuts."""
    rows = np.zeros((40, len(ARKIT)), dtype=np.float32)
    rows[10:20, INDEX["jawOpen"]] = np.linspace(0, 1, 10)
    rows[20:30, INDEX["jawOpen"]] = 0.6
    rows[20:30, INDEX["mouthClose"]] = 0.6
    rows[30:, INDEX["mouthSmileLeft"]] = np.linspace(0, 1, 10)
    return Sequence(name, rows, (rows > 0.5).astype(np.float32), 10)


def test_who_knows_the_truth_follows_it_on_a_real_head() -> None:
    head = load_character(dataset("characters/facecap_live_avatar.glb"))
    opened: list[ClipSolver] = []
    told: list[tuple[str, int, int]] = []

    def opener() -> ClipSolver:
        opened.append(Reciter(short("take").weights, 0.125))
        return opened[-1]

    found = neutral_ground(
        [head],
        [short("take"), short("mixed"), short("alone")],
        {"biased": opener},
        lambda *said: told.append(said),
        {"less": "biased"},
    )
    assert len(opened) == 3
    assert all(isinstance(each, Reciter) and each.closed for each in opened)
    assert told[-1] == ("facecap_live_avatar, alone", 40, 40)
    biased, less = found["biased"][0], found["less"][0]
    assert biased.rest == pytest.approx(0.125)
    assert less.rest == pytest.approx(0.0)
    assert np.nanmin(less.followed["take"].r) > 0.99
    assert less.followed["take"].found == 1.0
    # Lips are shut in the rows of mouthClose and of the smile, twice.
    assert less.shut >= 20
    assert less.apart == 0


def test_the_tongue_is_not_asked_of_a_head_without_one() -> None:
    head = load_character(dataset("characters/facecap_live_avatar.glb"))
    truth = truth_of(head, alone())
    assert not truth[:, INDEX["tongueOut"]].any()
    assert truth[:, INDEX["jawOpen"]].any()
