import _thread
import signal
import threading

import pytest

from bridge.ending import Ending
from bridge.errors import ModelError
from bridge.interruptible import interruptible


def test_what_work_returns_and_raises_comes_through() -> None:
    def fails(stop: threading.Event) -> int:
        raise ModelError("no")

    assert interruptible(lambda stop: 5) == 5
    with pytest.raises(ModelError, match="no"):
        interruptible(fails)


def test_ctrl_c_has_the_work_end_before_it_is_said() -> None:
    ended = threading.Event()

    def work(stop: threading.Event) -> None:
        for _ in range(3):  # the impatient press it again
            _thread.interrupt_main()
            assert stop.wait(30.0)
        ended.set()
        raise ModelError("stopped")

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        interruptible(work)
    assert ended.is_set()
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_discards_what_was_made_all_the_same() -> None:
    discarded: list[int] = []

    def work(stop: threading.Event) -> int:
        _thread.interrupt_main()
        assert stop.wait(30.0)
        return 5

    with pytest.raises(KeyboardInterrupt):
        interruptible(work, discarded.append)
    assert discarded == [5]


def test_ctrl_c_at_the_very_end_discards_it_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Once the work has ended signals raise again, before anybody has its result."""
    discarded: list[int] = []
    put = signal.signal

    def interrupted(sign: int, handler: object) -> object:
        before = put(sign, handler)  # type: ignore[arg-type]
        if handler is signal.default_int_handler:
            raise KeyboardInterrupt
        return before

    original = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(signal, "signal", interrupted)
            interruptible(lambda stop: 5, discarded.append)
    finally:
        put(signal.SIGINT, original)
    assert discarded == [5]


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_whatever_ends_the_command_ends_its_work(sign: signal.Signals) -> None:
    left: list[int] = []

    def work(stop: threading.Event) -> None:
        _thread.interrupt_main(sign)
        assert stop.wait(30.0)

    with Ending(leave=left.append) as ending:
        ending.run(lambda: interruptible(work))
    assert not left


def test_from_another_thread_it_is_plain_work() -> None:
    results: list[int] = []
    thread = threading.Thread(
        target=lambda: results.append(interruptible(lambda stop: 5))
    )
    thread.start()
    thread.join(10.0)
    assert results == [5]
