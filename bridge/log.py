"""Sets up logging; only the command line uses it. Log lines start with a mark:

    >  sent      <  received      x  dropped or failed      -  opened, closed, changed

Nothing is logged per frame above DEBUG. Logging never waits for the terminal.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import QueueHandler

from rich.logging import RichHandler

from .terminal import Terminal


@contextmanager
def shown_on(terminal: Terminal, *, verbose: bool) -> Iterator[None]:
    """Print log lines on a terminal, above a live table if there is one.

    Lines of other packages, and Python's warnings, are printed from WARNING on.
    """
    ours, root = logging.getLogger("bridge"), logging.getLogger()
    before = ours.handlers[:], ours.propagate, ours.level
    ours.handlers[:], ours.propagate = [_Handler(terminal)], False
    ours.setLevel(logging.DEBUG if verbose else logging.INFO)
    others = _Handler(terminal)
    others.setLevel(logging.WARNING)
    root.addHandler(others)
    logging.captureWarnings(True)
    try:
        yield
    finally:
        logging.captureWarnings(False)
        root.removeHandler(others)
        ours.handlers[:], ours.propagate, level = before
        ours.setLevel(level)


class _Handler(QueueHandler):
    """Prints records on the terminal's thread."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(None)  # type: ignore[arg-type]  # `enqueue` has the terminal
        self._terminal = terminal
        self._lines = _Lines(
            console=terminal.console,
            show_path=False,
            rich_tracebacks=False,
            markup=False,
        )
        self._lines.setFormatter(logging.Formatter("%(message)s", datefmt="%H:%M:%S"))

    def enqueue(self, record: logging.LogRecord) -> None:
        """Queue a record for the terminal's thread, which drops it if it is behind."""
        self._terminal.put(lambda: self._lines.handle(record))


class _Lines(RichHandler):
    """Prints records, and passes exceptions on to `Terminal`."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Raise the current exception, so that `Terminal` handles it."""
        error = sys.exc_info()[1]
        if error is not None:
            raise error
