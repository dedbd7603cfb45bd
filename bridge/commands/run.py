"""`facewire run`: follow a face and send its curves."""

from __future__ import annotations

import json
import logging
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from signal import Handlers
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.live import Live

from bridge import log
from bridge.config_file import load_config
from bridge.errors import BridgeError, ConfigError, TakeError
from bridge.printing import PlainConsole

from .options import (
    Duration,
    Faces,
    ProfileFile,
    Quiet,
    Setting,
    Slate,
    Stats,
    TakeNumber,
    Video,
)

if TYPE_CHECKING:
    from bridge.config import Config
    from bridge.control import Control
    from bridge.daemon import Daemon
    from bridge.knobs import Knobs

logger = logging.getLogger(__name__)


def run(
    config: Annotated[
        Path | None, typer.Argument(help="A TOML file; `facewire init` writes one.")
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(help="camera:N, video:PATH, url:ADDRESS, images:DIR or demo."),
    ] = None,
    sink: Annotated[
        list[str] | None,
        typer.Option(
            help="livelink=HOST:PORT, vmc=HOST:PORT, osc=HOST:PORT or "
            "zmq=tcp://HOST:PORT; may be repeated and replaces the default ones."
        ),
    ] = None,
    setting: Setting = None,
    pace: Annotated[
        str | None,
        typer.Option(help="A file at its own pace (real) or with no waiting (fast)."),
    ] = None,
    loop: Annotated[
        bool | None, typer.Option("--loop/--no-loop", help="Start a file again.")
    ] = None,
    faces: Faces = None,
    calibrate: Annotated[
        float | None,
        typer.Option(help="Take the first seconds as your neutral face."),
    ] = None,
    profile: ProfileFile = None,
    record: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Record from the start, into this folder."),
    ] = None,
    slate: Slate = None,
    take: TakeNumber = None,
    video: Video = None,
    duration: Duration = None,
    stats: Stats = None,
    quiet: Quiet = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Log more than changes.")
    ] = False,
) -> None:
    """Follow a face and send its curves until Ctrl-C.

    Takes are started and stopped with `facewire take start` and `stop`, or by the
    signal USR1.
    """
    settings = list(setting or ())
    for key, value in (
        ("capture.pace", pace),
        ("capture.loop", None if loop is None else str(loop).lower()),
        ("track.faces", faces),
        ("solve.calibrate_s", calibrate),
        ("shape.profile", profile and _quoted(profile)),
        ("record.folder", record and _quoted(record)),
        ("record.at_start", record and "true"),
        ("record.slate", slate and _quoted(slate)),
        ("record.number", take),
        ("record.video", None if video is None else str(video).lower()),
    ):
        if value is not None:
            settings.append(f"{key}={value}")

    def load() -> Config:
        return load_config(config, source=source, sinks=sink or (), settings=settings)

    chosen = load()
    if stats is not None and not stats.parent.is_dir():
        raise ConfigError(f"--stats {stats}: the folder {stats.parent} does not exist")
    console = PlainConsole()
    log.set_up(console, verbose=verbose)
    # SIGTERM takes the very way of Ctrl-C, at any moment, start-up included.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # Before there is anything to record it would end the program.
    _on_toggle(signal.SIG_IGN)

    from bridge.daemon import Daemon  # MediaPipe and OpenCV: not for --help
    from bridge.knobs import Knobs
    from bridge.monitor import closing

    daemon = control = None
    try:
        daemon = Daemon(chosen)
        daemon.start()
        control = _listen(daemon)
        knobs = Knobs(config, load, chosen, daemon)
        _watch(daemon, knobs, console, duration, quiet=quiet)
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        _on_toggle(signal.SIG_IGN)
        if control is not None:
            control.close()
        if daemon is not None:
            try:
                daemon.stop()
            finally:
                if stats is not None:
                    stats.write_text(json.dumps(daemon.stats(), indent=2) + "\n")
                console.print(closing(daemon), highlight=False, soft_wrap=True)
    # Whoever waits for the program shall hear of it too, and not the screen alone.
    if daemon is not None and daemon.recorder.failure:
        raise TakeError(f"not everything was recorded: {daemon.recorder.failure}")


def _quoted(value: Path | str) -> str:
    """Return it as TOML: a name may look like a number, or hold a backslash."""
    return json.dumps(str(value), ensure_ascii=False)


def _listen(daemon: Daemon) -> Control | None:
    """Let takes be started and stopped from outside, by command and by signal."""
    from bridge.control import Control
    from bridge.takes.commanded import obey

    recorder = daemon.recorder
    # In a thread: the signal may have come while the recorder's lock was held here.
    _on_toggle(lambda *_: threading.Thread(target=recorder.toggle).start())
    try:
        return Control(lambda request: obey(recorder, request))
    except BridgeError as error:
        logger.warning("x %s; `facewire take start` will not find this run", error)
        return None


def _on_toggle(handler: Callable[[int, FrameType | None], object] | Handlers) -> None:
    """Set what the signal USR1 does, where there is one: not on Windows."""
    if hasattr(signal, "SIGUSR1"):
        signal.signal(signal.SIGUSR1, handler)


def _watch(
    daemon: Daemon,
    knobs: Knobs,
    console: Console,
    duration_s: float | None,
    *,
    quiet: bool,
) -> None:
    """Show the daemon at work, and turn its knobs, until it ends or time is up."""
    from bridge.monitor import REDRAW_S, REPORT_S, Screen, snapshot

    screen = Screen()
    screen.add(snapshot(daemon))
    if quiet:
        for _ in _beats(daemon, REPORT_S, duration_s):
            knobs.look()
    elif console.is_terminal:
        with Live(screen, console=console, auto_refresh=False) as picture:
            for _ in _beats(daemon, REDRAW_S, duration_s):
                knobs.look()
                screen.add(snapshot(daemon))
                picture.refresh()
    else:
        for _ in _beats(daemon, REPORT_S, duration_s):
            knobs.look()
            screen.add(snapshot(daemon))
            console.print(screen.line(), highlight=False, soft_wrap=True)


def _beats(daemon: Daemon, gap_s: float, duration_s: float | None) -> Iterator[None]:
    """Yield every `gap_s`, and once more at the end."""
    from bridge.clock import monotonic_ns

    end_ns = None if duration_s is None else monotonic_ns() + round(duration_s * 1e9)
    going = True
    while going:
        wait_s = gap_s
        if end_ns is not None:
            wait_s = min(wait_s, max((end_ns - monotonic_ns()) / 1e9, 0.0))
        going = daemon.wait(wait_s)
        if end_ns is not None and monotonic_ns() >= end_ns:
            going = False
        yield
