"""Waits for something of another process, with a limit."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Final

from bridge.clock import monotonic_ns

LONGEST_S: Final = 60.0
"""Long enough for a loaded machine. On a quiet one, waits end much sooner."""
GAP_S: Final = 0.05


def until(asked: Callable[[], Any], seconds: float = LONGEST_S) -> Any:
    """Return the first true answer; fail the test after `seconds`."""
    end_ns = monotonic_ns() + round(seconds * 1e9)
    while True:
        if found := asked():
            return found
        assert monotonic_ns() < end_ns, f"after {seconds:g} s this is still {found!r}"
        threading.Event().wait(GAP_S)
