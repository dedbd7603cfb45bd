"""`facewire run`: track a face and send its curves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.capture.open import FORMS
from bridge.config_file import load_config
from bridge.wires.table import places

from .options import (
    CharacterModel,
    Duration,
    Faces,
    Monitor,
    ProfileFile,
    Quiet,
    Setting,
    Slate,
    Stats,
    TakeNumber,
    Video,
    check_stats,
)
from .running import Way, carry_out

if TYPE_CHECKING:
    from bridge.config import Config


def run(
    config: Annotated[
        Path | None, typer.Argument(help="A TOML file; `facewire init` writes one.")
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(help=f"{FORMS}."),
    ] = None,
    sink: Annotated[
        list[str] | None,
        typer.Option(help=f"{places()}; may be repeated; replaces the default sinks."),
    ] = None,
    setting: Setting = None,
    mix: Annotated[
        list[str] | None,
        typer.Option(
            help="REGIONS=SOURCE: use another source for a part of the face, as in "
            "eyes,brows=livelink:11112; may be repeated."
        ),
    ] = None,
    pace: Annotated[
        str | None,
        typer.Option(help="Play a file in real time (real) or without waits (fast)."),
    ] = None,
    loop: Annotated[
        bool | None,
        typer.Option("--loop/--no-loop", help="Start a file again at its end."),
    ] = None,
    faces: Faces = None,
    calibrate: Annotated[
        float | None,
        typer.Option(help="Use the first seconds as your neutral face."),
    ] = None,
    profile: ProfileFile = None,
    character: CharacterModel = None,
    record: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Record from the start, in this folder."),
    ] = None,
    slate: Slate = None,
    take: TakeNumber = None,
    video: Video = None,
    monitor: Monitor = None,
    duration: Duration = None,
    stats: Stats = None,
    quiet: Quiet = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Also log details.")
    ] = False,
) -> None:
    """Track a face and send its curves until Ctrl-C.

    While it runs, `facewire control` calibrates and changes settings. Start and stop
    takes with `facewire take start` and `stop`, or with the signal USR1.
    """
    settings = list(setting or ())
    for key, value in (
        ("capture.pace", pace),
        ("capture.loop", None if loop is None else str(loop).lower()),
        ("track.faces", faces),
        ("solve.calibrate_s", calibrate),
        ("shape.profile", profile and _quoted(profile)),
        ("character.file", character and _quoted(character)),
        ("record.folder", record and _quoted(record)),
        ("record.at_start", record and "true"),
        ("record.slate", slate and _quoted(slate)),
        ("record.number", take),
        ("record.video", None if video is None else str(video).lower()),
        ("monitor.enabled", None if monitor is None else str(monitor).lower()),
    ):
        if value is not None:
            settings.append(f"{key}={value}")

    def load() -> Config:
        return load_config(
            config,
            source=source,
            sinks=sink or (),
            layers=mix or (),
            settings=settings,
        )

    if stats is not None:
        check_stats(stats)
    carry_out(load, Way(config, duration, stats, quiet, verbose))


def _quoted(value: Path | str) -> str:
    """Return a TOML string: a name may look like a number or have a backslash."""
    return json.dumps(str(value), ensure_ascii=False)
