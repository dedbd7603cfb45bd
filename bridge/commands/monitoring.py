"""Opens the monitor page of a run, and tells its address."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bridge.daemon import Daemon
    from bridge.page.monitor import MonitorPage

Say = Callable[[str], object]
"""Prints a line."""


def show_page(daemon: Daemon, settings_file: Path | None, say: Say) -> MonitorPage:
    """Serve the page of a running daemon and print its address.

    Args:
        daemon: runs.
        settings_file: that it was started with, if any.
        say: prints a line. The address has a token, so it is no matter for a log.

    Raises:
        BridgeError: the page's address cannot be listened on.
    """
    # The stage needs the reader of characters, which a run without a page need not.
    from bridge.page.open import open_monitor

    page = open_monitor(daemon, settings_file)
    say(f"Monitor: {page.address}")
    return page
