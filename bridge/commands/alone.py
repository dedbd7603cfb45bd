"""`facewire` without a command: the monitor page on the first camera, or the demo.

Nothing that a beginner can do without ends it: a camera that cannot be opened gives way
to the demo, and a sink whose port another program uses is left out. A sentence says so.
"""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bridge.config import Config
from bridge.config_file import load_config
from bridge.errors import CaptureError, SinkError
from bridge.leaving import in_time
from protocols.wording import shown

from .monitoring import Say
from .running import Opens, Way, carry_out, open_daemon

if TYPE_CHECKING:
    from bridge.capture.devices import CameraInfo
    from bridge.daemon import Daemon

BROWSER_S: Final = 2.0
"""How long the system may take to start a browser; the run goes on meanwhile."""

SETTINGS_FILE: Final = Path("facewire.toml")
"""`facewire init` writes it. As with `facewire run`, it counts only if it is named."""


def alone(
    settings: Sequence[str] = (),
    sinks: Sequence[str] = (),
    duration_s: float | None = None,
) -> None:
    """Show the first camera, or the demo, on the monitor page until Ctrl-C.

    Args:
        settings: `key=value` as for `--set`; the page is served in any case.
        sinks: as for `--sink`; the default ones if empty.
        duration_s: when it ends by itself; None for never.
    """

    def load() -> Config:
        return load_config(sinks=sinks, settings=[*settings, "monitor.enabled=true"])

    def opens(config: Config, say: Say) -> Daemon:
        if SETTINGS_FILE.is_file():
            say(
                f"{SETTINGS_FILE} is not used; to use it: "
                f"facewire run {SETTINGS_FILE} --monitor"
            )
        return open_first(without_taken(config, say), cameras(), say)

    carry_out(load, Way(duration_s=duration_s, opens=opens, opened=browse))


def cameras() -> Sequence[CameraInfo]:
    """Return the cameras of this machine, or the first that may be there."""
    # It imports OpenCV, which --help does not need.
    from bridge.capture.devices import CameraInfo, list_cameras

    if sys.platform == "linux":
        return list_cameras()
    # To list them, each would have to be opened, which takes seconds.
    return (CameraInfo(0, "", "the first camera"),)


def first_source(cameras: Sequence[CameraInfo]) -> tuple[str, str]:
    """Return the source that is shown, and a sentence that says so.

    Args:
        cameras: of this machine.
    """
    if not cameras:
        return "demo", demo_instead("No camera was found")
    first = cameras[0]
    told = f"Camera: {shown(first.name)} (camera:{first.index})"
    if len(cameras) > 1:
        other = f"camera:{cameras[1].index}"
        told += f"; `facewire run --monitor --source {other}` shows another"
    return f"camera:{first.index}", (
        f"{told}. Ctrl-C ends facewire; `facewire --help` lists what else it does."
    )


def demo_instead(why: str) -> str:
    """Return a sentence that says that the demo is shown, and why."""
    return (
        f"{why}, so this is the demo. Connect a camera and start facewire again, or "
        "see `facewire doctor`. Ctrl-C ends facewire."
    )


def open_first(
    config: Config,
    cameras: Sequence[CameraInfo],
    say: Say,
    opens: Opens = open_daemon,
) -> Daemon:
    """Open a daemon on the first camera; if that is not possible, on the demo.

    Args:
        config: the settings; their source is replaced.
        cameras: of this machine.
        say: is told what is shown.
        opens: opens the daemon.

    Raises:
        BridgeError: another part than the camera cannot be opened.
    """
    source, sentence = first_source(cameras)
    say(sentence)
    try:
        return opens(_on(config, source), say)
    except CaptureError as error:
        if source == "demo":
            raise
        say(demo_instead(f"This camera cannot be used ({error})"))
    return opens(_on(config, "demo"), say)


def without_taken(config: Config, say: Say) -> Config:
    """Return settings without the sinks that cannot be opened now.

    Args:
        config: the settings.
        say: is told of each sink that is left out.
    """
    from bridge.sinks.open import open_sink

    usable = []
    for target in config.sinks:
        try:
            open_sink(target, config.subject_names()).close()
        except SinkError as error:
            say(f"facewire goes on without this receiver: {error}")
        else:
            usable.append(target)
    return config.model_copy(update={"sinks": usable})


def browse(
    address: str,
    *,
    open_page: Callable[[str], object] | None = None,
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
    screen = any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    if platform in ("win32", "darwin"):
        # Over SSH, the browser would open in front of somebody else.
        screen = "SSH_CONNECTION" not in environment
    if not terminal or not screen:
        return False
    asked = open_page or open_window
    return bool(in_time(lambda: asked(address), BROWSER_S))


def open_window(address: str) -> bool:
    """Open an address in a browser that has a window; return False without one."""
    browser = webbrowser.get()
    # Browsers of this very class draw in the terminal, which shows the live table.
    if type(browser) is webbrowser.GenericBrowser:
        return False
    return browser.open(address)


def _on(config: Config, source: str) -> Config:
    capture = config.capture.model_copy(update={"source": source})
    return config.model_copy(update={"capture": capture})
