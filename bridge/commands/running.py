"""Carries out a run: starts the daemon, shows its figures, and ends it in order."""

from __future__ import annotations

import json
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from signal import Handlers
from types import FrameType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bridge import log
from bridge.ending import Ending
from bridge.errors import BridgeError, TakeError
from bridge.printing import PlainConsole
from bridge.terminal import Terminal

from .monitoring import Say, show_page

if TYPE_CHECKING:
    from bridge.config import Config
    from bridge.control import Control
    from bridge.daemon import Daemon
    from bridge.discovery.announce import Announcer
    from bridge.live_settings import LiveSettings
    from bridge.page.monitor import MonitorPage
    from bridge.remote.server import RemoteServer

logger = logging.getLogger(__name__)

SLICE_S = 0.1
"""Longest wait of the main thread: Windows reports Ctrl-C only between two waits."""


Opens = Callable[["Config", Say], "Daemon"]
"""Opens a daemon by its settings. The other argument prints a line."""


def open_daemon(config: Config, say: Say) -> Daemon:
    """Open the daemon that the settings describe.

    Raises:
        BridgeError: a part cannot be opened.
    """
    # This imports MediaPipe and OpenCV, which --help does not need.
    from bridge.daemon import Daemon

    return Daemon(config)


def _nothing(address: str) -> None:
    """Do nothing with the page's address."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a run is shown and ended; the settings say what it does."""

    settings_file: Path | None = None
    """Watched for changes, if there is one."""
    duration_s: float | None = None
    stats: Path | None = None
    """Where the final figures are written."""
    quiet: bool = False
    verbose: bool = False
    opens: Opens = open_daemon
    opened: Callable[[str], object] = _nothing
    """Called with the address of the monitor page, if it is served."""


def carry_out(load: Callable[[], Config], way: Way) -> None:
    """Track faces and send them, until Ctrl-C or the end of the source.

    Args:
        load: reads the settings, now and when their file is saved.
        way: how.

    Raises:
        BridgeError: the settings are wrong, a part cannot be opened, or the run failed.
    """
    chosen = load()
    console = PlainConsole()
    running = _Running()
    with (
        Ending() as ending,
        Terminal(console) as terminal,
        log.shown_on(terminal, verbose=way.verbose),
    ):

        def work() -> None:
            # By default the signal would end the program before it can record.
            _on_toggle(signal.SIG_IGN)
            # What it imports would slow --help down.
            from bridge.live_settings import LiveSettings

            running.daemon = daemon = way.opens(chosen, terminal.say)
            ending.rescue = partial(_rescue, daemon)
            daemon.start()
            running.control = _listen(daemon)
            running.remote = _obey(daemon)
            if chosen.monitor.enabled:
                running.page = show_page(daemon, way.settings_file, terminal.say)
                way.opened(running.page.address)
            running.announcer = _announce(chosen, running.page)
            beats = partial(_beats, daemon, ending.asked, way.duration_s)
            live = LiveSettings(way.settings_file, load, chosen, daemon.orders)
            _watch(daemon, live, terminal, beats, way.quiet)

        try:
            ending.run(work)
        finally:
            _on_toggle(signal.SIG_IGN)
            if running.daemon is not None:
                _end(running, running.daemon, ending, terminal, way.stats)
    # Also report the failure in the exit code, for scripts.
    if running.daemon is not None and running.daemon.recorder.failure:
        failure = running.daemon.recorder.failure
        raise TakeError(f"not everything was recorded: {failure}")


@dataclass(slots=True)
class _Running:
    """The parts that must be closed at the end."""

    daemon: Daemon | None = None
    control: Control | None = None
    page: MonitorPage | None = None
    remote: RemoteServer | None = None
    announcer: Announcer | None = None


