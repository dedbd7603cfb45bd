"""Keeps C libraries from writing to the terminal."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator


@contextlib.contextmanager
def muted() -> Iterator[None]:
    """Discard what is written to file descriptor 2 in this block.

    Some libraries write there whatever their settings say. Python's errors are raised,
    not printed, and are not affected.
    """
    try:
        kept = os.dup(2)
    except OSError:  # started without a stderr: there is nothing to redirect
        yield
        return
    try:
        sink = os.open(os.devnull, os.O_WRONLY)
        os.dup2(sink, 2)
        os.close(sink)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
