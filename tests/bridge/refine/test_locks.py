import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("scipy", reason="refining needs SciPy")

from bridge.errors import ConfigError, TakeError
from bridge.refine.locks import Locks, parse_locks

from .takes import take


def test_seconds_and_frames_are_locked_with_their_ends() -> None:
    locks = parse_locks(["1-1.5"], ["10-12", "20-20"])

    assert locks == Locks(((1.0, 1.5),), ((10, 12), (20, 20)))
    assert locks.texts() == ["1-1.5 s", "frames 10-12", "frames 20-20"]
    where = np.flatnonzero(locks.mask(take(200))).tolist()
    assert where == [10, 11, 12, 20, *range(60, 91)]


def test_a_lock_beyond_the_take_is_told() -> None:
    with pytest.raises(TakeError) as caught:
        Locks(frames=((200, 210),)).mask(take(200))
    assert str(caught.value) == (
        "take of 'anna': no frame to lock at frames 200-210; the take has 200 frames "
        "in 3.32 s"
    )


@pytest.mark.parametrize(
    "text", ["", "3", "5-3", "-2-3", "a-b", "1-inf", "nan-2", "1-2-3"]
)
def test_a_range_that_is_none_is_told(text: str) -> None:
    with pytest.raises(ConfigError, match=r"--lock .*expected START-END"):
        parse_locks([text], [])
    with pytest.raises(ConfigError, match=r"--lock-frames .*expected START-END"):
        parse_locks([], [text])


@given(st.text(max_size=12))
def test_any_text_is_a_range_or_a_sentence(text: str) -> None:
    try:
        locks = parse_locks([text], [])
    except ConfigError:
        return
    ((start, end),) = locks.seconds
    assert 0.0 <= start <= end < float("inf")
