"""`facewire run`: follow a face and send its curves."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.live import Live

from bridge import log
from bridge.config_file import load_config
from bridge.errors import ConfigError

if TYPE_CHECKING:
    from bridge.config import Config
    from bridge.daemon import Daemon
    from bridge.knobs import Knobs


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
    setting: Annotated[
        list[str] | None,
        typer.Option(
            "--set", help="key=value for any setting of the file, as capture.fps=60."
        ),
    ] = None,
    pace: Annotated[
        str | None,
        typer.Option(help="A file at its own pace (real) or with no waiting (fast)."),
    ] = None,
    loop: Annotated[
        bool | None, typer.Option("--loop/--no-loop", help="Start a file again.")
    ] = None,
    faces: Annotated[
        int | None, typer.Option(help="At most so many faces in one picture.")
    ] = None,
    calibrate: Annotated[
        float | None,
        typer.Option(help="Take the first seconds as your neutral face."),
    ] = None,
    profile: Annotated[
        Path | None,
        typer.Option(help="Your own range; `facewire calibrate` writes one."),
    ] = None,
    duration: Annotated[
        float | None, typer.Option(min=0.0, help="End by itself after so many seconds.")
    ] = None,
    stats: Annotated[
        Path | None, typer.Option(help="Write counts and latency here as JSON.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No live table.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Log more than changes.")
    ] = False,
) -> None:
    """Follow a face and send its curves until Ctrl-C."""
    settings = list(setting or ())
    for key, value in (
        ("capture.pace", pace),
        ("capture.loop", None if loop is None else str(loop).lower()),
        ("track.faces", faces),
        ("solve.calibrate_s", calibrate),
        # Quoted as TOML: a path may look like a number, or hold a backslash.
        ("shape.profile", profile and json.dumps(str(profile), ensure_ascii=False)),
    ):
        if value is not None:
            settings.append(f"{key}={value}")

    def load() -> Config:
        return load_config(config, source=source, sinks=sink or (), settings=settings)

    chosen = load()
    if stats is not None and not stats.parent.is_dir():
        raise ConfigError(f"--stats {stats}: the folder {stats.parent} does not exist")
    console = Console(stderr=False)
    log.set_up(console, verbose=verbose)
    # SIGTERM takes the very way of Ctrl-C, at any moment, start-up included.
    signal.signal(signal.SIGTERM, signal.default_int_handler)

    from bridge.daemon import Daemon  # MediaPipe and OpenCV: not for --help
    from bridge.knobs import Knobs
    from bridge.monitor import closing

    daemon = None
    try:
        daemon = Daemon(chosen)
        daemon.start()
        knobs = Knobs(config, load, chosen, daemon)
        _watch(daemon, knobs, console, duration, quiet=quiet)
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if daemon is not None:
            try:
                daemon.stop()
            finally:
                if stats is not None:
                    stats.write_text(json.dumps(daemon.stats(), indent=2) + "\n")
                console.print(closing(daemon), highlight=False, soft_wrap=True)


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
