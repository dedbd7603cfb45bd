"""`facewire calibrate`: fits a profile to a person, for `facewire run --profile`."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from bridge import log
from bridge.address import masked
from bridge.config_file import load_config
from bridge.ending import Ending
from bridge.errors import BridgeError, ConfigError
from bridge.printing import PlainConsole
from bridge.terminal import Terminal
from protocols.wording import counted

from .options import Setting

if TYPE_CHECKING:
    from bridge.calibration.take import Take
    from bridge.config import Config

RECORDED = ("video", "images", "demo")
"""Recorded sources, with which no person can be prompted."""


def calibrate(
    config: Annotated[
        Path | None, typer.Argument(help="A TOML file; `facewire init` writes one.")
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            help="camera:N or url:ADDRESS prompts you live; video:PATH, images:DIR or "
            "demo uses a recorded range of motion."
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help="The profile file to write.")] = Path(
        "me.toml"
    ),
    name: Annotated[
        str | None, typer.Option(help="The person's name, stored in the file.")
    ] = None,
    neutral: Annotated[
        str | None,
        typer.Option(
            metavar="START:END",
            help="The seconds of a recording that show the neutral face; searched for "
            "by default.",
        ),
    ] = None,
    seconds: Annotated[
        float,
        typer.Option(min=10.0, max=300.0, help="Seconds for all moves together."),
    ] = 20.0,
    setting: Setting = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace an existing profile.")
    ] = False,
) -> None:
    """Measure the range of your own face, and write a profile for `run`.

    Takes about half a minute: your neutral face, then a range of motion. The
    profile has an offset and a gain for each curve, and your neutral face as
    points, so that `run` needs no further calibration.
    """
    chosen = load_config(config, source=source, settings=list(setting or ()))
    _check_out(out, force=force)
    title = out.stem if name is None else name
    if not title.isprintable() or len(title) > 64:
        raise ConfigError(f"--name {title!r}: expected up to 64 printable characters")
    window = None if neutral is None else parse_window(neutral)
    console = PlainConsole()

    # Imported here, so that --help does not load MediaPipe and OpenCV.
    from bridge.calibration.fit import fit
    from bridge.calibration.report import show
    from bridge.calibration.take import check_motion, profile_of
    from bridge.shape.profile_file import write_profile

    made: list[tuple[Take, str]] = []
    stopped = "calibrate: stopped; nothing was written"
    with (
        Ending(code=BridgeError.exit_code, told=stopped) as ending,
        Terminal(console) as terminal,
        log.shown_on(terminal, verbose=False),
    ):
        ending.run(lambda: made.append(_take(chosen, console, window, seconds)))
    if ending.interrupted or not made:
        raise BridgeError(stopped)
    take, solver = made[0]
    rows = fit(take.neutral, take.motion, take.asked)
    check_motion(take.source, rows)
    comment = (
        f"Written by `facewire calibrate` from {take.source}.\n"
        f"Fitted to the {solver} solver; calibrate again for another one."
    )
    # Write before printing, so that a console error does not lose the calibration.
    write_profile(out, profile_of(take, rows, title), comment)
    show(console, rows)
    console.print(
        f"wrote {out}; try: facewire run --profile {out}",
        highlight=False,
        soft_wrap=True,
    )


def parse_window(text: str) -> tuple[float, float]:
    """Return (start, end) seconds of START:END, or raise ConfigError."""
    start, colon, end = text.partition(":")
    try:
        window = float(start or "0"), float(end)
    except ValueError:
        window = (0.0, 0.0)
    if not colon or not 0.0 <= window[0] < window[1] < float("inf"):
        raise ConfigError(
            f"--neutral {text}: expected START:END in seconds with START before END, "
            "as in 0:3"
        )
    return window


def _check_out(out: Path, *, force: bool) -> None:
    """Raise ConfigError now if the profile cannot be written after the moves."""
    folder = out.parent
    try:
        if not folder.is_dir():
            raise ConfigError(f"--out {out}: the folder {folder} does not exist")
        if out.is_dir():
            raise ConfigError(
                f"--out {out}: is a folder, expected a file such as me.toml"
            )
        if out.exists() and not force:
            raise ConfigError(f"--out {out}: exists already; --force replaces it")
    except OSError as error:
        raise ConfigError(
            f"--out {out}: is not a valid file name ({error.strerror}); choose another "
            "one"
        ) from None
    if not os.access(folder, os.W_OK):
        raise ConfigError(
            f"--out {out}: the folder {folder} is not writable; choose another one"
        )


def _take(
    config: Config,
    console: Console,
    window: tuple[float, float] | None,
    seconds: float,
) -> tuple[Take, str]:
    """Record a calibration; return the take and the name of the solver."""
    from bridge.calibration.live import take_live
    from bridge.calibration.recorded import take_recording
    from bridge.calibration.screen import Prompter
    from bridge.calibration.script import script
    from bridge.capture.open import open_source, parse_spec
    from bridge.feeds.open import capture_settings
    from bridge.solve.expression import expression_reader
    from bridge.solve.open import make_actor, open_solver, open_tracker

    spec, settings = config.capture.source, capture_settings(config)
    recorded = parse_spec(spec)[0] in RECORDED
    if window is not None and not recorded:
        raise ConfigError(
            f"--neutral: {masked(spec)} is not a recording; leave the option out, and "
            "the screen prompts for the neutral face"
        )
    # Only one person is calibrated, so only one face is tracked.
    track = config.track.model_copy(update={"faces": 1})
    config = config.model_copy(update={"track": track})
    with ExitStack() as stack:
        solver = open_solver(config)
        stack.callback(solver.close)
        if solver.fallback:
            console.print(solver.reason, style="yellow", soft_wrap=True, markup=False)
        tracker = open_tracker(config)
        stack.callback(tracker.close)
        actor = make_actor(config, config.subjects[0], solver)
        read = expression_reader(config)
        if read is not None:
            stack.callback(read.close)
        if recorded:
            settings = replace(settings, pace="fast", loop=False)
            opening = Text(f"opening {masked(spec)}")
            status = stack.enter_context(console.status(opening))
            take = take_recording(
                lambda: open_source(spec, settings),
                tracker,
                actor,
                window,
                lambda doing, count: status.update(
                    Text(f"{doing}: {counted(count, 'picture')}")
                ),
                read,
            )
        else:
            camera = open_source(spec, settings)
            stack.callback(camera.close)
            show = stack.enter_context(Prompter(camera.name, console))
            take = take_live(camera, tracker, actor, script(seconds), show, read=read)
    return take, solver.name
