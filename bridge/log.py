"""Logging, set up once, by the command line only.

    >  sent      <  received      x  dropped or failed      -  opened, closed, changed

Nothing is logged per frame above DEBUG.
"""

from __future__ import annotations

import logging

from rich.console import Console
from rich.logging import RichHandler


def set_up(console: Console, *, verbose: bool) -> None:
    """Send our loggers' lines to the console, above a live table if there is one."""
    handler = RichHandler(
        console=console, show_path=False, rich_tracebacks=False, markup=False
    )
    handler.setFormatter(logging.Formatter("%(message)s", datefmt="%H:%M:%S"))
    root = logging.getLogger("bridge")
    root.handlers[:] = [handler]
    root.propagate = False
    root.setLevel(logging.DEBUG if verbose else logging.INFO)
