from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.face.anchor import BASIS, LOOSE
from engines.face.canonical_face import CANONICAL
from engines.face.expected_error import REGIONS, region_of
from engines.face.face_basis import bends
from engines.face.landmark_evidence import Reader
from protocols.arrays import Numbers
from tests.engines.face.anchored import COUNT, noisy
from tests.engines.face.made_views import REST, made_view, some

READER = Reader(BASIS, LOOSE)
REGION = np.repeat(region_of(CANONICAL[BASIS.points, 1]), 3)
TURNS = st.tuples(*[st.floats(-0.5, 0.5)] * 3)


def displaced(seed: int, size: float) -> Numbers:
    """Return (52,) weights of any face, and the noise on top, (3P,)."""
    weights = np.random.default_rng(seed).uniform(0.0, 1.0, COUNT)
    moved: Numbers = weights @ BASIS.moves + noisy(size, seed)
    return moved


def left_over(moved: Numbers, k: int) -> float:
    """Return the misfit of one region as its definition has it, by least squares."""
    at = np.equal(REGION, k)
    moves = BASIS.moves[:, at] / BASIS.noise[at]
    here = moved[at] / BASIS.noise[at]
    weights = np.linalg.solve(moves @ moves.T + np.eye(COUNT), moves @ here)
    return float(np.sqrt(np.mean(np.square(here - weights @ moves))))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.1, 3.0), st.floats(0.0, 1.0), TURNS)
def test_it_reads_what_plain_products_say(
    seed: int, size: float, share: float, turn: tuple[float, float, float]
) -> None:
    moved = displaced(seed, size)
    view = made_view(BASIS, np.zeros(COUNT), noise=moved, seen=turn)
    read = READER(view.alignment.points, REST, turn, share)
    gain = share * BASIS.known.gain + (1.0 - share) * BASIS.unknown.gain
    parts = [gain[:, at] @ moved[at] for at in (np.equal(REGION, k) for k in range(3))]
    # The points of a view are in single precision already.
    close = 1e-5 * float(np.abs(gain).max() * np.abs(moved).max())
    np.testing.assert_allclose(read.evidence, parts, rtol=1e-3, atol=close)
    ridge = np.eye(COUNT) / LOOSE**2
    alone = np.linalg.solve(BASIS.known.gram + ridge, BASIS.known.gain @ moved)
    np.testing.assert_allclose(read.alone, alone.clip(0.0, 1.0), atol=1e-4)
    expected = [left_over(moved, k) for k in range(len(REGIONS))]
    np.testing.assert_allclose(read.misfit, expected, rtol=1e-3)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_face_at_rest_says_nothing(share: float) -> None:
    read = READER(REST, REST, (0.0, 0.0, 0.0), share)
    assert not read.evidence.any() and not read.alone.any() and not read.misfit.any()


def test_a_region_speaks_with_its_own_landmarks_only() -> None:
    brow = np.equal(REGION, REGIONS.index("brow"))
    moved = np.where(brow, some(browOuterUpLeft=1.0) @ BASIS.moves, 0.0)
    view = made_view(BASIS, np.zeros(COUNT), noise=moved)
    read = READER(view.alignment.points, REST, view.seen, 1.0)
    first, *others = (np.abs(part).max() for part in read.evidence)
    assert first > 1.0 and max(others) < 1e-4 * first


def test_a_turn_is_taken_out_of_a_displacement() -> None:
    turn = (0.1, -0.3, 0.2)
    view = made_view(BASIS, some(jawOpen=0.7), seen=turn)
    moved = READER.moved(view.alignment.points, REST, turn)
    order = np.argsort(REGION, kind="stable")
    expected = (some(jawOpen=0.7) @ BASIS.moves)[order]
    np.testing.assert_allclose(moved, expected, atol=1e-5)
    turned = READER.moved(view.alignment.points, REST, (0.0, 0.0, 0.0))
    bent = (bends(turn) @ BASIS.turned)[order]
    np.testing.assert_allclose(turned - moved, bent, atol=1e-5)
