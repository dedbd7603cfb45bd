"""Logging, set up once, by the command line only.

    >  sent      <  received      x  dropped or failed      -  opened, closed, changed

Nothing is logged per frame above DEBUG. Whoever logs never waits for the terminal.
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
    """Send log lines to a terminal, above a live table if there is one.

    Those of other packages, and Python's warnings, come from WARNING on.
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
    """Has records printed by the terminal's thread."""

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
        """Hand a record over, or have it counted as left out."""
        self._terminal.put(lambda: self._lines.handle(record))


class _Lines(RichHandler):
    """Prints records; what a terminal raises is the terminal's."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Raise what was raised; without any output there is nothing to raise."""
        error = sys.exc_info()[1]
        if error is not None:
            raise error