def _end(
    running: _Running,
    daemon: Daemon,
    ending: Ending,
    terminal: Terminal,
    stats: Path | None,
) -> None:
    """Stop the daemon and print its final figures."""
    from bridge.live_table import closing

    try:
        daemon.stop(ending.more)
    finally:
        for part in (
            *(running.announcer, running.control, running.page),
            running.remote,
        ):
            if part is not None:
                part.close()
                ending.more()
        ending.more()
        try:
            if stats is not None:
                _write(stats, daemon)
        finally:
            terminal.say(closing(daemon))
        ending.more()


def _write(stats: Path, daemon: Daemon) -> None:
    try:
        stats.write_text(json.dumps(daemon.stats(), indent=2) + "\n")
    except OSError as error:
        raise BridgeError(
            f"--stats {stats}: cannot be written ({error.strerror or error})"
        ) from error


def _rescue(daemon: Daemon, seconds: float) -> int:
    """Save the take within `seconds`, and return the exit code."""
    whole = daemon.recorder.rescue(seconds) and not daemon.recorder.failure
    return daemon.exit_code if whole else TakeError.exit_code


def _listen(daemon: Daemon) -> Control | None:
    """Accept orders over the control socket and by signal."""
    from bridge.control import Control
    from bridge.control_answers import answer

    recorder = daemon.recorder

    def toggle(number: int, frame: FrameType | None) -> None:
        # In a thread, because this thread may hold the recorder's lock.
        threading.Thread(target=recorder.toggle, name="toggle", daemon=True).start()

    _on_toggle(toggle)
    try:
        return Control(partial(answer, daemon))
    except BridgeError as error:
        logger.warning(
            "x %s; `facewire control` and `facewire take` cannot reach this run",
            error,
        )
        return None


def _obey(daemon: Daemon) -> RemoteServer | None:
    """Listen for controllers of the Live Link Face app, if the settings say so."""
    if daemon.remote_targets is None:
        return None
    from bridge.remote.server import open_remote

    return open_remote(daemon, daemon.remote_targets)


def _announce(config: Config, page: MonitorPage | None) -> Announcer | None:
    """Announce by mDNS what others can reach, if the settings say so."""
    if not config.announce.enabled:
        return None
    from bridge.discovery.announce import Announcer, announced

    port = None if page is None else urlsplit(page.address).port
    return Announcer(announced(config, socket.gethostname(), port or 0))


def _on_toggle(handler: Callable[[int, FrameType | None], object] | Handlers) -> None:
    """Set the handler of the signal USR1, which Windows does not have."""
    if hasattr(signal, "SIGUSR1"):
        signal.signal(signal.SIGUSR1, handler)


def _watch(
    daemon: Daemon,
    live: LiveSettings,
    terminal: Terminal,
    beats: Callable[[float], Iterator[None]],
    quiet: bool,
) -> None:
    """Show the daemon's figures and watch the settings file, until the end."""
    from bridge.live_table import REDRAW_S, REPORT_S, Screen
    from bridge.snapshot import snapshot

    screen = Screen()
    screen.add(snapshot(daemon))
    if quiet:
        for _ in beats(REPORT_S):
            live.look()
    elif terminal.console.is_terminal:
        with terminal.live(screen) as refresh:
            for _ in beats(REDRAW_S):
                live.look()
                screen.add(snapshot(daemon))
                refresh()
    else:
        for _ in beats(REPORT_S):
            live.look()
            screen.add(snapshot(daemon))
            terminal.say(screen.line())


def _beats(
    daemon: Daemon, asked: threading.Event, duration_s: float | None, gap_s: float
) -> Iterator[None]:
    """Yield every `gap_s` until the end or `asked`, and once more after that."""
    from bridge.clock import monotonic_ns

    end_ns = None if duration_s is None else monotonic_ns() + round(duration_s * 1e9)
    going = True
    while going:
        beat_ns = monotonic_ns() + round(gap_s * 1e9)
        if end_ns is not None and beat_ns >= end_ns:
            beat_ns = end_ns
        while going and (left_s := (beat_ns - monotonic_ns()) / 1e9) > 0.0:
            going = daemon.wait(min(left_s, SLICE_S)) and not asked.is_set()
        going = going and beat_ns != end_ns
        yield
