from hypothesis import given
from hypothesis import strategies as st

from bridge.capture.backoff import Backoff


def test_pauses_double_to_the_longest() -> None:
    backoff = Backoff(first_s=0.25, longest_s=4.0)
    assert [backoff.pause_s(n) for n in range(7)] == [0.25, 0.5, 1, 2, 4, 4, 4]


@given(st.integers(0, 10**9))
def test_no_number_of_failures_is_too_many(failures: int) -> None:
    backoff = Backoff(first_s=0.1, longest_s=3.0)
    assert 0.1 <= backoff.pause_s(failures) <= backoff.pause_s(failures + 1) <= 3.0
