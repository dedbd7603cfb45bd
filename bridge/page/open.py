"""Opens the monitor page of a daemon: the stage, what pages may ask, and the server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .monitor import MonitorPage
from .open_desk import open_desk, open_stage

if TYPE_CHECKING:
    from bridge.daemon import Daemon


def open_monitor(daemon: Daemon, settings_file: Path | None = None) -> MonitorPage:
    """Serve the page of a daemon, by its settings.

    Args:
        daemon: is shown and controlled.
        settings_file: that it was started with, if any; pages may save to it.

    Raises:
        BridgeError: the address cannot be listened on, or the character's file is gone.
    """
    stage = open_stage(daemon.config.character, daemon.character)
    page = MonitorPage(
        daemon,
        daemon.config.monitor,
        stage=stage,
        character=lambda: (stage.number, stage.file()),
    )
    desk = open_desk(daemon, stage, page.hub.tell, settings_file)
    page.hub.look = desk.see
    page.start(desk)
    return page
