import os
import signal
import sys
import threading
import weakref
from collections.abc import Callable, Iterator

import pytest

from bridge import ending, leaving
from bridge.clock import monotonic_ns
from bridge.ending import ECHO_NS, Ending
from bridge.leaving import in_time

STOPS = [
    sign for name in ending.SIGNALS if (sign := getattr(signal, name, None)) is not None
]


class Left:
    """How a process would have ended."""

    def __init__(self) -> None:
        self.codes: list[int] = []
        self.over = threading.Event()

    def __call__(self, code: int) -> None:
        self.codes.append(code)
        self.over.set()


@pytest.fixture(autouse=True)
def forgets(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a test leaves behind is its own."""
    before = [(sign, signal.getsignal(sign)) for sign in STOPS]
    monkeypatch.setattr(leaving, "_left", [])
    monkeypatch.setattr(leaving, "_broken", threading.Event())
    monkeypatch.setattr(leaving, "_ended", threading.Event())
    yield
    for sign, handler in before:
        signal.signal(sign, handler)


@pytest.mark.parametrize("sign", STOPS)
def test_a_signal_ends_the_work_once(sign: signal.Signals) -> None:
    left, done = Left(), []

    def work() -> None:
        signal.raise_signal(sign)
        done.append("not this")

    with Ending(leave=left) as it:
        it.run(work)
        done.append("closed")
        assert it.interrupted and it.asked.wait(10.0)
    assert done == ["closed"] and not left.codes


class Watched:
    """Something with weak references."""


@pytest.mark.parametrize("sign", STOPS)
def test_a_signal_whose_exception_a_callback_loses_is_sent_again(
    sign: signal.Signals, capsys: pytest.CaptureFixture[str]
) -> None:
    left, done = Left(), []

    def callback(_: object) -> None:
        signal.raise_signal(sign)
        done.append("not this")

    def work() -> None:
        watched = Watched()
        kept = weakref.ref(watched, callback)
        del watched
        assert kept() is None
        for _ in range(1000):
            threading.Event().wait(0.01)
        done.append("nor this")

    hook = sys.unraisablehook
    with Ending(leave=left) as it:
        it.run(work)
        assert it.interrupted and it.asked.wait(10.0)
    assert not done and not left.codes
    assert capsys.readouterr().err == ""
    assert sys.unraisablehook is hook


def test_other_errors_of_callbacks_are_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[sys.UnraisableHookArgs] = []
    monkeypatch.setattr(sys, "unraisablehook", seen.append)

    def callback(_: object) -> None:
        raise KeyError("of a callback")

    def work() -> None:
        watched = Watched()
        kept = weakref.ref(watched, callback)
        del watched
        assert kept() is None

    with Ending() as it:
        it.run(work)
    assert [type(each.exc_value) for each in seen] == [KeyError]


def test_without_a_signal_nothing_is_changed() -> None:
    before = [signal.getsignal(sign) for sign in STOPS]
    threads = threading.active_count()
    results: list[int] = []
    with Ending() as it:
        it.run(lambda: results.append(1))
    assert results == [1] and not it.interrupted and not it.asked.is_set()
    assert [signal.getsignal(sign) for sign in STOPS] == before
    assert signal.set_wakeup_fd(-1) == -1
    assert threading.active_count() == threads


def test_errors_pass_unless_a_signal_has_caused_them() -> None:
    def fails() -> None:
        raise ImportError("initialization failed")

    def interrupted() -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            fails()

    with Ending() as it, pytest.raises(ImportError):
        it.run(fails)
    with Ending() as it:
        it.run(interrupted)
    assert it.interrupted


def test_while_all_is_closed_a_signal_raises_nothing() -> None:
    left = Left()
    with Ending(leave=left) as it:
        it.run(lambda: None)
        signal.raise_signal(signal.SIGINT)
        assert it.asked.wait(10.0)
    assert not it.interrupted and not left.codes


def press_until(done: Callable[[], bool]) -> None:
    """Send SIGINT again and again; two in one moment count as one."""
    end_ns, pause = monotonic_ns() + 30 * 10**9, threading.Event()
    while not done():
        assert monotonic_ns() < end_ns, "did not happen in time"
        signal.raise_signal(signal.SIGINT)
        pause.wait(2 * ECHO_NS / 1e9)


def test_a_second_signal_ends_the_process_after_what_must_be_saved() -> None:
    left, given = Left(), list[float]()

    def rescue(seconds: float) -> int:
        given.append(seconds)
        return 6

    with Ending(limit_s=None, leave=left) as it:
        it.rescue = rescue
        it.run(lambda: signal.raise_signal(signal.SIGINT))
        assert it.asked.wait(10.0) and not left.codes
        press_until(left.over.is_set)
    assert left.codes == [6] and given == [ending.RESCUE_S]


@pytest.mark.parametrize("raises", [True, False])
def test_a_rescue_that_fails_or_hangs_does_not_keep_it(raises: bool) -> None:
    left, never = Left(), threading.Event()

    def rescue(seconds: float) -> int:
        if raises:
            raise OSError("no")
        never.wait(60.0)
        return 0

    with Ending(code=1, limit_s=None, leave=left) as it:
        it.rescue = rescue
        it.run(lambda: signal.raise_signal(signal.SIGINT))
        press_until(left.over.is_set)
        never.set()
    assert left.codes == [1]


def test_when_the_time_is_up_the_process_ends(
    capsys: pytest.CaptureFixture[str],
) -> None:
    left = Left()
    with Ending(leave=left, limit_s=0.1) as it:
        it.run(lambda: None)
        assert left.over.wait(30.0)
    assert left.codes == [0]
    assert capsys.readouterr().err == f"facewire: {ending.LATE}\n"


def test_a_signal_is_heard_although_the_main_thread_swallows_it() -> None:
    left = Left()

    def work() -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            # As an extension module may while it is imported.
            assert left.over.wait(30.0)

    with Ending(leave=left, limit_s=0.1, told="stopped", code=1) as it:
        it.run(work)
    assert left.codes == [1]


def test_steps_that_end_begin_the_time_anew() -> None:
    left, pause = Left(), threading.Event()
    with Ending(leave=left, limit_s=30.0) as it:
        it.run(lambda: None)
        for _ in range(5):
            it.more()
            pause.wait(0.01)
        assert not left.codes
        it._limit_s = 0.05  # as if the last step hung
        assert left.over.wait(30.0)


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="no such signal here")
def test_what_is_ignored_from_the_start_stays_so() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Ending() as it:
            it.run(lambda: signal.raise_signal(signal.SIGHUP))
            assert not it.interrupted
    finally:
        signal.signal(signal.SIGHUP, before)


def test_what_takes_too_long_is_left_behind_and_the_process_ends_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left, never = Left(), threading.Event()
    monkeypatch.setattr(os, "_exit", left)
    assert in_time(lambda: 5, 30.0) == 5
    with pytest.raises(SystemExit) as orderly:
        leaving.leave(3)
    assert orderly.value.code == 3 and not left.codes
    assert in_time(lambda: never.wait(60.0), 0.05) is None
    with pytest.raises(SystemExit):  # the process would be gone here
        leaving.leave(0)
    assert left.codes == [0]
    never.set()


def test_once_all_is_closed_no_signal_spoils_the_exit_code() -> None:
    with Ending() as it:
        it.run(lambda: None)
    with pytest.raises(SystemExit):
        leaving.leave(0)
    signal.raise_signal(signal.SIGINT)
    signal.raise_signal(signal.SIGTERM)


def test_threads_that_outlive_a_command_are_left_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left, never = Left(), threading.Event()
    monkeypatch.setattr(os, "_exit", left)
    with Ending() as it:
        it.run(threading.Thread(target=never.wait, args=(60.0,)).start)
    with pytest.raises(SystemExit):
        leaving.leave(4)
    assert left.codes == [4]
    never.set()


def test_output_that_nobody_reads_ends_the_process_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Closed:
        def flush(self) -> None:
            raise BrokenPipeError

    left = Left()
    monkeypatch.setattr(os, "_exit", left)
    monkeypatch.setattr(sys, "stdout", Closed())
    with Ending() as it:
        it.run(lambda: None)
    with pytest.raises(SystemExit):
        leaving.leave(0)
    assert left.codes == [0]
