import io
import logging
import threading
import warnings
from collections.abc import Iterator

import pytest
from rich.console import Console

from bridge import log
from bridge.terminal import QUEUED, Terminal


class Screen(io.StringIO):
    """A terminal that takes output only while it is let."""

    def __init__(self, *, open: bool = True, terminal: bool = False) -> None:
        super().__init__()
        self.let, self.stuck = threading.Event(), threading.Event()
        self._terminal = terminal
        if open:
            self.let.set()

    def isatty(self) -> bool:
        return self._terminal

    def write(self, text: str) -> int:
        if not self.let.is_set():
            self.stuck.set()
            assert self.let.wait(30.0)
        return super().write(text)


@pytest.fixture
def stuck() -> Iterator[Screen]:
    screen = Screen(open=False)
    yield screen
    screen.let.set()


def console(screen: io.StringIO) -> Console:
    return Console(file=screen, width=100)


def test_what_is_said_is_written_as_it_is_and_in_order() -> None:
    screen = Screen()
    with Terminal(console(screen)) as terminal:
        for i in range(3):
            terminal.say(f"[bold]{i} frames")
    assert screen.getvalue().splitlines() == [f"[bold]{i} frames" for i in range(3)]


def test_nobody_waits_for_a_terminal_and_what_was_left_out_is_counted(
    stuck: Screen,
) -> None:
    with Terminal(console(stuck)) as terminal:
        terminal.say("first")
        assert stuck.stuck.wait(10.0)
        for i in range(QUEUED + 5):
            terminal.say(str(i))
        terminal.put(lambda: terminal.console.print("closing"), always=True)
        stuck.let.set()
    lines = stuck.getvalue().splitlines()
    assert lines[: QUEUED + 1] == ["first", *map(str, range(QUEUED))]
    assert lines[QUEUED + 1 :] == [
        "closing",
        "- 5 lines were left out, because the terminal was blocked",
    ]


def test_an_end_does_not_wait_for_a_terminal_that_takes_nothing(stuck: Screen) -> None:
    with Terminal(console(stuck)) as terminal:
        terminal.say("never")
        assert stuck.stuck.wait(10.0)
    assert stuck.getvalue() == ""


def test_of_pictures_that_wait_only_the_newest_is_drawn(stuck: Screen) -> None:
    drawn: list[int] = []
    with Terminal(console(stuck)) as terminal:
        terminal.say("first")
        assert stuck.stuck.wait(10.0)
        for i in range(100):
            terminal.draw(lambda i=i: drawn.append(i))  # type: ignore[misc]
        stuck.let.set()
    assert drawn == [99]


def test_a_live_picture_is_below_the_lines_and_the_cursor_comes_back() -> None:
    screen = Screen(terminal=True)
    shown = Console(file=screen, width=60, force_terminal=True)
    with Terminal(shown) as terminal:
        with terminal.live("the picture") as refresh:
            refresh()
            terminal.say("a line")
        terminal.say("the last line")
    text = screen.getvalue()
    assert text.index("a line") < text.rindex("the picture") < text.index("the last")
    assert text.rindex("\x1b[?25h") > text.rindex("\x1b[?25l")


@pytest.mark.parametrize("fault", [BrokenPipeError, OSError])
def test_a_reader_that_is_gone_is_no_error(
    fault: type[OSError], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Closed(io.StringIO):
        writes = 0

        def write(self, text: str) -> int:
            self.writes += 1
            raise fault

    # Rich turns standard output away for good, which is this process's.
    monkeypatch.setattr("rich.console.os.dup2", lambda *_: None)
    closed = Closed()
    with Terminal(console(closed)) as terminal:
        for _ in range(10):
            terminal.say("who reads this?")
    # Once is enough: Rich would keep the rest in memory.
    assert closed.writes == 1


def test_a_picture_that_cannot_be_drawn_is_told_once_and_ends_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    screen = Screen()
    with Terminal(console(screen)) as terminal:
        terminal.put(lambda: 1 / 0)
        terminal.say("more")
    assert capsys.readouterr().err.count("ZeroDivisionError") == 1


def test_log_lines_never_wait_for_a_terminal(stuck: Screen) -> None:
    ours = logging.getLogger("bridge.sinks.sink")
    with Terminal(console(stuck)) as terminal, log.shown_on(terminal, verbose=False):
        for i in range(QUEUED + 10):
            ours.warning("x %d", i)
        assert stuck.stuck.wait(10.0)
        stuck.let.set()
    text = stuck.getvalue()
    assert "WARNING  x 0" in text and f"x {QUEUED - 1}" in text
    assert "were left out" in text


def test_only_what_matters_of_others_is_shown_and_all_is_as_before_after() -> None:
    ours, root = logging.getLogger("bridge"), logging.getLogger()
    before = ours.handlers[:], ours.level, ours.propagate, root.handlers[:]
    screen = Screen()
    with Terminal(console(screen)) as terminal, log.shown_on(terminal, verbose=False):
        logging.getLogger("bridge.daemon").info("- ours: 7")
        logging.getLogger("bridge.daemon").debug("- not that much")
        others = logging.getLogger("somebody.else")
        others.setLevel(logging.DEBUG)
        others.info("chatter")
        others.warning("theirs")
        try:
            raise ValueError("why")
        except ValueError:
            ours.exception("x failed")
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn("a warning", stacklevel=1)
    text = screen.getvalue()
    for part in ("- ours: 7", "theirs", "x failed", "ValueError: why", "a warning"):
        assert part in text
    assert "chatter" not in text and "not that much" not in text
    assert (ours.handlers, ours.level, ours.propagate, root.handlers) == before


def test_verbose_shows_more() -> None:
    screen = Screen()
    with Terminal(console(screen)) as terminal, log.shown_on(terminal, verbose=True):
        logging.getLogger("bridge.daemon").debug("- that much")
    assert "- that much" in screen.getvalue()
