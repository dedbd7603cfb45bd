"""Writes a command's output to the terminal on a separate thread.

A terminal may block output: after Ctrl-S, while text is selected on Windows, or if it
is a pipe that no program reads. Only this thread waits for it. When its queue is full,
new lines are dropped and counted.
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
"""Longest queue, in lines."""

CLOSE_S: Final = 0.15
"""At the end, the longest wait for a terminal that accepts no output."""

Write = Callable[[], object]
"""Prints something to the console."""


class Terminal:
    """A console that never blocks its callers. Use it from any thread."""

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
        """Write the queued lines, for as long as the terminal accepts output."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        before = -1
        while self._thread.is_alive() and self._written != before:
            before = self._written
            self._thread.join(CLOSE_S)

    def say(self, text: str) -> None:
        """Queue text to be printed unchanged, or drop it."""
        self.put(
            lambda: self.console.print(
                text, highlight=False, markup=False, soft_wrap=True
            )
        )

    def put(self, write: Write, *, always: bool = False) -> None:
        """Queue a function that prints.

        Args:
            write: prints to the console.
            always: never drop it, even if the queue is full.
        """
        with self._changed:
            if len(self._waiting) >= QUEUED and not always:
                self._lost += 1
                return
            self._waiting.append(write)
            self._changed.notify()

    def draw(self, write: Write) -> None:
        """Draw a picture after all queued lines; a newer one replaces a waiting one."""
        with self._changed:
            self._picture = write
            self._changed.notify()

    @contextmanager
    def live(self, picture: RenderableType) -> Iterator[Callable[[], None]]:
        """Keep a picture below the lines; yield a function that redraws it.

        Another thread renders the picture while its owner may change it.
        """
        # With redirection, every `print` would wait for the terminal as well.
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
                    f"- {lost} {told} left out, because the terminal was blocked"
                )
            picture, self._picture = self._picture, None
            return picture

    def _run(self) -> None:
        while (write := self._next()) is not None:
            if not self._gone:
                try:
                    write()
                except (OSError, SystemExit):
                    # The output was closed. Without this, Rich would end the program,
                    # or keep all later output in memory.
                    self._gone = True
                except Exception:
                    self._gone = True
                    traceback.print_exc()
            self._written += 1
