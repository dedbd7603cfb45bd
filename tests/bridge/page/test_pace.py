"""How a page that sends too much is slowed down."""

import pytest

from bridge.page.pace import AT_ONCE, PER_S, Pace


def test_a_burst_is_free_and_then_messages_wait() -> None:
    pace = Pace(lambda: 0)
    waits = [pace.next_s() for _ in range(int(AT_ONCE) + 2)]
    assert waits[: int(AT_ONCE)] == [0.0] * int(AT_ONCE)
    assert waits[-2:] == pytest.approx([1.0 / PER_S, 2.0 / PER_S])


def test_a_steady_page_never_waits() -> None:
    now = [0]
    pace = Pace(lambda: now[0])
    for _ in range(1000):
        assert pace.next_s() == 0.0
        now[0] += round(1.01e9 / PER_S)


def test_rest_earns_no_more_than_a_burst() -> None:
    now = [0]
    pace = Pace(lambda: now[0])
    now[0] = 10**12
    waits = [pace.next_s() for _ in range(int(AT_ONCE) + 1)]
    assert waits[-1] > 0.0 and not any(waits[:-1])
