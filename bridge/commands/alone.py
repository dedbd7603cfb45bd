"""`facewire` without a command: the monitor page on the first camera, or the demo."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from bridge.config import Config
from bridge.config_file import load_config
from bridge.leaving import in_time
from bridge.printing import say
from protocols.wording import shown

from .running import Way, carry_out

if TYPE_CHECKING:
    from bridge.capture.devices import CameraInfo

BROWSER_S = 2.0
"""How long the system may take to start a browser; the run goes on meanwhile."""


def alone() -> None:
    """Show the first camera, or the demo, on the monitor page until Ctrl-C."""
    # It imports OpenCV, which --help does not need.
    from bridge.capture.devices import list_cameras

    source, sentence = first_source(list_cameras())
    say(sentence)

    def load() -> Config:
        return load_config(None, source=source, settings=["monitor.enabled=true"])

    carry_out(load, Way(opened=browse))


def first_source(cameras: Sequence[CameraInfo]) -> tuple[str, str]:
    """Return the source that is shown, and a sentence that says so.

    Args:
        cameras: of this machine.
    """
    if not cameras:
        return "demo", (
            "No camera was found, so this is the demo. Connect a camera and start "
            "facewire again, or see `facewire doctor`."
        )
    first = cameras[0]
    told = f"Camera: {shown(first.name)} (camera:{first.index})"
    if len(cameras) > 1:
        other = f"camera:{cameras[1].index}"
        told += f"; `facewire run --monitor --source {other}` shows another"
    return f"camera:{first.index}", (
        f"{told}. Ctrl-C ends facewire; `facewire --help` lists what else it does."
    )


def browse(
    address: str,
    *,
    open_page: Callable[[str], object] = webbrowser.open,
    platform: str = sys.platform,
    environment: Mapping[str, str] = os.environ,
    terminal: bool | None = None,
) -> bool:
    """Open the page in a browser, if a person is there to see it.

    Args:
        address: of the page.
        open_page: opens a browser.
        platform: a value of `sys.platform`.
        environment: tells whether there is a display.
        terminal: True if standard output is a terminal; None asks it.

    Returns:
        True if a browser was asked to open it.
    """
    if terminal is None:
        terminal = sys.stdout is not None and sys.stdout.isatty()
    screen = platform in ("win32", "darwin") or any(
        environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    if not terminal or not screen:
        return False
    return bool(in_time(lambda: open_page(address), BROWSER_S))
