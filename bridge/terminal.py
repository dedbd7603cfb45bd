"""What a command shows while it streams, written by a thread of its own.

A terminal may take no output: Ctrl-S, selected text on Windows, a pipe that nobody
reads. Only this thread waits for it; what finds no room meanwhile is left out, and
counted.
"""

from __future__ import annotations

import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console, RenderableType
from rich.live import Live

QUEUED: Final = 256
"""Lines that wait for a terminal."""

CLOSE_S: Final = 0.15
"""A terminal that takes nothing for so long at the end is left to itself."""

Write = Callable[[], object]
"""Prints something to the console."""


class Terminal:
    """A console whose users never wait for it. From any thread."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._waiting: deque[Write] = deque()
        self._picture: Write | None = None
        self._lost = 0
        self._written = 0
        self._gone = self._closing = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="terminal", daemon=True)

    def __enter__(self) -> Terminal:
        """Start the thread."""
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        """Have it write what waits, as long as the terminal takes it."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        before = -1
        while self._thread.is_alive() and self._written != before:
            before = self._written
            self._thread.join(CLOSE_S)

    def say(self, text: str) -> None:
        """Print text as it is, or leave it out."""
        self.put(
            lambda: self.console.print(
                text, highlight=False, markup=False, soft_wrap=True
            )
        )

    def put(self, write: Write, *, always: bool = False) -> None:
        """Have something printed in its turn.

        Args:
            write: prints it.
            always: what must not be left out, however much waits.
        """
        with self._changed:
            if len(self._waiting) >= QUEUED and not always:
                self._lost += 1
                return
            self._waiting.append(write)
            self._changed.notify()

    def draw(self, write: Write) -> None:
        """Have a picture drawn after all lines; only the newest that waits is drawn."""
        with self._changed:
            self._picture = write
            self._changed.notify()

    @contextmanager
    def live(self, picture: RenderableType) -> Iterator[Callable[[], None]]:
        """Keep a picture below the lines; draw it anew whenever the result is called.

        The picture is rendered on another thread while its owner changes it.
        """
        # Redirected, what anybody prints would wait for the terminal as well.
        live = Live(
            picture,
            console=self.console,
            auto_refresh=False,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self.put(live.start, always=True)
        try:
            yield lambda: self.draw(live.refresh)
        finally:
            self._picture = None
            self.put(live.stop, always=True)

    def _next(self) -> Write | None:
        with self._changed:
            self._changed.wait_for(
                lambda: self._waiting or self._picture or self._closing
            )
            if self._waiting:
                return self._waiting.popleft()
            if self._lost:
                lost, self._lost = self._lost, 0
                told = "line was" if lost == 1 else "lines were"
                return lambda: self.console.print(
                    f"- {lost} {told} left out: the terminal took nothing for a while"
                )
            picture, self._picture = self._picture, None
            return picture

    def _run(self) -> None:
        while (write := self._next()) is not None:
            if not self._gone:
                try:
                    write()
                except (OSError, SystemExit):
                    # Nobody reads any more: Rich would end the program, or keep all
                    # that is printed in memory.
                    self._gone = True
                except Exception:
                    self._gone = True
                    traceback.print_exc()
            self._written += 1
