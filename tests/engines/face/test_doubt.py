import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.face.doubt import (
    AWAY,
    GEOMETRIC,
    MEDIAPIPE,
    UNKNOWN,
    WIDEST,
    ErrorTable,
    table,
)
from protocols.channels import ARKIT, INDEX, MIRROR

TABLES = pytest.mark.parametrize(
    "errors", [GEOMETRIC, MEDIAPIPE], ids=["geometric", "mediapipe"]
)


@TABLES
def test_both_sides_of_a_curve_have_one_error_and_all_are_errors(
    errors: ErrorTable,
) -> None:
    numbers = errors.errors
    assert numbers.shape == (52,) and numbers.dtype == np.float32
    np.testing.assert_array_equal(numbers, numbers[MIRROR[:52]])
    assert numbers.min() > 0.05 and numbers.max() < UNKNOWN


def test_the_shipped_numbers() -> None:
    at = [INDEX[name] for name in ("jawOpen", "browDownRight", "mouthSmileLeft")]
    assert GEOMETRIC(0.0)[at].tolist() == pytest.approx([0.17, 0.33, 0.10])
    assert MEDIAPIPE(0.0)[at].tolist() == pytest.approx([0.17, 0.16, 0.10])
    # A quarter more for a radian, and a fifth more for a stranger.
    np.testing.assert_allclose(GEOMETRIC(0.4), 1.1 * GEOMETRIC(0.0), rtol=1e-6)
    np.testing.assert_allclose(GEOMETRIC(0.0, 0.0), 1.2 * GEOMETRIC(0.0), rtol=1e-6)
    np.testing.assert_allclose(MEDIAPIPE(0.4), 1.02 * MEDIAPIPE(0.0), rtol=1e-6)


@TABLES
def test_a_head_turned_away_is_known_as_little_as_one_that_is_not_seen(
    errors: ErrorTable,
) -> None:
    edge = errors(WIDEST)
    assert np.all(errors((WIDEST + AWAY) / 2) > edge + 0.5 * (UNKNOWN - edge) - 0.02)
    assert np.all(errors(AWAY) >= UNKNOWN - 1e-6)


@TABLES
@given(turn=st.floats(0.0, np.pi), more=st.floats(0.0, 1.0), known=st.floats(0.0, 1.0))
def test_a_doubt_grows_with_the_turn_and_stays_a_doubt(
    errors: ErrorTable, turn: float, more: float, known: float
) -> None:
    doubt, farther = errors(turn, known), errors(turn + more, known)
    assert doubt.shape == (len(ARKIT),) and doubt.dtype == np.float32
    assert doubt.min() > 0.0 and farther.max() <= 1.0
    assert (farther >= doubt - 1e-6).all()


def test_a_table_is_not_changed_by_its_use() -> None:
    before = GEOMETRIC.errors.copy()
    GEOMETRIC(1.0)[:] = 9.0
    np.testing.assert_array_equal(GEOMETRIC.errors, before)


def test_a_missing_curve_is_named() -> None:
    errors = {name: 0.1 for name in ARKIT if not name.startswith("jawL")}
    assert table(errors)[INDEX["jawLeft"]] == np.float32(0.1)  # from jawRight
    del errors["cheekPuff"]
    with pytest.raises(ValueError, match="doubt: no error for cheekPuff"):
        table(errors)
