"""How long one waits for a thread to end."""

from __future__ import annotations

import threading
from typing import Final

SLICE_S: Final = 0.05
"""Time is counted in slices: what held up the whole machine does not count."""


def ended(thread: threading.Thread, limit_s: float) -> bool:
    """Wait for a thread, at most so long, and return True if it is not running."""
    for _ in range(round(limit_s / SLICE_S)):
        if not thread.is_alive():
            break
        thread.join(SLICE_S)
    return not thread.is_alive()
