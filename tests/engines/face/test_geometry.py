import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engines.face.canonical_face import CANONICAL
from engines.face.features import MEASURES, NAMES, PARTNER, TYPICAL, measure
from engines.face.geometry import CLAIMED, CLOSE_SLACK, weights_of
from engines.face.geometry_rows import ROWS
from engines.face.head_turn import TERMS, bend
from protocols.arrays import Floats
from protocols.channels import ARKIT, INDEX, MIRROR
from tests.bridge.solve.puppet import Face, face, shifted

DELTAS = hnp.arrays(np.float32, len(NAMES), elements=st.floats(-6, 6, width=32))
ZERO = np.zeros(len(NAMES), dtype=np.float32)


def curves(points: Face) -> dict[str, float]:
    """Return the weights of a face whose neutral is the canonical one."""
    rest = measure(CANONICAL.astype(np.float32))
    deltas = measure(points.astype(np.float32)) - rest
    deltas[:2] /= rest[:2]
    return dict(zip(ARKIT, weights_of(deltas).tolist(), strict=True))


@given(DELTAS, st.floats(0.0, 1.5))
def test_weights_stay_within_0_and_1(deltas: Floats, turn: float) -> None:
    weights = weights_of(deltas, turn)
    assert weights.shape == (52,)
    assert weights.dtype == np.float32
    assert float(weights.min()) >= 0.0
    assert float(weights.max()) <= 1.0


@given(DELTAS)
def test_mouth_close_never_passes_jaw_open(deltas: Floats) -> None:
    weights = weights_of(deltas)
    assert (
        weights[INDEX["mouthClose"]] <= weights[INDEX["jawOpen"]] + CLOSE_SLACK + 1e-6
    )


def test_a_neutral_face_moves_nothing() -> None:
    assert not weights_of(ZERO).any()


@given(DELTAS)
def test_what_is_not_claimed_stays_0(deltas: Floats) -> None:
    weights = weights_of(deltas)
    assert not any(weights[INDEX[c]] for c in ARKIT if c not in CLAIMED)


def test_at_least_thirty_curves_are_claimed_once_each() -> None:
    assert len(CLAIMED) >= 30
    assert len(set(CLAIMED)) == len(CLAIMED)
    assert set(CLAIMED) <= set(ARKIT)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.curve)
def test_every_row_rises_from_0_to_1(row) -> None:  # type: ignore[no-untyped-def]
    x, y = zip(*row.knots, strict=True)
    assert list(x) == sorted(set(x))
    assert list(y) == sorted(y)
    assert x[0] > 0.0  # a calm face's noise moves nothing
    assert (y[0], y[-1]) == (0.0, 1.0)


@given(st.sampled_from(range(len(NAMES))), st.floats(-3, 3), st.floats(0, 2))
def test_more_evidence_never_means_less(at: int, start: float, more: float) -> None:
    # Through the rows alone: rules between curves may take back.
    for row in ROWS:
        if len(row.terms) != 1:
            continue
        curve = row.curve if row.curve in INDEX else row.curve + "Left"
        ((name, coefficient),) = row.terms.items()
        where = NAMES.index(name if name in NAMES else name + "Left")
        deltas = ZERO.copy()
        deltas[where] = start
        low = weights_of(deltas)[INDEX[curve]]
        deltas[where] += np.sign(coefficient) * more
        assert weights_of(deltas)[INDEX[curve]] >= low - 1e-6


@given(DELTAS)
def test_a_mirrored_face_has_mirrored_curves(deltas: Floats) -> None:
    sides = [
        name.replace("Left", "?").replace("Right", "Left").replace("?", "Right")
        for name in NAMES
    ]
    middle = {m.name for m in MEASURES if m.axis == "x" and not m.sided}
    sign = np.array([-1.0 if n in middle else 1.0 for n in NAMES], np.float32)
    mirrored = deltas[[NAMES.index(n) for n in sides]] * sign
    np.testing.assert_allclose(
        weights_of(mirrored), weights_of(deltas)[MIRROR[:52]], atol=2e-4
    )


def test_a_dropped_jaw_opens_and_does_not_close() -> None:
    below = (152, 175, 199, 148, 377, 176, 400, 200, 18)
    lower = (14, 87, 317, 17, 84, 314, 178, 402, 88, 318)
    chin = dict.fromkeys(below, (0.0, -1.2, -0.8))
    lips = dict.fromkeys(lower, (0.0, -2.4, -0.6))
    side = dict.fromkeys((181, 405, 91, 321), (0.0, -1.9, -0.5))
    found = curves(shifted(face(), chin | lips | side))
    assert found["jawOpen"] > 0.5
    assert found["mouthClose"] < 0.1
    closed = curves(shifted(face(), chin))
    assert closed["mouthClose"] > 0.3
    assert closed["jawOpen"] > 0.3


def test_raised_corners_smile_and_lowered_ones_frown() -> None:
    corners = (61, 78, 291, 308)
    up = curves(shifted(face(), dict.fromkeys(corners, (0.0, 0.8, -0.4))))
    assert min(up["mouthSmileLeft"], up["mouthSmileRight"]) > 0.5
    assert max(up["mouthFrownLeft"], up["mouthFrownRight"]) == 0.0
    down = curves(shifted(face(), dict.fromkeys(corners, (0.0, -0.35, 0.1))))
    assert min(down["mouthFrownLeft"], down["mouthFrownRight"]) > 0.3
    assert max(down["mouthSmileLeft"], down["mouthSmileRight"]) == 0.0


def test_one_raised_brow_is_the_one_that_is_raised() -> None:
    left = {PARTNER[p]: (0.0, 0.6, 0.0) for p in (46, 70, 53, 63, 52, 105)}
    found = curves(shifted(face(), left))
    assert found["browOuterUpLeft"] > 0.5
    assert found["browOuterUpRight"] < 0.1


def test_irises_to_the_actors_left_look_out_left_and_in_right() -> None:
    irises = dict.fromkeys(range(468, 478), (0.4, 0.0, 0.0))
    found = curves(shifted(face(), irises))
    assert found["eyeLookOutLeft"] > 0.3
    assert found["eyeLookInRight"] > 0.3
    assert found["eyeLookInLeft"] == found["eyeLookOutRight"] == 0.0


def test_a_head_that_looks_ahead_bends_nothing() -> None:
    assert not bend(0.0, 0.0).any()
    assert set(TERMS) == {m.name for m in MEASURES}


def test_the_typical_face_is_near_the_canonical_one() -> None:
    assert np.abs(measure(CANONICAL.astype(np.float32)) - TYPICAL).max() < 0.6
