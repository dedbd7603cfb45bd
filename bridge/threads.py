"""Waits for a thread to end, with a limit."""

from __future__ import annotations

import threading
from typing import Final

SLICE_S: Final = 0.05
"""Time is counted in slices, so that a pause of the whole machine counts only once."""


def ended(thread: threading.Thread, limit_s: float) -> bool:
    """Wait at most `limit_s` for a thread; return True if it has ended."""
    for _ in range(round(limit_s / SLICE_S)):
        if not thread.is_alive():
            break
        thread.join(SLICE_S)
    return not thread.is_alive()
