import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engines.face.settle import LEAST, Settle
from protocols.arrays import Floats
from protocols.channels import ARKIT, INDEX

JAW, LID = INDEX["jawOpen"], INDEX["eyeBlinkLeft"]
SURE, UNSURE = np.full(52, 1e-4, np.float32), np.full(52, 0.2, np.float32)


def face(value: float) -> Floats:
    return np.full(52, value, dtype=np.float32)


def follow(values: list[float], sigma: Floats, fps: float = 30.0) -> Floats:
    settle = Settle()
    return np.array([settle(face(v), sigma, i / fps) for i, v in enumerate(values)])


def test_the_first_face_is_as_it_comes() -> None:
    np.testing.assert_array_equal(Settle()(face(0.4), UNSURE, 7.0), face(0.4))


def test_who_is_sure_is_followed_at_once() -> None:
    said = follow([0.2, 0.25, 0.9], SURE)

    assert said[:, JAW] == pytest.approx([0.2, 0.25, 0.9], abs=1e-4)


def test_small_changes_of_the_unsure_are_followed_slowly_and_in_the_end() -> None:
    said = follow([0.2] + [0.22] * 60, UNSURE)[:, JAW]

    assert said[1] - 0.2 == pytest.approx(LEAST * 0.02, rel=0.2)
    assert said[-1] == pytest.approx(0.22, abs=1e-4)


def test_large_changes_of_the_unsure_are_followed_by_most_of_them() -> None:
    assert follow([0.0, 0.8], UNSURE)[1, JAW] > 0.75


def test_what_trembles_within_its_deviation_is_calmed() -> None:
    rng = np.random.default_rng(3)
    noise = (0.5 + 0.05 * rng.standard_normal(300)).tolist()

    said = follow(noise, UNSURE)[30:, JAW]

    assert said.std() < 0.65 * np.std(noise[30:])


def test_a_blink_is_never_doubted() -> None:
    said = follow([0.0, 0.1, 0.12, 0.0], UNSURE)

    assert said[:, LID] == pytest.approx([0.0, 0.1, 0.12, 0.0])
    assert said[1, JAW] < 0.1


def test_at_twice_the_rate_it_settles_in_the_same_time() -> None:
    slow = follow([0.2] + [0.22] * 10, UNSURE, 30.0)[-1, JAW]
    fast = follow([0.2] + [0.22] * 20, UNSURE, 60.0)[-1, JAW]

    assert fast == pytest.approx(slow, abs=5e-4)


@pytest.mark.parametrize("step_s", [0.3, 0.0, -1.0])
def test_after_a_gap_or_a_step_back_it_begins_anew(step_s: float) -> None:
    settle = Settle()
    settle(face(0.2), UNSURE, 5.0)

    np.testing.assert_array_equal(settle(face(0.21), UNSURE, 5.0 + step_s), face(0.21))


def test_reset_forgets() -> None:
    settle = Settle()
    settle(face(0.2), UNSURE, 5.0)
    settle.reset()

    np.testing.assert_array_equal(settle(face(0.21), UNSURE, 5.01), face(0.21))


def test_who_asked_may_change_the_answer() -> None:
    settle = Settle()
    settle(face(0.2), UNSURE, 0.0)[:] = 9.0

    assert settle(face(0.2), UNSURE, 0.03)[JAW] == pytest.approx(0.2)


rows = hnp.arrays(np.float32, (6, len(ARKIT)), elements=st.floats(0, 1, width=32))
deviations = hnp.arrays(np.float32, len(ARKIT), elements=st.floats(2**-20, 4, width=32))


@given(rows, deviations)
def test_it_never_leaves_what_was_solved(values: Floats, sigma: Floats) -> None:
    settle = Settle()
    for i, row in enumerate(values):
        said = settle(row, sigma, i / 30)
        assert (said <= values[: i + 1].max(axis=0) + 1e-6).all()
        assert (said >= values[: i + 1].min(axis=0) - 1e-6).all()
